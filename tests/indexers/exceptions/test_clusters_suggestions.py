"""Clusters that may be the same fault are suggested with a reason and a command, never merged by themselves."""

from connectors.database import Database
from tests.indexers.exceptions.cluster_pages import began, java, listed, store
from tests.indexers.exceptions.log_rows import traceback


def through(*callers: str) -> str:
    """The same failing call below the same own call, reached by other own callers."""
    return java() + "".join(f"\tat a.{caller}.run({caller}.java:5)\n" for caller in callers)


def test_the_same_failure_reached_another_way_is_suggested(on_both: Database) -> None:
    """The reason names what is shared and what is not."""
    one, two = began(on_both, "a", through("Checkout", "Web")), began(on_both, "b", through("Refund", "Job"))
    began(on_both, "c", traceback())
    assert len(listed(on_both)) == 3
    (found,) = store(on_both).suggestions(one[:8])
    assert (found.cluster_id, found.command) == (two, f"firstcause merge {one} {two}")
    assert "same failing call" in found.why
    assert "IllegalStateException" in found.title


def test_other_exceptions_are_never_suggested(on_sqlite: Database) -> None:
    """Another type is another fault."""
    one = began(on_sqlite, "a", java())
    began(on_sqlite, "b", java(kind="ArithmeticException"))
    assert store(on_sqlite).suggestions(one) == ()


def test_what_people_keep_apart_is_not_suggested(on_sqlite: Database) -> None:
    """They have said so already."""
    one = began(on_sqlite, "a", java())
    began(on_sqlite, "b", java(2))
    other = store(on_sqlite).get(one).members[1].fingerprint.value
    decision = store(on_sqlite).split(one, [other])
    assert store(on_sqlite).suggestions(one) == ()
    assert store(on_sqlite).suggestions(decision.result_id) == ()


def test_a_suggestion_that_was_taken_is_gone(on_sqlite: Database) -> None:
    """Both are one cluster now."""
    one, two = began(on_sqlite, "a", through("Checkout")), began(on_sqlite, "b", through("Refund"))
    assert [found.cluster_id for found in store(on_sqlite).suggestions(two)] == [one]
    store(on_sqlite).merge(one, [two])
    assert store(on_sqlite).suggestions(one) == ()
