"""How a kind of event is written: where, how often, when, how grave, and one real example.

Owns the text. `L17-1893 x42 ERROR message` stands for 42 events between lines 17 and 1893; the message is that of line
17, verbatim from its beginning, cut only where ` …` says so. When another event than the first is the telling one, it
is `L229 x42 in 17-1893`. A stack trace is whole or is named as left out. Keeps out: which kinds are written and whether
they fit.
"""

from datetime import UTC, datetime
from enum import IntEnum

from rca.reduction.groups import Example, Group
from rca.reduction.said import said


class Detail(IntEnum):
    """How much of an example is written, each step more than the one before."""

    CUT = 0  # the beginning of its message
    LINE = 1  # its message
    WHOLE = 2  # with its stack trace, and when its kind was seen
    VERBATIM = 3  # with its header as well


_SHORT_REST = 30  # characters: shorter than the note that they are left out
_SEVERITIES = {"FATAL": ("FATAL", "CRIT", "PANIC", "EMERG"), "ERROR": ("ERR", "SEVERE"), "WARN": ("WARN",)}


def written(group: Group, example: Example, detail: Detail, short: int) -> str:
    """One example of a kind with its place, count, times and severity; several lines when it has a stack trace.

    A cut message has about `short` characters and ends with a word.
    """
    first, _, rest = example.text.partition("\n")
    message = first.strip() if detail == Detail.VERBATIM else said(first).message
    if detail == Detail.CUT and len(message) > short:
        cut = message.rfind(" ", short // 2, short)
        message = message[: cut if cut > 0 else short].rstrip() + " …"
    if not example.whole:
        message += " [too long to be shown whole]"
    elif rest and (detail >= Detail.WHOLE or len(rest) <= _SHORT_REST):
        message += "\n" + rest
    elif rest:
        message += f" [{rest.count(chr(10)) + 1} more lines left out]"
    own = example == group.example
    words = [_place(group, example) if own else f"L{example.line + 1 - group.offset}"]
    words.append(_span(group) if own and detail >= Detail.WHOLE else "")
    words.append(_severity(group, message))
    return " ".join([*filter(None, words), message])


def _place(group: Group, example: Example) -> str:
    at, first, last = (line + 1 - group.offset for line in (example.line, group.first, group.last))
    if group.events == 1:
        return f"L{at}"
    return f"L{first}-{last} x{group.events}" if at == first else f"L{at} x{group.events} in {first}-{last}"


def _severity(group: Group, message: str) -> str:
    told = message[:60].upper()
    known = _SEVERITIES.get(group.severity, ())
    return "" if not known or any(word in told for word in known) else group.severity


def _span(group: Group) -> str:
    if group.first_time is None or group.last_time is None:
        return "-".join(dict.fromkeys(filter(None, group.clocks)))
    first, last = (datetime.fromtimestamp(time / 1e6, UTC) for time in (group.first_time, group.last_time))
    if first == last:
        return f"{first:%H:%M:%S}"
    same_day = first.date() == last.date()
    return f"{first:%H:%M:%S}-{last:%H:%M:%S}" if same_day else f"{first:%m-%d %H:%M}-{last:%m-%d %H:%M}"
