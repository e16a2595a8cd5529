"""Clusters in SQLite and PostgreSQL: recorded once, listed quickly, the same whoever records. Both engines are real."""

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.database import Database, metadata
from connectors.errors import NotFoundError
from indexers.exceptions.cluster_values import PageClusters
from indexers.exceptions.clusters import ClusterQuery, ClusterStore
from indexers.exceptions.rows import exception_rows
from indexers.exceptions.tables import clusters
from tests.indexers.exceptions.log_rows import NOON, log_rows, stored_page, traceback

DAY = timedelta(days=1)


@pytest.fixture
def database(on_both: Database) -> Database:
    """An empty, migrated metadata database on each engine."""
    return on_both


def record(
    database: Database,
    page_id: str,
    *bodies: str,
    at: datetime = NOON,
    version: str = "1.0",
    service: str = "shop",
    revision: int = 0,
) -> PageClusters | None:
    """Store a page of log bodies in the ledger and cluster it."""
    stored_page(database, page_id, revision=revision)
    return recorded_again(database, page_id, *bodies, at=at, version=version, service=service)


def recorded_again(
    database: Database, page_id: str, *bodies: str, at: datetime = NOON, version: str = "1.0", service: str = "shop"
) -> PageClusters | None:
    rows = log_rows(bodies, at=at, version=version, service=service, page_id=page_id)
    return store(database).record_page(page_id, *exception_rows(rows))


def store(database: Database, now: datetime = NOON + 365 * DAY) -> ClusterStore:
    return ClusterStore(database, clock=lambda: now)


def everything(database: Database) -> list[tuple[object, ...]]:
    """Every row of every cluster table, for comparing."""
    found: list[tuple[object, ...]] = []
    with database.read() as connection:
        for table in metadata.sorted_tables:
            if table.name.startswith(("cluster", "traces")):
                found += [(table.name, *row) for row in connection.execute(sa.select(table)).all()]
    return sorted(found, key=str)


def test_a_page_is_recorded_once(database: Database) -> None:
    """The second time nothing changes and None says so."""
    first = record(database, "p0", traceback(), traceback(line=99), traceback("ValueError"))
    assert first is not None
    assert sorted(first.counts.values()) == [1, 2]
    assert set(first.new) == set(first.counts)
    before = everything(database)
    assert recorded_again(database, "p0", traceback(), traceback("TypeError")) is None
    assert everything(database) == before


def test_a_cluster_adds_up_over_pages_and_places(database: Database) -> None:
    """Counts by version, first and last seen, hours."""
    record(database, "p0", traceback(), traceback(), version="1.0")
    record(database, "p1", traceback(line=7), at=NOON + 3 * timedelta(hours=1), version="1.1")
    (summary,) = store(database).list()
    assert (summary.count, dict(summary.versions), dict(summary.services)) == (3, {"1.0": 2, "1.1": 1}, {"shop": 3})
    assert (summary.first_seen, summary.last_seen) == (NOON, NOON + timedelta(hours=3))
    assert summary.trend.hours[-4:] == (2, 0, 0, 1)
    assert (summary.title, summary.language) == ("KeyError: 'sku'", "python")
    assert summary.culprit is not None
    assert (summary.culprit.function, summary.culprit.line) == ("add", 12)


def test_a_cluster_is_named_by_its_first_fingerprint(database: Database) -> None:
    """The id is derived from content, so that any process gives the same one."""
    done = record(database, "p0", traceback())
    assert done is not None
    (cluster_id,) = done.new
    (member,) = store(database).fingerprints(cluster_id)
    assert member.startswith(cluster_id)
    assert store(database).cluster_of(member) == cluster_id


def java(*calls: str) -> str:
    return "java.lang.IllegalStateException: x\n" + "".join(f"\tat {call}\n" for call in calls)


