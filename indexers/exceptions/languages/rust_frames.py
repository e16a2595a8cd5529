"""Rust's backtraces: std::backtrace's Display, short and full, and color-backtrace's and color-eyre's boxes.

Format: library/std/src/sys/backtrace.rs and backtrace_rs's BacktraceFmt. A frame is a numbered line with, where debug
information exists, an `at` line under it; `full` adds addresses and prints inlined functions without a number.
Keeps out: what the backtrace belongs to.
"""

import re

from indexers.exceptions.chain import Frame
from indexers.exceptions.drafts import Draft

STACK = re.compile(r"\s*stack backtrace:\s*$")
# anyhow, and the line drawn above color-eyre's frames
BACKTRACE = re.compile(r"\s*(?:Stack backtrace:|Backtrace:|━+ BACKTRACE ━+)\s*$")
_ADDRESS = r"(?:0x[0-9a-fA-F]+ - )?"
_FRAME = re.compile(rf"\s*(?P<number>\d+):\s+{_ADDRESS}(?P<function>\S.*?)\s*$")
_INLINED = re.compile(rf"\s{{8,}}{_ADDRESS}(?P<function><?[^\s:]+::\S.*?)\s*$")
_PLACE = re.compile(r"\s+at (?P<file>\S.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?\s*$")
_HIDDEN = re.compile(r"\s*(?:⋮ \d+ frames? hidden ⋮|⋮|\[\.\.\. omitted \d+ frames? \.\.\.\])[\s⋮]*$")
_SOURCE = re.compile(r"\s*(?:\d+ │|> ?\d+ │|\d+ >|>?\s*\d+ \|)")  # color-eyre's source lines
_GAP = 3  # lines between what failed and the title of its backtrace
_BOX_GAP = 60  # color-eyre's span trace stands between


def read_backtrace(texts: list[str], draft: Draft) -> None:
    """Add the frames under the title that follows `draft`, if one does: std's own before an error's."""
    own = _title(texts, draft.last + 1)
    if own is None:
        return
    at, std = own
    frames, last = _frames(texts, at + 1)
    if not std:
        other = _title(texts, last + 1)
        if other and other[1]:
            frames, last = _frames(texts, other[0] + 1)
    draft.frames += frames
    draft.last = max(draft.last, last)


def _title(texts: list[str], at: int) -> tuple[int, bool] | None:
    """(line of the next title, it is std's own); a box may stand further away than a plain title."""
    near, box = at + _GAP, False
    while at < len(texts) and at < near:
        text = texts[at]
        if STACK.match(text):
            return at, True
        if BACKTRACE.match(text):
            return at, False
        if not box and ("━" in text or text.strip() == "Location:"):
            box, near = True, at + _BOX_GAP
        at += 1
    return None


def _frames(texts: list[str], at: int) -> tuple[list[Frame], int]:
    frames: list[Frame] = []
    last = at - 1
    while at < len(texts):
        text = texts[at]
        match = _FRAME.match(text) or (_INLINED.match(text) if frames else None)
        if match:
            frames.append(Frame("", match["function"]))
        elif frames and (place := _PLACE.match(text)) and not frames[-1].file:
            line = int(place["line"]) if place["line"] else None
            column = int(place["column"]) if place["column"] else None
            frames[-1] = Frame(place["file"], frames[-1].function, line, column)
        elif not (_HIDDEN.match(text) or (frames and _SOURCE.match(text))):
            break
        last = at
        at += 1
    return frames, last
