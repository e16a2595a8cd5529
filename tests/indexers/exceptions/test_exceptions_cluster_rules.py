"""Status and trend follow from when and where a cluster was seen."""

from datetime import datetime, timedelta

import pytest

from indexers.exceptions.cluster_rules import Seen, status, trend
from tests.indexers.exceptions.log_rows import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def seen(
    first: timedelta, last: timedelta, *, resolved: timedelta | None = None, regressed: timedelta | None = None
) -> Seen:
    """Times before noon."""
    moment = lambda ago: None if ago is None else NOON - ago  # noqa: E731  (a one-line local helper)
    return Seen(NOON - first, NOON - last, moment(resolved), moment(regressed), {"shop": frozenset({"1.0"})})


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (seen(2 * HOUR, HOUR), "new"),
        (seen(3 * DAY, HOUR), "ongoing"),
        (seen(30 * DAY, 14 * DAY), "resolved"),
        (seen(3 * DAY, 2 * HOUR, resolved=HOUR), "resolved"),
        (seen(3 * DAY, HOUR, regressed=2 * HOUR), "regressed"),
        (seen(60 * DAY, HOUR, regressed=20 * DAY), "ongoing"),
    ],
)
def test_the_status_follows_the_rules(what: Seen, expected: str) -> None:
    """One case for each rule."""
    assert status(what, NOON, {})[0] == expected


def test_a_fault_of_the_newest_version_alone_is_new() -> None:
    """However long that version has been running."""
    what = seen(3 * DAY, HOUR)
    assert status(what, NOON, {"shop": "1.0"}) == ("new", "seen only in the newest version: shop 1.0")
    assert status(what, NOON, {"shop": "2.0"})[0] == "ongoing"


def hourly(*counts: int) -> dict[datetime, int]:
    """Counts of the hours up to noon, oldest first."""
    return {NOON - (len(counts) - 1 - index) * HOUR: count for index, count in enumerate(counts)}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (hourly(*[2] * 24), "steady"),
        (hourly(*[2] * 21, 9, 9, 9), "rising"),
        (hourly(*[9] * 21, 0, 1, 0), "falling"),
        (hourly(0, 0, 5), "just begun"),
        (hourly(1), "rare"),
        ({NOON - 3 * DAY: 8}, "quiet for 3 days"),
        ({}, "quiet for 14 days or more"),
    ],
)
def test_the_trend_is_said_in_words(counts: dict[datetime, int], words: str) -> None:
    """From the last three hours against those before."""
    assert trend(counts, NOON).words.startswith(words)


def test_the_trend_counts_hours_and_days_up_to_the_newest_data() -> None:
    """Oldest first; the last is the hour, or day, of the newest data."""
    found = trend({NOON: 3, NOON - HOUR: 2, NOON - 5 * DAY: 7}, NOON + timedelta(minutes=59))
    assert (len(found.hours), found.hours[-2:]) == (24, (2, 3))
    assert (len(found.days), found.days[-1], found.days[-6]) == (14, 5, 7)
    assert found.slope > 0
