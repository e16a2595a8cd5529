"""Old activity is rolled up: nothing that is said of a cluster changes but its oldest hours."""

import tempfile

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.database import Database
from indexers.exceptions.tables import cluster_activity
from tests.indexers.exceptions.cluster_pages import DAY, began, java, listed, record, recounted, shown, store
from tests.indexers.exceptions.log_rows import NOON, traceback

KINDS = ("KeyError", "ValueError", "TypeError")


def rows_of_activity(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(cluster_activity)).scalar_one())


def seasons(database: Database) -> str:
    """One fault seen every ten days for sixty days; its id."""
    for number in range(7):
        record(database, f"p{number}", traceback(), traceback(line=20), at=NOON + 10 * number * DAY)
    return store(database).list()[0].id


def test_what_is_said_of_a_cluster_stays(on_both: Database) -> None:
    """Count, first and last seen, status, trend; only hours before the edge are gone, and a second time nothing is."""
    cluster_id = seasons(on_both)
    before = shown(on_both)
    assert store(on_both).trim(NOON + 31 * DAY) == 4
    assert shown(on_both) == before
    assert listed(on_both) == recounted(on_both)
    assert [one.hour for one in store(on_both).get(cluster_id).activity] == [NOON + days * DAY for days in (40, 50, 60)]
    assert store(on_both).trim(NOON + 31 * DAY) == 0


def test_hours_that_a_trend_looks_at_are_kept(on_sqlite: Database) -> None:
    """Whatever the retention, also when all data is old."""
    seasons(on_sqlite)
    before = shown(on_sqlite)
    store(on_sqlite).trim(NOON + 10_000 * DAY)
    assert rows_of_activity(on_sqlite) == 2
    assert shown(on_sqlite) == before


def test_a_page_read_anew_does_not_count_twice(on_both: Database) -> None:
    """Its hours that were rolled up stay what they were; the others are replaced."""
    seasons(on_both)
    before = listed(on_both)
    store(on_both).trim(NOON + 31 * DAY)
    for number in range(7):
        record(on_both, f"p{number}", traceback(), traceback(line=20), at=NOON + 10 * number * DAY, revision=1)
    assert listed(on_both) == before
    assert listed(on_both) == recounted(on_both)


def test_an_old_page_that_comes_late_counts(on_sqlite: Database) -> None:
    """It was never rolled up, however old its hours are; the next housekeeping does that."""
    cluster_id = seasons(on_sqlite)
    store(on_sqlite).trim(NOON + 31 * DAY)
    record(on_sqlite, "late", traceback(), at=NOON - DAY)
    assert listed(on_sqlite)[cluster_id][:2] == (15, NOON - DAY)
    store(on_sqlite).trim(NOON + 31 * DAY)
    assert listed(on_sqlite)[cluster_id][:2] == (15, NOON - DAY)
    assert listed(on_sqlite) == recounted(on_sqlite)


def test_an_undo_is_right_after_trimming(on_both: Database) -> None:
    """What was rolled up moves with its fingerprint."""
    one = began(on_both, "a", traceback())
    two = began(on_both, "b", java(), at=NOON + DAY)
    began(on_both, "c", traceback("TypeError"), at=NOON + 60 * DAY)
    before = shown(on_both)
    decision = store(on_both).merge(one, [two])
    assert store(on_both).trim(NOON + 30 * DAY) == 2
    assert listed(on_both)[one][0] == 2
    store(on_both).undo(decision.id)
    assert shown(on_both) == before


@given(st.data())
@settings(max_examples=12)
def test_trimming_at_any_time_changes_no_list(data: st.DataObject) -> None:
    """Pages, replays, merges and trims in any order: the same as without the trims."""
    with tempfile.TemporaryDirectory() as folder:
        trimmed, whole = Database(f"sqlite:///{folder}/a.db"), Database(f"sqlite:///{folder}/b.db")
        for one in (trimmed, whole):
            one.migrate()
            record(one, "p0", *(traceback(kind) for kind in KINDS))
        pages: dict[str, list[str]] = {}
        for number in range(1, data.draw(st.integers(4, 10))):
            step = data.draw(st.sampled_from(["page", "page", "replay", "trim", "merge"]))
            name = f"p{number}" if step == "page" else data.draw(st.sampled_from(sorted(pages))) if pages else ""
            if step == "page":
                pages[name] = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3))
            for one in (trimmed, whole):
                if name and step in ("page", "replay"):
                    bodies = [traceback(kind) for kind in pages[name]]
                    revision = 0 if step == "page" else number
                    record(one, name, *bodies, at=NOON + 9 * int(name[1:]) * DAY, revision=revision)
                elif step == "merge" and len(listed(one)) > 1:
                    first, second, *_ = sorted(listed(one))
                    store(one).merge(first, [second])
            if step == "trim":
                store(trimmed).trim(NOON + data.draw(st.integers(0, 90)) * DAY)
            assert listed(trimmed) == listed(whole) == recounted(trimmed)
            assert [row[7:9] for row in shown(trimmed).values()] == [row[7:9] for row in shown(whole).values()]
        for one in (trimmed, whole):
            one.close()
