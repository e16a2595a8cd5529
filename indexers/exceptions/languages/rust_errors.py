"""Rust: the report of an error that main returned, as anyhow, eyre and color-eyre print it.

Formats: anyhow's fmt.rs (`Error: message`, a blank line, `Caused by:` with one indented line or numbered ones, `Stack
backtrace:`), eyre's DefaultHandler (the same with `Location:`), color-eyre's (`Error:` alone, messages numbered from
0).
These print messages only, no types, so every member of the chain is an "Error". An `Error: ...` line without causes and
without a backtrace is any program's line and is not reported, nor is Cargo's `error: ...` (a build, not an exception).
Keeps out: panics (rust.py), frames (rust_frames.py).
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft
from indexers.exceptions.languages.rust_frames import BACKTRACE, read_backtrace
from indexers.exceptions.lines import starts_record

_ERROR = re.compile(r"(?:.*?[\]|:] )?Error: (?P<message>\S.*)$")
_NUMBERED = re.compile(r"\s+(?P<number>\d+): (?P<message>.*)$")
_LOCATION = re.compile(r"\s+(?:at )?(?P<file>\S.*?):(?P<line>\d+)(?::(?P<column>\d+))?\s*$")
_LOOK_BACK = 20
_CAUSE_LINES = 60


def read_error(texts: list[str], at: int, free: int) -> list[Draft]:
    """The report whose `Caused by:`, `Stack backtrace:` or lone `Error:` is line `at`, not reaching above `free`."""
    if texts[at].startswith("Error:"):
        return _boxed(texts, at) if texts[at].strip() == "Error:" else []
    first = _head(texts, at, free)
    if first is None:
        return []
    match = _ERROR.match(texts[first])
    message = [match["message"] if match else "", *texts[first + 1 : at]]
    drafts = [Draft("Error", "\n".join(text.rstrip() for text in message).rstrip() or None, first, at - 1)]
    if texts[at].strip() == "Caused by:":
        at = _causes(texts, at + 1, drafts)
    _finish(texts, at, drafts)
    return drafts if len(drafts) > 1 or drafts[0].frames else []


def _head(texts: list[str], at: int, free: int) -> int | None:
    for above in range(at - 1, max(free, at - _LOOK_BACK) - 1, -1):
        if _ERROR.match(texts[above]):
            return above
        if starts_record(texts[above]) or texts[above].startswith("error"):
            break
    return None


def _causes(texts: list[str], at: int, drafts: list[Draft]) -> int:
    """Read the indented causes; the line after them."""
    first = at
    while at < len(texts) and at - first < _CAUSE_LINES and texts[at][:1].isspace() and texts[at].strip():
        number = _NUMBERED.match(texts[at])
        if number or at == first:
            text = number["message"] if number else texts[at].strip()
            drafts.append(Draft("Error", text.rstrip(), at, at, "caused_by", len(drafts) - 1))
        else:
            drafts[-1].message = f"{drafts[-1].message}\n{texts[at].strip()}"
            drafts[-1].last = at
        at += 1
    return at


def _boxed(texts: list[str], at: int) -> list[Draft]:
    """color-eyre: the messages numbered from 0 under `Error:`."""
    drafts: list[Draft] = []
    line = at + 1
    while line < len(texts) and (number := _NUMBERED.match(texts[line])) and int(number["number"]) == len(drafts):
        relation = "caused_by" if drafts else "root"
        draft = Draft("Error", number["message"].rstrip() or None, line, line)
        if relation == "caused_by":
            draft.relation, draft.parent = "caused_by", len(drafts) - 1
        drafts.append(draft)
        line += 1
    if not drafts:
        return []
    drafts[0].first = at
    _finish(texts, line, drafts)
    return drafts if len(drafts) > 1 or drafts[0].frames or drafts[0].location else []


def _finish(texts: list[str], at: int, drafts: list[Draft]) -> None:
    """Location and backtrace below the messages belong to the outermost error."""
    for line in range(at, min(len(texts) - 1, at + 3)):
        if texts[line].strip() == "Location:" and (place := _LOCATION.match(texts[line + 1])):
            column = int(place["column"]) if place["column"] else None
            drafts[0].location = Frame(place["file"], "", int(place["line"]), column)
            drafts[-1].last = at = line + 1
    below = Draft("", None, at, at - 1 if BACKTRACE.match(texts[min(at, len(texts) - 1)]) else drafts[-1].last)
    read_backtrace(texts, below)
    if below.frames:
        drafts[0].frames, drafts[0].last = below.frames, below.last