def test_a_near_identical_trace_joins_and_the_reason_is_kept(database: Database) -> None:
    """A library layer that was not there before does not make a new fault."""
    calls = [
        "org.apache.A.fail(A.java:1)",
        "org.apache.B.call(B.java:1)",
        "org.apache.C.call(C.java:1)",
        "a.Shop.add(S.java:1)",
    ]
    record(database, "p0", java(*calls))
    joined = record(database, "p1", java(calls[0], calls[1], calls[3]))
    assert joined is not None
    assert (joined.new, len(joined.merged)) == ((), 1)
    (summary,) = store(database).list()
    assert summary.fingerprints == 2
    (merge,) = store(database).get(summary.id).merges
    assert "same failing call" in merge.reason


def test_the_detail_holds_the_evidence(database: Database) -> None:
    """Representative text and chain, parts, hours, sample events; the id may be cut short."""
    record(database, "p0", traceback(), traceback())
    (summary,) = store(database).list()
    cluster = store(database).get(summary.id[:6])
    assert cluster.summary == summary
    assert cluster.text.startswith("Traceback")
    assert cluster.chain[0].type == "KeyError"
    assert [part.name for part in cluster.members[0].fingerprint.parts][:2] == ["type", "frame"]
    assert [activity.count for activity in cluster.activity] == [2]
    assert cluster.sample_event_ids == ("p0-0000",)


def test_an_unknown_cluster_is_said_to_be_unknown(database: Database) -> None:
    """In every method that takes an id."""
    for ask in (store(database).get, store(database).set_resolved, store(database).reopen):
        with pytest.raises(NotFoundError, match="no cluster 'nosuch'"):
            ask("nosuch")
    assert store(database).fingerprints("nosuch") == ()


def test_a_resolved_cluster_that_is_seen_again_regresses(database: Database) -> None:
    """Until a person reopens it; each step is an event."""
    record(database, "p0", traceback())
    (cluster_id,) = [summary.id for summary in store(database).list()]
    store(database).set_resolved(cluster_id, at=NOON + DAY, actor="jane", note="fixed in 1.1")
    assert store(database).list()[0].status == "resolved"
    done = record(database, "p1", traceback(), at=NOON + 2 * DAY, version="1.1")
    assert done is not None
    assert done.regressed == (cluster_id,)
    assert store(database).list()[0].status == "regressed"
    store(database).reopen(cluster_id, at=NOON + 3 * DAY, actor="jane")
    assert store(database).list()[0].status == "ongoing"
    events = store(database).get(cluster_id).events
    assert [(event.kind, event.actor) for event in events] == [
        ("resolved", "jane"),
        ("regressed", "firstcause"),
        ("reopened", "jane"),
    ]


def test_a_cluster_that_was_silent_for_long_regresses(database: Database) -> None:
    """Two weeks without it count as resolved."""
    record(database, "p0", traceback())
    record(database, "p1", traceback("ValueError"), at=NOON + 20 * DAY)
    assert {summary.type: summary.status for summary in store(database).list()} == {
        "KeyError": "resolved",
        "ValueError": "new",
    }
    done = record(database, "p2", traceback(), at=NOON + 21 * DAY)
    assert done is not None
    assert len(done.regressed) == 1


def test_a_page_read_anew_takes_the_place_of_what_it_said(database: Database) -> None:
    """After a replay everything is as if the page had been read that way at once."""
    record(database, "p0", traceback(), traceback("ValueError"))
    record(database, "p1", traceback(), at=NOON + DAY)
    record(database, "p1", traceback("TypeError"), traceback("TypeError"), at=NOON + DAY, revision=1)
    found = {summary.type: (summary.count, summary.last_seen) for summary in store(database).list()}
    assert found == {
        "KeyError": (1, NOON),
        "ValueError": (1, NOON + timedelta(seconds=1)),
        "TypeError": (2, NOON + DAY + timedelta(seconds=1)),
    }


