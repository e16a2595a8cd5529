"""Dart and Flutter: unhandled exceptions and the numbered frames under them.

Format: StackTrace.toString of the Dart VM (`#0  function (package:a/b.dart:1:2)`). The exception's text stands above
the frames; Dart prints no type where toString() does not, so the words before the first colon are taken as printed.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft, TraceDraft
from indexers.exceptions.lines import Block, starts_record

_FRAME = re.compile(
    r"""\s*(?:\S+\s+)?\#(?P<number>\d+)\s+(?P<function>\S.*?)\s
        \((?P<file>(?:dart|package|file|https?|org-dartlang-\w+):[^()\s]*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?\)\s*$""",
    re.VERBOSE,
)
_GAP = re.compile(r"\s*<asynchronous suspension>\s*$|\s*\(elided \d+ frames? from .*\)\s*$")
_LEAD = re.compile(r"(?:.*?)(?:Unhandled [Ee]xception:|Unhandled Exception:|EXCEPTION CAUGHT BY .*)\s*(?P<rest>.*)$")
_HEADER = re.compile(
    r"(?P<type>[_A-Z]\w*(?:Error|Exception|Failure)\w*)(?: \([^)]*\))?(?:: (?P<message>.*))?$", re.DOTALL
)
_THROWN = re.compile(r"The following (?P<type>\S+) was thrown.*:$")
_LOOK_BACK = 20


def parse(block: Block) -> list[TraceDraft]:
    """Every Dart stack trace in `block`."""
    texts = block.texts()
    traces: list[TraceDraft] = []
    at = free = 0
    while at < len(texts):
        match = _FRAME.match(texts[at]) if "#0" in texts[at] else None
        draft = _head(texts, at, free) if match and match["number"] == "0" else None
        if draft is None:
            at += 1
            continue
        while at < len(texts):
            frame = _FRAME.match(texts[at])
            if frame:
                draft.frames.append(_frame(frame))
                draft.last = at
            elif not _GAP.match(texts[at]):
                break
            at += 1
        free = at
        traces.append(TraceDraft("dart", [draft]))
    return traces


def _frame(match: re.Match[str]) -> Frame:
    line, column = match["line"], match["column"]
    return Frame(match["file"], match["function"], int(line) if line else None, int(column) if column else None)


def _head(texts: list[str], frame: int, free: int) -> Draft | None:
    for at in range(frame - 1, max(free, frame - _LOOK_BACK) - 1, -1):
        text = texts[at].strip()
        lead = _LEAD.match(text)
        thrown = _THROWN.match(text)
        if thrown:
            rest = "\n".join(line.strip() for line in texts[at + 1 : frame] if line.strip())
            return Draft(thrown["type"], rest.split("\nWhen the exception")[0] or None, at, frame)
        if lead:
            rest = lead["rest"] or "\n".join(line.rstrip() for line in texts[at + 1 : frame])
            return _draft(rest.strip(), at, frame)
        if _HEADER.match(text):
            return _draft("\n".join([text, *(line.rstrip() for line in texts[at + 1 : frame])]).strip(), at, frame)
        if starts_record(texts[at]):
            break
    return None


def _draft(text: str, at: int, frame: int) -> Draft | None:
    if not text:
        return None
    match = _HEADER.match(text)
    if match:
        return Draft(match["type"], match["message"] or None, at, frame)
    kind, colon, message = text.partition(": ")
    return Draft(kind, message or None, at, frame) if colon and len(kind) < 60 else Draft("Exception", text, at, frame)
