"""Python tracebacks as consoles and notebooks draw them: rich's boxes and IPython's listings.

    ╭─── Traceback (most recent call last) ───╮      ValueError         Traceback (most recent call last)
    │ /srv/shop/cart.py:12 in add             │      Cell In[1], line 2
    │                                         │            1 import cart
    │   11 def add(sku):                      │      ----> 2 cart.add("x")
    │ ❱ 12 │   raise ValueError(sku)          │
    ╰─────────────────────────────────────────╯      File /srv/shop/cart.py:12, in add(sku)
    ValueError: x                                    ---> 12     raise ValueError(sku)

                                                     ValueError: x

Format: rich/traceback.py (also what Typer and structlog's console renderer print), IPython/core/ultratb.py of all
versions since 1.0. A box's title and a listing's first line are the headers; the exception's line stands below.
Keeps out: that line and its message, chains (python.py).
"""

import re
from collections.abc import Sequence

from indexers.exceptions.chain import Frame
from indexers.exceptions.languages.python_lines import MARK

_TITLE = re.compile(r"[\s│|]*[╭┌+][─\-]+ Traceback \(most recent call last\) [─\-]+[╮┐+][\s│|]*$")
_SOURCE_BOX = re.compile(r"[\s│|]*[╭┌+][─\-]{3,}[╮┐+][\s│|]*$")
_PANEL = re.compile(r"[\s│|]*[╭┌+][─\-]+ Sub-exception #\d+ [─\-]+[╮┐+][\s│|]*$")
_INNER_BOX = re.compile(r"[╭╰┌└+][─\-]")
_SOURCE = re.compile(r"(?P<failing>[❱>]\s*)?\d+\s(?:[│|]\s*)*(?P<source>.*)$|\d+$")
_BOX_FRAME = re.compile(r"(?P<file>\S.*?):(?P<line>\d+)(?: in (?P<function>\S.*))?$")
_HEADING_LENGTH = 400

_LISTING = re.compile(r"\s*(?P<type>[^\W\d]\w*)\s{2,}Traceback \(most recent call last\)$")
# Headings of a listing's frames, newest first. IPython 8: `File /x.py:12, in add(sku)` and `Cell In[1], line 2`;
# 8.0: `Input In [1], in <cell line: 1>()`; 1 to 7: `/x.py in add(sku)`, `<ipython-input-1-9e16> in <module>`.
_HEADINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"File (?P<file>\S.*?):(?P<line>\d+)(?:, in (?P<function>[^\s(]+).*)?$",
        r"(?P<file>(?:Cell )?In ?\[\d+\]), line (?P<line>\d+)(?:, in (?P<function>[^\s(]+).*)?$",
        r"(?:Input )?(?P<file>In \[\d+\]), in (?P<function><[^>]*>|[^\s(]+).*$",
        r"(?P<file>\S.*?) in (?P<function><module>|(?:<[^>]*>|[^\s(]+)(?=\()).*$",
    )
)
_ARROW = re.compile(r"-{2,}> (?P<line>\d+)\s?(?P<source>.*)$")
_LISTED = re.compile(r"\s+(?:\d+(?:\s|$)|\(\.\.\.\)|\S+ = )|\s*\d+ |\(\.\.\.\)$|\[\.\.\. skipping ")
_RULE = re.compile(r"-{20,}$")


def is_title(text: str) -> bool:
    """Whether `text` is the upper border of a traceback's box."""
    return MARK in text and _TITLE.match(text) is not None


def is_panel(text: str) -> bool:
    """Whether `text` is the upper border of the box of a group's member."""
    return _PANEL.match(text) is not None


def is_listing(text: str) -> bool:
    """Whether `text` is the first line of a listing."""
    return MARK in text and _LISTING.match(text) is not None


