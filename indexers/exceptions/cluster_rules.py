"""Status and trend of a cluster, from when and where it was seen. Pure functions, no database.

The rules, in the order in which they are asked:
- *resolved*: a person marked it resolved and it has not been seen since, or it is unseen for 14 days (a setting),
- *regressed*: it was seen again after it was resolved either way; for as long as 14 days, or until a person reopens it,
- *new*: first seen within 24 hours of the newest data, or seen only in the newest version of every service it is in,
- *ongoing*: everything else.
"Newest data" is the newest log line stored, so that replaying old logs gives the status of that time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from indexers.exceptions.cluster_values import Status, Trend

QUIET = timedelta(days=14)
NEW = timedelta(hours=24)
HOURS = 24
DAYS = 14
_RECENT = 3  # hours compared with those before
_LEAST = 5  # occurrences below which nothing is said about direction


@dataclass(frozen=True, slots=True)
class Seen:
    """What the status depends on. `versions`: service -> versions of it that this cluster was seen in."""

    first: datetime
    last: datetime
    resolved_at: datetime | None
    regressed_at: datetime | None
    versions: Mapping[str, frozenset[str]]


def status(
    seen: Seen, newest: datetime, newest_versions: Mapping[str, str], quiet: timedelta = QUIET
) -> tuple[Status, str]:
    """The status and why. `newest_versions` holds services that are known in two versions or more."""
    if seen.resolved_at is not None and seen.last <= seen.resolved_at:
        return "resolved", f"marked resolved at {seen.resolved_at:%Y-%m-%d %H:%M} and not seen since"
    if newest - seen.last >= quiet:
        return "resolved", f"not seen for {(newest - seen.last).days} days"
    if seen.regressed_at is not None and newest - seen.regressed_at < quiet:
        return "regressed", f"seen again at {seen.regressed_at:%Y-%m-%d %H:%M} after it was resolved"
    if newest - seen.first < NEW:
        return "new", f"first seen {_ago(newest - seen.first)} before the newest data"
    if seen.versions and all(versions == {newest_versions.get(service)} for service, versions in seen.versions.items()):
        places = ", ".join(f"{service} {newest_versions[service]}" for service in sorted(seen.versions))
        return "new", f"seen only in the newest version: {places}"
    return "ongoing", f"first seen {_ago(newest - seen.first)} before the newest data"


def trend(counts: Mapping[datetime, int], newest: datetime) -> Trend:
    """The trend of `counts` (start of hour -> occurrences) up to `newest`."""
    hour = newest.replace(minute=0, second=0, microsecond=0)
    hours = tuple(counts.get(hour - timedelta(hours=back), 0) for back in range(HOURS - 1, -1, -1))
    days = [0] * DAYS
    for start, count in counts.items():
        back = int((hour - start) / timedelta(days=1)) if start <= hour else -1
        if 0 <= back < DAYS:
            days[DAYS - 1 - back] += count
    return Trend(hours, tuple(days), _slope(hours), _words(hours, days))


def _slope(values: tuple[int, ...]) -> float:
    """Least-squares slope of `values` over their index."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    spread = sum((index - middle) ** 2 for index in range(len(values)))
    return sum((index - middle) * (value - mean) for index, value in enumerate(values)) / spread


def _words(hours: tuple[int, ...], days: list[int]) -> str:
    recent, before = sum(hours[-_RECENT:]), sum(hours[:-_RECENT])
    usual = before * _RECENT / (HOURS - _RECENT)
    if not recent + before:
        quiet = next((back for back, count in enumerate(reversed(days)) if count), None)
        return (
            f"quiet for {DAYS} days or more" if quiet is None else f"quiet for {max(quiet, 1)} day{'s' * (quiet > 1)}"
        )
    if recent + before < _LEAST:
        return f"rare: {recent + before} in 24 hours"
    if not before:
        return f"just begun: {recent} in the last {_RECENT} hours"
    if recent >= 2 * usual and recent >= _LEAST:
        return f"rising: {recent} in the last {_RECENT} hours against {usual:.0f} in {_RECENT} hours before"
    if recent <= usual / 2:
        return f"falling: {recent} in the last {_RECENT} hours against {usual:.0f} in {_RECENT} hours before"
    return f"steady: {recent} in the last {_RECENT} hours"


def _ago(span: timedelta) -> str:
    hours = int(span / timedelta(hours=1))
    if hours < 1:
        return f"{int(span / timedelta(minutes=1))} minutes"
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
