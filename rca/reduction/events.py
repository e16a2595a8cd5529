"""Lines to events: which lines continue the one before, so that a stack trace stays in one piece.

Owns that decision. Each distinct line is classified once; the rest is arithmetic on columns. Keeps out: what the trace
says. Input that is already assembled (texts of several lines) passes through unchanged.
"""

import re
from typing import Any

import numpy as np

from rca.reduction.said import Said, said

# Classes of lines.
HEADED = 0  # begins with a time or a level
BARE = 1  # a line of its own, or a part of the one before: its neighbours decide
FRAME = 2  # indented, empty, or clearly a part of a trace
OPENING = 3  # starts a trace that is printed below its header
ENDING = 4  # names an exception: the last line of a Python trace, the first of a Java one
LINK = 5  # joins two traces of one event
WHOLE = 6  # has line ends inside: an event already
CAUSE = 7  # names a further exception of the same event

_LONG_RUN = 1_000  # lines below a header that belong to it, whatever they are, when a trace is among them
_HEADED_SHARE = 0.5  # from this share on, a log's events begin with a header
_SHORT_RUN = 3

_FRAME = re.compile(
    r"\s*$|\s+\S|at\s+\S+.*[()]|File \".*\", line \d+|\.\.\. \d+ (?:more|common)"
    r"|goroutine \d+ \[|created by \S+\(?|\)|}|]|\^+$|#\d+\s+\S"
)
_WRAPPED = re.compile(r"at\s+[\w$.<>/@ ]+\(.*\)$|File \".*\", line \d+|\.\.\. \d+ (?:more|common frames)")
_OPENING = re.compile(r"Traceback \(most recent call last\)")
_CAUSE = re.compile(r"\s*(?:Caused by|Suppressed): ")
_LINK = re.compile(r"\s*(?:During handling of the above|The above exception was)")
_ENDING = re.compile(
    r"(?:[\w$]+[.:/]+)*[A-Z][\w$]*"
    r"(?:Error|Exception|Exit|Interrupt|Iteration|Timeout|Group|Fault|Failure|Warning)(?::|\s*$| \()"
)


def classify(text: str, told: Said | None = None) -> int:
    """Class of one line; `told` is what it says, where that has been read already."""
    if "\n" in text.rstrip("\n"):
        return WHOLE
    told = told or said(text)
    if told.head:
        if _CAUSE.match(told.message):
            return CAUSE
        return FRAME if _WRAPPED.match(told.message) else HEADED
    for pattern, kind in ((_OPENING, OPENING), (_CAUSE, CAUSE), (_LINK, LINK), (_FRAME, FRAME), (_ENDING, ENDING)):
        if pattern.match(text):
            return kind
    return BARE


def gist(text: str) -> tuple[str, bool]:
    """Of an event of several lines: its first line and the lines that name exceptions, and whether there are any."""
    first, *rest = text.split("\n")
    kinds = [(classify(line), line.strip()) for line in rest]
    heads = [line for kind, line in kinds if kind not in (FRAME, LINK, OPENING)]
    traced = any(kind in (CAUSE, ENDING, OPENING) for kind in (classify(first), *(kind for kind, _ in kinds)))
    return " ".join([first, *heads[:6]]), traced


def event_starts(classes: Any, *, headed: bool, borders: Any = None) -> Any:
    """Boolean column: True where an event begins. `headed` says that events of this log begin with a header, `borders`
    (a boolean column) where another source begins than that of the line before.

    The first line always begins one. When one text is an assembled event, all are.
    """
    count = len(classes)
    if (classes == WHOLE).any():
        return np.ones(count, bool)
    starts = np.isin(classes, (HEADED, BARE, ENDING))
    places = np.arange(count)
    before = np.concatenate(([HEADED], classes[:-1])) if count else classes
    starts |= (classes == OPENING) & ~np.isin(before, (HEADED, FRAME, LINK, CAUSE))
    # The line that names the exception closes a trace when the nearest line above that is no frame opened one.
    anchors = np.maximum.accumulate(np.where(np.isin(classes, (FRAME, CAUSE)), -1, places))
    above = np.concatenate(([0], anchors[:-1])) if count else anchors
    opened = np.isin(classes[np.maximum(above, 0)], (OPENING,)) if count else starts
    starts &= ~((classes == ENDING) & opened)
    if headed:
        starts &= ~_continues_header(classes, borders)
    if count:
        starts[0] = True
    if borders is not None:
        starts |= borders
    return starts


def could_begin(classes: Any) -> Any:
    """Boolean column: lines that are no clear part of a trace; only of these it is asked how many have a header."""
    return np.isin(classes, (HEADED, BARE, ENDING))


def mostly_headed(headed_lines: int, lines: int) -> bool:
    """Whether so many of the lines that could begin an event have a header that the others likely continue one."""
    return headed_lines >= _HEADED_SHARE * max(lines, 1)


def _continues_header(classes: Any, borders: Any) -> Any:
    """Lines without a header in a run below one: all when it is short, the first thousand when it holds a trace."""
    own = classes == HEADED
    begins = own if borders is None else own | borders
    run = np.cumsum(begins)  # number of the header above, 0 before the first
    length = np.bincount(run, weights=~own)
    traces = np.bincount(run, weights=np.isin(classes, (FRAME, OPENING, LINK, CAUSE)))
    below_header = np.bincount(run, weights=own) > 0
    places = np.arange(len(classes))
    depth = places - np.maximum.accumulate(np.where(begins, places, 0))
    short = below_header & (length <= _SHORT_RUN)
    traced = below_header & (traces > 0)
    return ~own & (short[run] | (traced[run] & (depth <= _LONG_RUN)))
