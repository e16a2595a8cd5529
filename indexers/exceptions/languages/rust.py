"""Rust: panics with the old and the new header, with and without a backtrace.

Format: std::panicking's default hook (the message moved to its own line in 1.73) and std::backtrace's Display. A frame
is a numbered line with, where debug information exists, an `at` line under it.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, starts_record

_OLD = re.compile(r"(?:.*?)thread '(?P<thread>[^']*)'(?: \(\d+\))? panicked at '(?P<message>.*)$", re.DOTALL)
_OLD_END = re.compile(r"(?P<message>.*)', (?P<file>[^:']+):(?P<line>\d+)(?::(?P<column>\d+))?\s*$", re.DOTALL)
_NEW = re.compile(
    r"(?:.*?)thread '(?P<thread>[^']*)'(?: \(\d+\))? panicked at (?P<file>[^:']+):(?P<line>\d+):(?P<column>\d+):?\s*$"
)
_FRAME = re.compile(r"\s*(?P<number>\d+):\s+(?:0x[0-9a-f]+ - )?(?P<function>\S.*?)\s*$")
_INLINED = re.compile(r"\s{8,}(?:0x[0-9a-f]+ - )?(?P<function>[^\s:]+::\S.*?)\s*$")
_PLACE = re.compile(r"\s+at (?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?\s*$")
_BACKTRACE = re.compile(r"\s*(?:stack backtrace:|Stack backtrace:)\s*$")
_END = re.compile(r"\s*(?:note: |\s*query stack|error: |thread '.*' panicked at )")
_MESSAGE_LINES = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every Rust panic in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = 0
    while at < len(texts):
        draft = _panic(texts, at) if "panicked at " in texts[at] else None
        if draft is None:
            at += 1
            continue
        _backtrace(texts, draft)
        traces.append(TraceDraft("rust", [draft]))
        at = draft.last + 1
    return traces


def _panic(texts: list[str], at: int) -> Draft | None:
    new = _NEW.match(texts[at])
    if new:
        return _new(texts, at, new)
    old = _OLD.match(texts[at])
    if old is None:
        return None
    message = old["message"]
    for last in range(at, min(len(texts), at + _MESSAGE_LINES)):
        if last > at:
            message = f"{message}\n{texts[last]}"
        end = _OLD_END.match(message) if "', " in texts[last] else None
        if end:
            place = Frame(end["file"], "", int(end["line"]), int(end["column"]) if end["column"] else None)
            return Draft("panic", end["message"] or None, at, last, location=place)
    return None


def _new(texts: list[str], at: int, match: re.Match[str]) -> Draft:
    place = Frame(match["file"], "", int(match["line"]), int(match["column"]))
    last = at
    while last + 1 < len(texts) and last - at < _MESSAGE_LINES:
        text = texts[last + 1]
        if _END.match(text) or _BACKTRACE.match(text) or starts_record(text):
            break
        last += 1
    rest = [text.rstrip() for text in texts[at + 1 : last + 1]]
    while rest and not rest[-1]:
        rest.pop()
    return Draft("panic", "\n".join(rest) or None, at, at + len(rest), location=place)


def _backtrace(texts: list[str], draft: Draft) -> None:
    """The frames under `stack backtrace:`, if that line comes next."""
    at = draft.last + 1
    while at < len(texts) and at <= draft.last + 2 and not _BACKTRACE.match(texts[at]):
        at += 1
    if at >= len(texts) or not _BACKTRACE.match(texts[at]):
        return
    at += 1
    while at < len(texts):
        match = _FRAME.match(texts[at]) or _INLINED.match(texts[at])
        if match is None:
            break
        place = _PLACE.match(texts[at + 1]) if at + 1 < len(texts) else None
        if place:
            at += 1
            column = int(place["column"]) if place["column"] else None
            draft.frames.append(Frame(place["file"], match["function"], int(place["line"]), column))
        else:
            draft.frames.append(Frame("", match["function"]))
        draft.last = at
        at += 1
