"""A line of a log as the trace parsers see it: freed of its envelope, with the place it came from.

Keeps out: which envelopes exist (envelopes.py) and what a trace looks like (languages/).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Line(NamedTuple):
    """`first` and `last` are the 1-based input lines this text was made of (more than one for split long lines)."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one stream in order.

    `whole` says that the lines are one complete text (a JSON field, an unescaped line): what follows an
    exception's first message line belongs to the message, because nothing else was written to that text.
    `records` says the opposite: each line was a log record of its own, so the next one may be about anything.
    """

    lines: Sequence[Line]
    whole: bool = False
    records: bool = False

    def texts(self) -> list[str]:
        return [line.text for line in self.lines]


# The start of a log record: a time stamp, or a level word on its own. Continuation lines never begin like this.
RECORD_START = re.compile(
    r"""\s*(?:<\d{1,3}>)?[\[(]?(?:
          \d{4}[-/.]\d\d[-/.]\d\d(?:[T\s_:]|,\s)\d\d:\d\d  # 2026-03-01T09:15, 2026/03/01 09:15, 2026-03-01, 09:15
        | \d\d[/.-](?:\d\d|[A-Z][a-z]{2})[/.-]\d{2,4}[:\s,]\s?\d\d:\d\d  # 01/Mar/2026:09:15, 01.03.2026 09:15
        | [A-Z][a-z]{2}\s[ \d]?\d[,]?\s(?:\d{4}\s)?\d\d:\d\d:\d\d   # Mar  1 09:15:02
        | \d\d:\d\d:\d\d[.,\s\]]                         # 09:15:02.113
        | [IWEF]\d{4}\s\d\d:\d\d:\d\d                     # klog: E0301 09:15:02
        | \d{10,13}(?:\.\d+)?[\s\]]                       # epoch seconds or milliseconds
        | (?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)\b[\]:\s|)]
        | (?:\d{1,3}\.){3}\d{1,3}\s-\s                   # access log
        | \{"                                            # JSON record
    )""",
    re.VERBOSE,
)


def starts_record(text: str) -> bool:
    """Whether `text` begins a new log record."""
    return RECORD_START.match(text) is not None


def indent(text: str) -> int:
    """Width of the leading white space, a tab counted as eight columns."""
    width = 0
    for char in text:
        if char == " ":
            width += 1
        elif char == "\t":
            width += 8 - width % 8
        else:
            break
    return width
