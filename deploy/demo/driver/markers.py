"""Time stamps in recorded logs: replaced by offsets when a log is recorded, written anew when it is replayed.

A marker is `@{kind+seconds}`; `@{commit}` stands for the commit that was running. Both directions live here, so that
what is recorded can always be replayed. Keeps out: files, services, deployments.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .logfiles import nanoseconds

COMMIT = "@{commit}"
_MARKER = re.compile(r"@\{(?P<kind>[a-z]+)\+(?P<seconds>\d+\.\d+)\}")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one layout of a time is found, read and written."""

    pattern: re.Pattern[str]
    read: Callable[[str], datetime]
    write: Callable[[datetime], str]


def _strptime(layout: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, layout).replace(tzinfo=UTC)


KINDS = {
    # 2025-06-01T10:00:00.123456000Z: container runtimes
    "nano": _Kind(
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}000Z"),
        lambda text: _strptime("%Y-%m-%dT%H:%M:%S.%f")(text[:-4]),
        nanoseconds,
    ),
    # 2025-06-01 10:00:00.123: logback's usual layout, without a zone
    "milli": _Kind(
        re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?!\d)"),
        _strptime("%Y-%m-%d %H:%M:%S.%f"),
        lambda at: at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
    ),
    # 2025/06/01 10:00:00.123456: Go's log package with microseconds
    "go": _Kind(
        re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6}"),
        _strptime("%Y/%m/%d %H:%M:%S.%f"),
        lambda at: at.strftime("%Y/%m/%d %H:%M:%S.%f"),
    ),
    # "time":1748772000123 inside JSON, plain or escaped: milliseconds since 1970
    "epoch": _Kind(
        re.compile(r'(?<=time\\":)\d{13}|(?<=time":)\d{13}'),
        lambda text: datetime.fromtimestamp(int(text) / 1000, UTC),
        lambda at: str(int(at.timestamp() * 1000)),
    ),
}


def mark(text: str, *, started: datetime, commit: str) -> str:
    """`text` with every time replaced by its offset from `started` (never negative) and the commit by its marker."""
    for name, kind in KINDS.items():

        def offset(found: re.Match[str], name: str = name, kind: _Kind = kind) -> str:
            seconds = max((kind.read(found.group()) - started).total_seconds(), 0.0)
            return f"@{{{name}+{seconds:.6f}}}"

        text = kind.pattern.sub(offset, text)
    return text.replace(commit, COMMIT)


def longest(text: str) -> float:
    """The largest offset in `text`, in seconds."""
    return max((float(found["seconds"]) for found in _MARKER.finditer(text)), default=0.0)


def unmark(text: str, *, started: datetime, commit: str, pace: float = 1.0) -> str:
    """`text` as if it had been logged from `started` on, every offset multiplied by `pace`."""

    def time(found: re.Match[str]) -> str:
        return KINDS[found["kind"]].write(started + timedelta(seconds=float(found["seconds"]) * pace))

    return _MARKER.sub(time, text).replace(COMMIT, commit)