@pytest.mark.parametrize(
    ("query", "types"),
    [
        (ClusterQuery(service="cart"), {"TypeError"}),
        (ClusterQuery(version="2.0"), {"TypeError"}),
        (ClusterQuery(environment="nowhere"), set()),
        (ClusterQuery(text="valueerror SKU"), {"ValueError"}),
        (ClusterQuery(text="cart.py"), {"KeyError", "ValueError", "TypeError"}),
        (ClusterQuery(since=NOON + DAY), {"TypeError"}),
        (ClusterQuery(min_count=2), {"KeyError"}),
        (ClusterQuery(status="new"), {"TypeError"}),
        (ClusterQuery(sort="count", limit=1), {"KeyError"}),
        (ClusterQuery(sort="first_seen", limit=1), {"TypeError"}),
        (ClusterQuery(sort="trend", limit=1), {"TypeError"}),
        (ClusterQuery(sort="count", limit=5, offset=1), {"ValueError", "TypeError"}),
    ],
)
def test_lists_are_filtered_sorted_and_paged(tmp_path: Path, query: ClusterQuery, types: set[str]) -> None:
    """Each filter alone."""
    database = Database(f"sqlite:///{tmp_path}/metadata.db")
    database.migrate()
    record(database, "p0", traceback(), traceback(), traceback("ValueError"))
    record(database, "p1", traceback("TypeError"), at=NOON + 2 * DAY, service="cart", version="2.0")
    assert {summary.type for summary in store(database).list(query)} == types


def test_counts_of_a_filtered_list_are_those_of_the_slice(database: Database) -> None:
    """A version's page shows what that version did."""
    record(database, "p0", traceback(), traceback(), version="1.0")
    record(database, "p1", traceback(), at=NOON + DAY, version="1.1")
    (summary,) = store(database).list(ClusterQuery(version="1.0"))
    assert (summary.count, summary.last_seen) == (2, NOON + timedelta(seconds=1))


def test_text_that_a_database_cannot_hold_is_stored_all_the_same(database: Database) -> None:
    """NUL and lone surrogates occur in logs."""
    record(database, "p0", traceback(message="bad \0 byte"))
    assert len(store(database).list()) == 1


def _record_pages(url: str, order: list[int], barrier: Callable[[], int]) -> None:
    database = Database(url)
    barrier()
    for number in order:
        recorded_again(database, f"p{number}", *_bodies(number), at=NOON + number * timedelta(minutes=1))
    database.close()


def _bodies(number: int) -> list[str]:
    return [traceback(function=f"call_{n}") for n in range(number % 3, number % 3 + 4)]


@pytest.mark.slow
def test_processes_that_record_at_once_double_nothing(database: Database, tmp_path: Path) -> None:
    """Three processes race for the same pages in different orders; the result is that of one process."""
    pages = list(range(12))
    for number in pages:
        stored_page(database, f"p{number}")
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    url = database.engine.url.render_as_string(hide_password=False)
    orders = [pages, pages[::-1], pages[6:] + pages[:6]]
    workers = [context.Process(target=_record_pages, args=(url, order, barrier.wait)) for order in orders]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 3
    alone = Database(f"sqlite:///{tmp_path}/alone.db")
    alone.migrate()
    for number in pages:
        record(alone, f"p{number}", *_bodies(number), at=NOON + number * timedelta(minutes=1))
    raced = {summary.id: (summary.title, summary.count, summary.first_seen) for summary in store(database).list()}
    expected = {summary.id: (summary.title, summary.count, summary.first_seen) for summary in store(alone).list()}
    assert raced == expected
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.sum(clusters.c.count))).scalar() == 48


def test_reading_loads_nothing_heavy() -> None:
    """Listing clusters imports no Arrow and no scikit-learn, so that it starts at once."""
    code = (
        "import sys; import indexers.exceptions.clusters; "
        "sys.exit(any(name in sys.modules for name in ('pyarrow', 'sklearn', 'numpy', 'scipy', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
