"""How a kind of event is written: where, how often, how grave, and one real example.

Owns the text. `L17-1893 x42 ERROR message` stands for 42 events between lines 17 and 1893; the message is that of line
17, verbatim from its beginning, cut only where ` …` says so. When another event than the first is the telling one, it
is `L229 x42 in 17-1893`. A stack trace is whole or is named as left out. Keeps out:
which kinds are written and whether they fit.
"""

from datetime import UTC, datetime

from indexers.logs.templates_header import message_start
from rca.reduction.groups import Example, Group

# Detail of an example: its first line cut, its first line, all of it.
CUT, LINE, WHOLE = 0, 1, 2
_SHORT = 90  # characters of a cut message
_SEVERITIES = {"FATAL": ("FATAL", "CRIT", "PANIC", "EMERG"), "ERROR": ("ERR", "SEVERE"), "WARN": ("WARN",)}


def written(group: Group, example: Example, detail: int) -> str:
    """One example of a kind with its place, count, times and severity; several lines when it has a stack trace."""
    first, _, rest = example.text.partition("\n")
    message = first[message_start(first) :].strip()
    if detail == CUT and len(message) > _SHORT:
        cut = message.rfind(" ", _SHORT // 2, _SHORT)
        message = message[: cut if cut > 0 else _SHORT].rstrip() + " …"
    if rest and detail == WHOLE:
        message += "\n" + rest
    elif rest:
        message += f" [{rest.count(chr(10)) + 1} more lines left out]"
    own = example == group.example
    words = [_place(group, example) if own else f"L{example.line + 1 - group.offset}"]
    words.append(_span(group) if own and detail == WHOLE else "")
    words.append(_severity(group, message))
    return " ".join([*filter(None, words), message])


def _place(group: Group, example: Example) -> str:
    at, first, last = (line + 1 - group.offset for line in (example.line, group.first, group.last))
    if group.events == 1:
        return f"L{at}"
    return f"L{first}-{last} x{group.events}" if at == first else f"L{at} x{group.events} in {first}-{last}"


def _severity(group: Group, message: str) -> str:
    said = message[:60].upper()
    known = _SEVERITIES.get(group.severity, ())
    return "" if not known or any(word in said for word in known) else group.severity


def _span(group: Group) -> str:
    if group.first_time is None or group.last_time is None:
        return ""
    first, last = (datetime.fromtimestamp(time / 1e6, UTC) for time in (group.first_time, group.last_time))
    if first == last:
        return f"{first:%H:%M:%S}"
    same_day = first.date() == last.date()
    return f"{first:%H:%M:%S}-{last:%H:%M:%S}" if same_day else f"{first:%m-%d %H:%M}-{last:%m-%d %H:%M}"