def read_box(texts: Sequence[str], start: int) -> tuple[list[Frame], int]:
    """The frames in the box whose upper border is texts[start], and the index after its lower border (or borders)."""
    frames: list[Frame] = []
    heading = ""  # long paths are folded over several rows
    rows, end = _rows(texts, start)
    for row in map(str.strip, rows):
        source = _SOURCE.match(row)
        frame = _BOX_FRAME.match(heading + row) or _BOX_FRAME.match(f"{heading} {row}")
        if not row or row.startswith(("│", "|", "...")) or _INNER_BOX.match(row):
            heading = ""
        elif source:
            heading = ""
            if source["failing"] and frames and not frames[-1].source:
                frames[-1] = _with_source(frames[-1], source["source"])
        elif frame and frame["function"]:
            frames.append(Frame(frame["file"], frame["function"], int(frame["line"])))
            heading = ""
        else:
            heading = heading + row if len(heading) < _HEADING_LENGTH else ""
    return frames, _after_source_box(texts, end)


def _rows(texts: Sequence[str], start: int) -> tuple[list[str], int]:
    """What stands between the borders of the box whose upper border is texts[start], and the index after the box."""
    corner = _corner(texts[start])
    outer = sum(texts[start].count(border, 0, corner) for border in "│|")
    rows: list[str] = []
    for at in range(start + 1, len(texts)):
        text = texts[at]
        border = text[corner : corner + 1]
        if not border or border not in "│|":
            return rows, at + 1 if border and border in "╰└+" else at
        inside = text[corner + 1 :].rstrip()
        for _ in range(outer + 1):
            inside = inside.rstrip().removesuffix("│").removesuffix("|")
        rows.append(inside[1:].rstrip())
    return rows, len(texts)


def _corner(text: str) -> int:
    """The column of a box's upper left corner."""
    return next((at for at, char in enumerate(text) if char in "╭┌+"), 0)


def read_panels(texts: Sequence[str], start: int) -> tuple[list[tuple[int, list[str]]], int]:
    """([(index of first row, rows)] of the boxes with a group's members from texts[start] on, index after them)."""
    panels: list[tuple[int, list[str]]] = []
    at = end = start
    while at < len(texts):
        if _PANEL.match(texts[at]):
            rows, end = _rows(texts, at)
            panels.append((at + 1, rows))
            at = end
        elif texts[at].strip():
            break
        else:
            at += 1
    return panels, end


def _after_source_box(texts: Sequence[str], at: int) -> int:
    """The index after the box in which rich shows the source line of a SyntaxError, if there is one."""
    if at < len(texts) and _SOURCE_BOX.match(texts[at]):
        return _rows(texts, at)[1]
    return at


def read_listing(texts: Sequence[str], start: int) -> tuple[str, list[Frame], int]:
    """(type, frames, index of the exception's line) of the listing that begins at texts[start]."""
    match = _LISTING.match(texts[start])
    kind = match["type"] if match else ""
    ends = re.compile(rf"(?:[\w.]+\.)?{re.escape(kind)}(?::|$)")
    frames: list[Frame] = []
    margin = len(texts[start]) - len(texts[start].lstrip())
    at = start + 1
    while at < len(texts):
        text = texts[at].rstrip()
        text = text[margin:] if text[:margin].isspace() else text
        arrow = _ARROW.match(text)
        frame = _heading(text) if text and not arrow and not ends.match(text) else None
        if frame:
            frames.append(frame)
        elif arrow and frames:
            line = frames[-1].line or int(arrow["line"])
            frames[-1] = Frame(frames[-1].file, frames[-1].function, line, source=arrow["source"].strip())
        elif text and not _LISTED.match(text) and not _RULE.match(text):
            break
        at += 1
    return kind, frames, at


def _heading(text: str) -> Frame | None:
    for pattern in _HEADINGS:
        match = pattern.match(text)
        if match:
            found = match.groupdict()
            line = int(found["line"]) if found.get("line") else None
            return Frame(found["file"], found["function"] or "", line)
    return None


def _with_source(frame: Frame, text: str) -> Frame:
    return Frame(frame.file, frame.function, frame.line, source=text.strip())
