"""Perl: `die` with Carp's backtrace (confess, cluck, croak -MCarp=verbose).

Format: Carp's longmess. `message at FILE line N.` is followed by indented `function(arguments) called at FILE line N`.
Perl's exceptions are strings, so the type is `die`; a message without a backtrace is not told apart from a warning.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, starts_record

_HEADER = re.compile(
    r"(?P<message>.*) at (?P<file>\S.*?) line (?P<line>\d+)(?:, <\w+> (?:line|chunk) \d+)?\.?\s*$", re.DOTALL
)
_CALL = re.compile(
    r"\s+(?P<function>[\w:]+|eval \{\.\.\.\}|eval '.*'|require \S+)(?:\(.*\))?"
    r" called at (?P<file>\S.*?) line (?P<line>\d+)\.?\s*$"
)
_MESSAGE_LINES = 20


def parse(block: Block) -> list[TraceDraft]:
    """Every Perl backtrace in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        call = _CALL.match(texts[at]) if " called at " in texts[at] else None
        draft = _head(texts, at, free) if call else None
        if draft is None:
            at += 1
            continue
        while at < len(texts) and (call := _CALL.match(texts[at])):
            draft.frames.append(Frame(call["file"], call["function"], int(call["line"])))
            draft.last = at
            at += 1
        free = at
        traces.append(TraceDraft("perl", [draft]))
    return traces


def _head(texts: list[str], call: int, free: int) -> Draft | None:
    match = _HEADER.match(texts[call - 1]) if call > free else None
    if match is None:
        return None
    first = call - 1
    message = match["message"]
    while first > free and call - first < _MESSAGE_LINES and not message.strip() and not starts_record(texts[first]):
        first -= 1
        message = f"{texts[first]}\n{message}"
    place = Frame(match["file"], "", int(match["line"]))
    return Draft("die", message.strip() or None, first, call - 1, location=place)
