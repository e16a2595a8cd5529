"""Ruby: what the interpreter prints, in both orders, with causes and highlights.

Format: error.c of CRuby. The first line is a frame and the header in one; `from` lines follow. Where a terminal printed
it (2.5 to 2.7) the order is reversed and frames are numbered. Causes follow as further headers without a gap. Between
a header and its frames stand the rest of the message, or a blank line, the source line and carets under it
(error_highlight), which are not part of it. A header names a method unless it is a SyntaxError or has `from` lines.
Keeps out: backtraces that frameworks and loggers print (ruby_logged.py), patterns (ruby_lines.py).
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.languages.ruby_lines import (
    CARETS,
    FROM,
    HEADER,
    LEVELS,
    LOGGED_HEADER,
    NUMBERED,
    REVERSED,
    TYPE,
    frame,
)
from indexers.exceptions.languages.ruby_logged import may_be_logged, read_logged
from indexers.exceptions.lines import Block, starts_record

_MESSAGE_LINES = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every Ruby backtrace in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        text = texts[at]
        trace: TraceDraft | None = None
        if REVERSED in text and at + 1 < len(texts) and NUMBERED.match(texts[at + 1]):
            trace = _reversed(texts, at)
        elif may_be_logged(text):
            if text.lstrip().startswith("from ") or not _header(text):
                trace = read_logged(texts, at, free)
            else:
                trace = _plain(texts, at)
        elif text.endswith(")") and ".rb:" in text:
            trace = _plain(texts, at)
        if trace is None:
            at += 1
            continue
        traces.append(trace)
        at = free = trace.last + 1
    return traces


def _plain(texts: list[str], at: int) -> TraceDraft | None:
    drafts: list[Draft] = []
    while at < len(texts):
        draft = _one(texts, at)
        if draft is None:
            break
        if drafts:
            draft.relation, draft.parent = "cause", len(drafts) - 1
        drafts.append(draft)
        at = draft.last + 1
    return TraceDraft("ruby", drafts) if drafts else None


def _header(text: str) -> re.Match[str] | None:
    """The line that is header and innermost frame in one, a log record's beginning before it allowed, no comment's."""
    if text.lstrip().startswith(("#", "//", "*")):
        return None
    match = HEADER.match(text)
    return match if match and match["function"] else LOGGED_HEADER.match(text) or match


def _one(texts: list[str], at: int) -> Draft | None:
    """One header with its message and frames; None unless a type stands in parentheses."""
    head = _header(texts[at]) if ":" in texts[at] else None
    if head is None:
        return None
    first_from = _first_from(texts, at + 1)
    end = at + 1 if first_from is None else first_from
    if any(starts_record(text) for text in texts[at + 1 : end]):
        end, first_from = at + 1, None
    kind, message = _message([head["message"], *texts[at + 1 : end]])
    if not kind:
        return None
    if head["function"] is None and first_from is None and kind != "SyntaxError":
        return None
    draft = Draft(kind, message or None, at, end - 1 if first_from is not None else at, frames=[frame(head)])
    _take_frames(texts, end, draft)
    return draft


def _first_from(texts: list[str], at: int) -> int | None:
    """The next `from` line, before another header."""
    for index in range(at, min(len(texts), at + _MESSAGE_LINES)):
        if FROM.match(texts[index]):
            return index
        if ":in " in texts[index] and HEADER.match(texts[index]):
            return None
    return None


def _message(lines: list[str]) -> tuple[str, str]:
    """(type, message) from the lines between the place and the frames."""
    for index, line in enumerate(lines):
        match = TYPE.match(line.rstrip())
        if match:
            rest = _without_highlight(lines[index + 1 :])
            return match["type"], "\n".join([*lines[:index], match["message"], *rest]).rstrip()
    return "", ""


def _without_highlight(lines: list[str]) -> list[str]:
    """`lines` up to the blank line above a source line with carets, if there is one."""
    carets = next((index for index, line in enumerate(lines) if CARETS.match(line)), None)
    if carets is None:
        return lines
    blank = next((index for index in range(carets, -1, -1) if not lines[index].strip()), 0)
    return lines[:blank]


def _take_frames(texts: list[str], at: int, draft: Draft) -> None:
    while at < len(texts):
        match = FROM.match(texts[at])
        if match:
            draft.frames.append(frame(match))
        elif not LEVELS.match(texts[at]):
            break
        draft.last = at
        at += 1


def _reversed(texts: list[str], first: int) -> TraceDraft | None:
    """Outermost frame first, the header last; causes come before what they caused."""
    drafts: list[Draft] = []
    at = first
    while (draft := _one_reversed(texts, at, at + (at == first))) is not None:
        if drafts:
            drafts[-1].relation, drafts[-1].parent = "cause", len(drafts)
        drafts.append(draft)
        at = draft.last + 1
    return TraceDraft("ruby", drafts, innermost_first=False) if drafts else None


def _one_reversed(texts: list[str], first: int, at: int) -> Draft | None:
    frames: list[Frame] = []
    while at < len(texts) and (match := NUMBERED.match(texts[at]) or LEVELS.match(texts[at])):
        if "file" in match.groupdict():
            frames.append(frame(match))
        at += 1
    head = HEADER.match(texts[at]) if at < len(texts) and (frames or at > first) else None
    if head is None:
        return None
    kind, message = _message([head["message"]])
    last = at
    while not kind and last + 1 < len(texts) and last - at < _MESSAGE_LINES:
        last += 1
        kind, message = _message([head["message"], *texts[at + 1 : last + 1]])
    if not kind:
        return None
    return Draft(kind, message or None, first, last, frames=[*frames, frame(head)])
