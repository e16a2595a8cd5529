"""How a kind of event is written: where, how often, how grave, and one real example.

Owns the text. `L17-1893 x42 ERROR message` stands for 42 events between lines 17 and 1893; the message is that of a
real line, verbatim from its beginning, cut only where ` …` says so. A stack trace is whole or is named as left out.
Keeps out: which kinds are written and whether they fit.
"""

from datetime import UTC, datetime

from indexers.logs.templates_header import message_start
from rca.reduction.gather import Group

SHORT = 90  # characters of a message when room is scarce
_SEVERITIES_SHOWN = ("FATAL", "ERROR", "WARN")


def lead(group: Group, line: int, *, times: bool) -> str:
    """`L17-1893 x42 12:03:04-12:09:11 ERROR` of an example that stands in 0-based `line`."""
    words = [f"L{line + 1}"]
    if group.events > 1:
        if group.last > line:
            words[0] += f"-{group.last + 1}"
        words.append(f"x{group.events}")
    if times and (span := _span(group)):
        words.append(span)
    if group.severity in _SEVERITIES_SHOWN and group.severity not in group.example[: message_start(group.example) + 60]:
        words.append(group.severity)
    return " ".join(words)


def full(group: Group, line: int, text: str, *, times: bool = True, header: bool = False) -> str:
    """The example whole, with its stack trace; `header` keeps the line's own header (time, thread, logger)."""
    message = text if header else text[message_start(text) :]
    return f"{lead(group, line, times=times and not header)} {_level(text, header)}{message.strip()}"


def first_line(group: Group, line: int, text: str, *, limit: int | None = None) -> str:
    """The example's first line, cut after `limit` characters at a word; a trace below it is named as left out."""
    first, _, rest = text.partition("\n")
    message = first[message_start(first) :].strip()
    if limit is not None and len(message) > limit:
        cut = message.rfind(" ", limit // 2, limit)
        message = message[: cut if cut > 0 else limit].rstrip() + " …"
    left_out = f" [{rest.count(chr(10)) + 1} more lines left out]" if rest else ""
    return f"{lead(group, line, times=False)} {_level(text, False)}{message}{left_out}"


def _level(text: str, header: bool) -> str:
    if header:
        return ""
    head = text[: message_start(text)].upper()
    for name, words in (("FATAL", ("FATAL", "CRIT", "PANIC")), ("ERROR", ("ERROR", "SEVERE")), ("WARN", ("WARN",))):
        if any(word in head for word in words):
            return name + " "
    return ""


def _span(group: Group) -> str:
    if group.first_time is None or group.last_time is None:
        return ""
    first, last = (datetime.fromtimestamp(time / 1e6, UTC) for time in (group.first_time, group.last_time))
    if first == last:
        return f"{first:%H:%M:%S}"
    same_day = first.date() == last.date()
    return f"{first:%H:%M:%S}-{last:%H:%M:%S}" if same_day else f"{first:%m-%d %H:%M}-{last:%m-%d %H:%M}"
