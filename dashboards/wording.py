"""How times, counts and trends are put for people, in the terminal and on pages alike. Keeps out: colours, layout."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.errors import BadInputError

SPARKS = "▁▂▃▄▅▆▇█"
_STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def utc_now() -> datetime:
    """The present as an aware UTC time (connectors.records has the same, behind an import of Arrow)."""
    return datetime.now(UTC)


def ago(when: datetime, now: datetime) -> str:
    """`when` as seen from `now`, in its largest whole unit: "3 min ago", "in 2 h", "just now"."""
    seconds = (now - when).total_seconds()
    for size, unit in _STEPS:
        if abs(seconds) >= size:
            amount = f"{int(abs(seconds) // size)} {unit}"
            return f"{amount} ago" if seconds > 0 else f"in {amount}"
    return "just now"


def stamp(when: datetime) -> str:
    """`when` to the second, in UTC."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def both(when: datetime, now: datetime) -> str:
    """Relative and absolute: "3 min ago (2026-03-01 12:00:00Z)"."""
    return f"{ago(when, now)} ({stamp(when)})"


def sparkline(values: Sequence[int]) -> str:
    """One character a value, scaled to the largest; zero is a dot, so that silence can be told from little."""
    highest = max(values, default=0)
    if not highest:
        return "·" * len(values)
    return "".join(
        "·" if value <= 0 else SPARKS[min(len(SPARKS) - 1, value * len(SPARKS) // (highest + 1))] for value in values
    )


def halved(values: Sequence[int]) -> list[int]:
    """Half as many steps, each the sum of two; the newest step is always whole."""
    odd = len(values) % 2
    return [*values[:odd], *(values[place] + values[place + 1] for place in range(odd, len(values), 2))]


def names(counts: Mapping[str, int], most: int = 3) -> str:
    """The names by count, the rest as a number: "checkout, cart +2"; unnamed ones are left out."""
    known = [name for name in counts if name]
    shown = ", ".join(known[:most])
    return f"{shown} +{len(known) - most}" if len(known) > most else shown


def count(number: int) -> str:
    """4 characters or so: 950, 12.3k, 4.5M."""
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if number >= size:
            scale = 1_000 if unit == "k" else size
            return f"{number / scale:.1f}{unit}"
    return str(number)


def ends(lines: Sequence[str], most: int) -> list[str]:
    """`lines`, or `most` of them with a word on what is missing before the last one: traces end in what went wrong."""
    if len(lines) <= most:
        return list(lines)
    kept = most - 2
    return [*lines[:kept], f"... {len(lines) - kept - 1} lines ...", lines[-1]]


def plain(text: str) -> str:
    """`text` without control characters: a log line must not be able to steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\t", "    "))


def moment(text: str, now: datetime) -> datetime:
    """A time as a person types it: a span back from `now` (`90s`, `15m`, `2h`, `7d`) or ISO 8601 (UTC without a zone).

    Raises BadInputError.
    """
    span = _SPAN.fullmatch(text.strip())
    try:
        if span:
            return now - timedelta(seconds=float(span[1]) * _SECONDS[span[2].lower()])
        when = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError) as error:
        raise BadInputError(f"{text!r} is no time; give 15m, 2h, 7d or 2026-03-01T12:00:00Z.") from error
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
