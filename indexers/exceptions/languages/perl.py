"""Perl: backtraces of Carp (confess, cluck), Devel::StackTrace, Exception::Class and Mojolicious; fatal diagnostics.

Perl's exceptions are strings, so the type is `die`. What belongs to a trace: the line `message at FILE line N.`, the
calls under it, and the lines with which require and use report what they ran into (`BEGIN failed`, `...propagated`).
A message that ends with a line feed has its place on the next line alone; of other messages only the last line can be
told from what was printed before, except where the text is complete in itself. Without a backtrace death and warning
look the same: only texts that perldiag calls fatal are reported, and what threads say of their end. `cluck` prints what
`confess` prints and is reported. Keeps out: single lines (perl_lines.py).
"""

from collections.abc import Callable

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.perl_lines import (
    BEGUN,
    FATAL,
    MOJO_HEADER,
    PROPAGATED,
    THREAD,
    called,
    header,
    lean,
    mojo,
    traced,
)
from indexers.exceptions.lines import Block, starts_record

_ABOVE = 20  # lines that are looked at above the first call
_AFTER = ("BEGIN failed--", "Compilation failed in ")


def parse(block: Block) -> list[TraceDraft]:
    """Every Perl backtrace and fatal diagnostic in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        draft, end = _begin(texts, at, free, is_whole=block.whole)
        if draft is None:
            at = max(at + 1, end)
            continue
        at = free = _after(texts, end, draft)
        traces.append(TraceDraft("perl", [draft]))
    return traces


def _begin(texts: list[str], at: int, free: int, *, is_whole: bool) -> tuple[Draft | None, int]:
    """The exception whose first call, trace or fatal text stands at this line, and the line after its frames."""
    text = texts[at]
    if " called at " in text and called(text):
        draft = _head(texts, at - 1, free, is_whole=is_whole)
        return draft, _frames(texts, at, draft, called) if draft else at + 1
    if text.startswith("Trace begun at "):
        return _begun(texts, at, free)
    if text.startswith(MOJO_HEADER):
        return _mojo(texts, at, free)
    if " line " in text:
        return _fatal(texts, at)
    return None, at + 1


def _frames(texts: list[str], at: int, draft: Draft, read: Callable[[str], Frame | None]) -> int:
    """Take the frames from line `at`; the line after them. Moose ends Carp's frames with a bare place."""
    while at < len(texts):
        frame = read(texts[at])
        if frame is None and read is called and draft.frames and texts[at][:1].isspace():
            frame = traced(texts[at])
        if frame is None:
            break
        draft.frames.append(frame)
        draft.last = at
        at += 1
    return at


def _head(texts: list[str], at: int, free: int, *, is_whole: bool) -> Draft | None:
    """The exception whose `message at FILE line N.` stands at this line, right above the calls."""
    match = header(texts[at]) if at >= free else None
    if match is None:
        return None
    first = at
    message = lean(match.message)
    if not message.strip() and at > free and not starts_record(texts[at - 1]):
        first = at - 1
        message = texts[first]
    begin = free + (1 if is_whole and first > free and starts_record(texts[free]) else 0)
    if is_whole and first > begin and first - begin < _ABOVE:
        first, message = begin, "\n".join([*texts[begin:first], message])
    return Draft("die", message.strip() or None, first, at, location=match.place)


def _begun(texts: list[str], at: int, free: int) -> tuple[Draft | None, int]:
    """Exception::Class: the message, an empty line or none, "Trace begun at", calls without "called"."""
    match = BEGUN.match(texts[at])
    first = at - 1
    while first > free and not texts[first].strip():
        first -= 1
    if match is None or first < free or not texts[first].strip():
        return None, at + 1
    place = Frame(match["file"], "", int(match["line"]))
    draft = Draft("die", lean(texts[first]).strip(), first, at, location=place)
    return draft, _frames(texts, at + 1, draft, traced)


def _mojo(texts: list[str], at: int, free: int) -> tuple[Draft | None, int]:
    """Mojo::Exception, verbose: the message, perhaps the source around it, and the calls."""
    for first in range(at - 1, max(free, at - _ABOVE) - 1, -1):
        match = header(texts[first]) if texts[first][:1].strip() else None
        if match and match.message:
            draft = Draft("die", lean(match.message).strip(), first, at, location=match.place)
            return draft, _frames(texts, at + 1, draft, mojo)
    return None, at + 1


def _fatal(texts: list[str], at: int) -> tuple[Draft | None, int]:
    """A diagnostic that ended the program or the thread, without a backtrace."""
    text = lean(texts[at])
    if PROPAGATED.match(text) and at and texts[at - 1].strip():
        return Draft("die", lean(texts[at - 1]).strip(), at - 1, at), at + 1
    thread = THREAD.match(text)
    text = thread["rest"] if thread else text
    match = header(text) if thread or FATAL.match(text) else None
    if match is None or _is_head(texts, at + 1):
        return None, at
    if match.message == "Died" and not any(mark in match.place.file for mark in "./\\(-"):
        return None, at  # prose
    return Draft("die", match.message or None, at, at, location=match.place), at + 1


def _is_head(texts: list[str], at: int) -> bool:
    """Whether Carp's calls begin at this line, perhaps after a place that stands alone."""
    place = header(texts[at]) if at < len(texts) else None
    at += 1 if place is not None and not place.message else 0
    return at < len(texts) and called(texts[at]) is not None


def _after(texts: list[str], at: int, draft: Draft) -> int:
    """The line after what require, use and eval add to the message."""
    while at < len(texts) and (texts[at].startswith(_AFTER) or PROPAGATED.match(texts[at])):
        draft.last = at
        at += 1
    return at
