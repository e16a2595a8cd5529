"""Ruby: both printing orders, causes, error highlights, and what Rails and Sidekiq make of a backtrace.

Format: error.c of CRuby. The first line is a frame and the header in one; `from` lines follow. Where a terminal printed
it (2.5 to 2.7) the order is reversed and frames are numbered. Causes follow as further headers without a gap. Between
a header and its frames stand the rest of the message, or a highlighted source line, which is not part of it.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, starts_record

_FUNCTION = r"(?::in\s[`'](?P<function>.*?)')?"
_PLACE = rf"(?P<file>(?:[A-Za-z]:)?[^\s:'\"][^:]*?):(?P<line>\d+){_FUNCTION}"
_HEADER = re.compile(rf"{_PLACE}: (?P<message>.*)$", re.DOTALL)
_LOGGED_HEADER = re.compile(
    rf".*?[\s\]](?P<file>[^\s:'\"\]][^\s:]*):(?P<line>\d+){_FUNCTION}: (?P<message>.*)$", re.DOTALL
)
_FROM = re.compile(rf"\s*(?:\d+: )?from {_PLACE}\s*$")
_NUMBERED = re.compile(rf"\s*\d+: from {_PLACE}\s*$")
_LEVELS = re.compile(r"\s*\.\.\. \d+ levels\.\.\.\s*$")
_TYPE = re.compile(r"(?P<message>.*?) ?\((?P<type>(?:[A-Z]\w*|#<Class:0x[0-9a-f]+>)(?:::\w+)*)\)$", re.DOTALL)
_REVERSED = "Traceback (most recent call last):"
# Rails: "NoMethodError (undefined method `x' for nil):"; loggers: "RuntimeError: boom", "boom (RuntimeError)"
_RAILS = re.compile(r"(?:.*?\] )?(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*) \((?P<message>.*)\):\s*$")
_LOGGED = re.compile(
    r"(?:.*?[\s:])?(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*(?:Error|Exception|Invalid|NotFound|Timeout)\w*): (?P<message>.*)$"
)
# Ruby's Logger given an exception: "E, [2026-03-01T09:15:02 #7] ERROR -- : boom (RuntimeError)"
_LOGGER = re.compile(r"(?:.*? -- [^:]*: )?(?P<message>.*\S) \((?P<type>[A-Z]\w*(?:::\w+)*)\)\s*$")
_BARE = re.compile(rf"(?:\[[^\]]*\] )?\s*(?:# )?{_PLACE.replace(_FUNCTION, _FUNCTION[:-1])}\s*$")
_LOOK_BACK = 6
_MESSAGE_LINES = 60


def parse(block: Block) -> list[TraceDraft]:
    """Every Ruby backtrace in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        text = texts[at]
        trace: TraceDraft | None = None
        if _REVERSED in text and at + 1 < len(texts) and _NUMBERED.match(texts[at + 1]):
            trace = _reversed(texts, at)
        elif ":in " in text:
            if text.lstrip().startswith("from ") or not _header(text):
                trace = _logged(texts, at, free)
            else:
                trace = _plain(texts, at)
        if trace is None:
            at += 1
            continue
        traces.append(trace)
        at = free = trace.last + 1
    return traces


def _frame(match: re.Match[str]) -> Frame:
    return Frame(match["file"], match["function"] or "", int(match["line"]))


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
    """The line that is header and innermost frame in one, a log record's beginning before it allowed."""
    match = _HEADER.match(text)
    return match if match and match["function"] else _LOGGED_HEADER.match(text)


def _one(texts: list[str], at: int) -> Draft | None:
    """One header with its message and frames; None unless a type stands in parentheses."""
    head = _header(texts[at])
    if head is None or head["function"] is None:
        return None
    first_from = next(
        (index for index in range(at + 1, min(len(texts), at + _MESSAGE_LINES)) if _FROM.match(texts[index])), None
    )
    end = at + 1 if first_from is None else first_from
    if any(starts_record(text) for text in texts[at + 1 : end]):
        end, first_from = at + 1, None
    kind, message = _message([head["message"], *texts[at + 1 : end]])
    if not kind:
        return None
    draft = Draft(kind, message or None, at, end - 1 if first_from is not None else at, frames=[_frame(head)])
    _take_frames(texts, end, draft)
    return draft


def _message(lines: list[str]) -> tuple[str, str]:
    """(type, message) from the lines between the place and the frames."""
    for index, line in enumerate(lines):
        match = _TYPE.match(line.rstrip())
        if match:
            rest = lines[index + 1 :]
            if any(text.strip() == "" for text in rest) or any(re.match(r"\s*\^", text) for text in rest):
                rest = []  # a blank line and the highlighted source
            return match["type"], "\n".join([*lines[:index], match["message"], *rest]).rstrip()
    return "", ""


def _take_frames(texts: list[str], at: int, draft: Draft) -> None:
    while at < len(texts):
        match = _FROM.match(texts[at])
        if match:
            draft.frames.append(_frame(match))
        elif not _LEVELS.match(texts[at]):
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
    while at < len(texts) and (match := _NUMBERED.match(texts[at]) or _LEVELS.match(texts[at])):
        if "file" in match.groupdict():
            frames.append(_frame(match))
        at += 1
    head = _HEADER.match(texts[at]) if at < len(texts) and (frames or at > first) else None
    if head is None:
        return None
    kind, message = _message([head["message"]])
    last = at
    while not kind and last + 1 < len(texts) and last - at < _MESSAGE_LINES:
        last += 1
        kind, message = _message([head["message"], *texts[at + 1 : last + 1]])
    if not kind:
        return None
    return Draft(kind, message or None, first, last, frames=[*frames, _frame(head)])


def _logged(texts: list[str], at: int, free: int) -> TraceDraft | None:
    """A backtrace as Rails or a logger prints it: the exception's line above bare places."""
    frame = _BARE.match(texts[at])
    if frame is None or frame["function"] is None:
        return None
    for above in range(at - 1, max(free, at - _LOOK_BACK) - 1, -1):
        text = texts[above]
        match = _RAILS.match(text) or _LOGGED.match(text) or (_LOGGER.match(text) if above == at - 1 else None)
        if match:
            break
        if _BARE.match(text):
            return None
    else:
        return None
    draft = Draft(match["type"], match["message"].strip() or None, above, at)
    while at < len(texts) and (frame := _BARE.match(texts[at])):
        draft.frames.append(_frame(frame))
        draft.last = at
        at += 1
    return TraceDraft("ruby", [draft])
