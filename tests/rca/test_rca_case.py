"""Which two releases a fault lies between, and the failing event among the log rows."""

from datetime import timedelta

from indexers.code.releases import Release
from rca.case import ClusterCase, releases_around, with_own_event
from tests.fakes.rca_shop import NOW, log_rows


def release(version: str, days: int) -> Release:
    return Release("orders", "production", NOW + timedelta(days=days), version, version * 8)


HISTORY = [release("1", 0), release("2", 1), release("3", 2), release("4", 3)]


def test_the_first_version_with_the_fault_is_the_failing_one() -> None:
    """And the one before it is the last good one."""
    good, failing = releases_around(HISTORY, first_seen=NOW + timedelta(days=3), versions_with_fault={"3", "4"})
    assert (good, failing) == (HISTORY[1], HISTORY[2])


def test_without_versions_what_ran_at_first_sight_counts() -> None:
    """The time of the first event decides."""
    good, failing = releases_around(HISTORY, first_seen=NOW + timedelta(days=1, hours=3))
    assert (good, failing) == (HISTORY[0], HISTORY[1])


def test_a_fault_older_than_every_release_has_no_good_one() -> None:
    """Nothing is made up."""
    assert releases_around(HISTORY, first_seen=NOW + timedelta(hours=1)) == (None, HISTORY[0])
    assert releases_around(HISTORY, first_seen=NOW - timedelta(days=9)) == (None, None)
    assert releases_around([], first_seen=NOW) == (None, None)


def test_a_redeployment_of_the_same_version_is_not_the_good_one() -> None:
    """Restarting the failing version does not make it innocent."""
    twice = [release("1", 0), release("2", 1), Release("orders", "production", NOW + timedelta(days=2), "2", "2" * 8)]
    good, failing = releases_around(twice, first_seen=NOW + timedelta(days=2, hours=1))
    assert good == twice[0]
    assert failing is not None
    assert failing.version == "2"


def test_the_failing_event_is_among_the_rows() -> None:
    """Also when the warehouse no longer has it; a row that is there is not doubled."""
    case = ClusterCase("c", "orders", "production", "1", "E", "", "E: boom", (), event_id="own", logs=log_rows("a"))
    rows = with_own_event(case)
    assert rows["body"].to_pylist() == ["a", "E: boom"]
    there = ClusterCase("c", "orders", "production", "1", "E", "", "E: boom", (), event_id="e0", logs=log_rows("a"))
    assert with_own_event(there).num_rows == 1
