"""The page ledger: claims, order, and what a second run finds. SQLite is real."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.database import Database
from connectors.errors import ConflictError
from connectors.pages import PageLedger, PageRecord
from connectors.records import Reject

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def page(sequence: int, source: str = "app", name: str = "") -> PageRecord:
    return PageRecord(
        page_id=name or f"{source}-{sequence}",
        source=source,
        sequence=sequence,
        status="archived",
        object_key=f"raw/{source}/{sequence}",
        watermark={"offset": sequence * 10},
        observed_at=NOW + timedelta(seconds=sequence),
        lines=10,
    )


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/metadata.db")
    database.migrate()
    return database


@pytest.fixture
def ledger(database: Database) -> PageLedger:
    return PageLedger(database)


def test_a_source_resumes_after_its_newest_page(ledger: PageLedger) -> None:
    """The last page carries the watermark to go on from."""
    ledger.claim(page(0))
    ledger.claim(page(1))
    last = ledger.last("app")
    assert last is not None
    assert (last.sequence, last.watermark) == (1, {"offset": 10})


def test_an_unknown_source_has_no_last_page(ledger: PageLedger) -> None:
    """First contact is told apart from an empty page."""
    assert ledger.last("nobody") is None


def test_claiming_the_same_page_again_is_harmless(ledger: PageLedger) -> None:
    """A repeated claim of the same content keeps one page."""
    ledger.claim(page(0))
    ledger.claim(page(0))
    assert len(ledger.all()) == 1


def test_a_sequence_number_is_claimed_once(ledger: PageLedger) -> None:
    """A second run with other content for the same place is told so."""
    ledger.claim(page(0))
    with pytest.raises(ConflictError, match="page 0 of source 'app'"):
        ledger.claim(page(0, name="other"))


def test_pages_move_from_archived_to_stored_to_clustered(database: Database, ledger: PageLedger) -> None:
    """Each status holds exactly the pages that wait for the next step."""
    ledger.claim(page(0))
    ledger.mark_stored("app-0", rows=8, rejects=[], carry_key="carry", span=(NOW, NOW))
    (stored,) = ledger.pending("stored")
    assert (stored.rows, stored.carry_key, stored.first_timestamp) == (8, "carry", NOW)
    with database.write() as connection:
        assert PageLedger.mark_clustered(connection, "app-0")
        assert not PageLedger.mark_clustered(connection, "app-0")
    assert [len(ledger.pending(status)) for status in ("archived", "stored", "clustered")] == [0, 0, 1]


def test_marking_stored_twice_keeps_a_clustered_page_clustered(database: Database, ledger: PageLedger) -> None:
    """A helper that finishes late does not move a page backwards."""
    ledger.claim(page(0))
    ledger.mark_stored("app-0", rows=8, rejects=[], carry_key=None, span=None)
    with database.write() as connection:
        PageLedger.mark_clustered(connection, "app-0")
    ledger.mark_stored("app-0", rows=8, rejects=[], carry_key=None, span=None)
    assert [record.status for record in ledger.all()] == ["clustered"]


def test_rejects_are_counted_by_reason_once(ledger: PageLedger) -> None:
    """Marking a page stored twice does not count its rejects twice."""
    ledger.claim(page(0))
    rejects = [Reject("app", "a.log", 1, "too long"), Reject("app", "a.log", 2, "too long")]
    for _ in range(2):
        ledger.mark_stored("app-0", rows=8, rejects=rejects, carry_key=None, span=None)
    assert ledger.reject_counts() == {"too long": 2}


def test_pending_pages_come_in_order_of_arrival(ledger: PageLedger) -> None:
    """Work goes oldest first over all sources, so that two runs decide alike."""
    for record in (page(1, "b"), page(0, "a"), page(2, "a"), page(0, "b")):
        ledger.claim(record)
    assert [record.page_id for record in ledger.pending("archived")] == ["a-0", "b-0", "b-1", "a-2"]
