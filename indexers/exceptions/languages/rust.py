"""Rust: panics with the old and the new header, and how a program says that it ends, each with its backtrace.

Formats: std::panicking's default hook (the message moved to its own line in 1.73, the thread's id came in 1.91), the
hooks of log-panics, console_error_panic_hook and color-eyre, std's stack overflow handler. The message of a new header
has no end of its own: it goes on to `note:`, to the backtrace or to what only others print; where nothing of that
follows it ends at a blank line, since what comes after may be anybody's output. A panic while panicking is reported
like any other, the words "thread panicked while processing panic" are not.
Keeps out: frames (rust_frames.py), errors returned from main (rust_errors.py).
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.rust_errors import read_error
from indexers.exceptions.languages.rust_frames import BACKTRACE, STACK, read_backtrace
from indexers.exceptions.lines import Block, starts_record

_THREAD = r"(?:.*?\bthread '(?P<thread>[^']*)'(?: \(\d+\))? |(?:.*?[\]:|>] )?)"
_OLD = re.compile(rf"{_THREAD}panicked at '(?P<message>.*)$", re.DOTALL)
# ", file:line:column" after the quoted message; log-panics writes ": file:line" there
_OLD_END = re.compile(
    r"(?P<message>.*)'(?:,|:) (?P<file>[^'\s][^'\n]*?):(?P<line>\d+)(?::(?P<column>\d+))?\s*$", re.DOTALL
)
_NEW = re.compile(rf"{_THREAD}panicked at (?P<file>[^'\s].*?):(?P<line>\d+):(?P<column>\d+)(?::(?P<rest> .*)?)?\s*$")
_CRASHED = re.compile(r"\s*The application panicked \(crashed\)\.\s*$")
_MESSAGE = re.compile(r"\s*Message: {1,2}(?P<message>.*)$")
_LOCATION = re.compile(r"\s*Location: (?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?\s*$")
_OVERFLOW = re.compile(r"\s*thread '[^']*'(?: \(\d+\))? has overflowed its stack\s*$")
_END = re.compile(
    r"""\s*(?:note:\s | query\sstack | error:\s | error\[ | thread\s'[^']*'.*\spanicked\sat\s | fatal\sruntime\serror:
        | thread\spanicked\swhile | thread\scaused\snon-unwinding | aborting\sdue\sto | stack\sbacktrace:
        | Stack\sbacktrace: | Stack:\s*$ | test\s\S+\s\.\.\.\s | failures:\s*$ | Process\s.*\sexited )""",
    re.VERBOSE,
)
_MESSAGE_LINES = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every Rust panic, fatal error and returned error report in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        drafts = _read(texts, at, free, block.whole)
        if not drafts:
            at += 1
            continue
        traces.append(TraceDraft("rust", drafts))
        at = free = traces[-1].last + 1
    return traces


def _read(texts: list[str], at: int, free: int, whole: bool) -> list[Draft]:
    text = texts[at]
    draft: Draft | None = None
    if "panicked at " in text:
        draft = _panic(texts, at, whole)
    elif "panicked (crashed)" in text and _CRASHED.match(text):
        draft = _crashed(texts, at)
    elif "overflowed its stack" in text and _OVERFLOW.match(text):
        following = texts[at + 1].strip() if at + 1 < len(texts) else ""
        return [Draft("stack overflow", None, at, at + following.startswith("fatal runtime error: stack overflow"))]
    elif text.strip() in ("Caused by:", "Stack backtrace:", "Error:"):
        return read_error(texts, at, free)
    if draft:
        read_backtrace(texts, draft)
    return [draft] if draft else []


def _panic(texts: list[str], at: int, whole: bool) -> Draft | None:
    new = _NEW.match(texts[at])
    if new:
        return _new(texts, at, new, whole)
    old = _OLD.match(texts[at])
    if old is None:
        return None
    return _old(texts, at, old["message"])


def _old(texts: list[str], at: int, message: str) -> Draft | None:
    """The message ends with a quote and a place; of several such lines, at the one that others' output follows."""
    first: Draft | None = None
    for last in range(at, min(len(texts), at + _MESSAGE_LINES)):
        if last > at:
            if _END.match(texts[last]) or starts_record(texts[last]):
                break
            message = f"{message}\n{texts[last]}"
        end = _OLD_END.match(message) if "', " in texts[last] or "': " in texts[last] else None
        if end is None:
            continue
        draft = Draft("panic", end["message"] or None, at, last, location=_place(end))
        if last + 1 >= len(texts) or _END.match(texts[last + 1]):
            return draft
        first = first or draft
    return first


def _place(match: re.Match[str]) -> Frame:
    return Frame(match["file"], "", int(match["line"]), int(match["column"]) if match["column"] else None)


def _new(texts: list[str], at: int, match: re.Match[str], whole: bool) -> Draft:
    last, blank, closed = at, 0, False
    while last + 1 < len(texts) and last - at < _MESSAGE_LINES:
        text = texts[last + 1]
        if _END.match(text):
            closed = True
            break
        if starts_record(text):
            break
        last += 1
        if not text.strip() and not blank and last > at + 1:
            blank = last
    if blank and not closed and not whole:
        last = blank
    rest = [text.rstrip() for text in texts[at + 1 : last + 1]]
    while rest and not rest[-1]:
        rest.pop()
    if match["rest"]:
        rest = [match["rest"].strip()]
        return Draft("panic", rest[0] or None, at, at, location=_place(match))
    return Draft("panic", "\n".join(rest) or None, at, at + len(rest), location=_place(match))


def _crashed(texts: list[str], at: int) -> Draft | None:
    """color-eyre: the message may have several lines, the location stands on its own below it."""
    head = _MESSAGE.match(texts[at + 1]) if at + 1 < len(texts) else None
    if head is None:
        return None
    message = [head["message"].rstrip()]
    for last in range(at + 2, min(len(texts), at + _MESSAGE_LINES)):
        location = _LOCATION.match(texts[last])
        if location:
            return Draft("panic", "\n".join(message).rstrip() or None, at, last, location=_place(location))
        if STACK.match(texts[last]) or BACKTRACE.match(texts[last]):
            break
        message.append(texts[last].rstrip())
    return Draft("panic", message[0] or None, at, at + 1)
