"""The metadata database: transactions, times, upserts and migrations. SQLite is real."""

import multiprocessing
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connectors.database import Database, UtcDateTime, metadata
from connectors.errors import ConfigurationError, StopError

ROOT = Path(__file__).parents[2]
things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seen", UtcDateTime),
    sa.Column("note", sa.Text),
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/metadata.db")


def test_migrated_schema_equals_the_declared_tables(database: Database) -> None:
    """What the numbered migrations build is what the rooms declare, column by column."""
    for room in ("connectors", "indexers", "rca"):
        for module in walk_packages([str(ROOT / room)], f"{room}."):
            if "migrations" not in module.name:
                import_module(module.name)  # so that its tables hang on `metadata`

    database.migrate()
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    """A migrated database is left alone."""
    database.migrate()
    database.migrate()
    with database.read() as connection:
        assert sa.inspect(connection).has_table("source_pages")


def test_a_newer_schema_stops_an_older_program(database: Database) -> None:
    """A database that a later version migrated is refused with a sentence."""
    database.migrate()
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999_future'"))
    with pytest.raises(StopError, match="upgrade firstcause"):
        database.migrate()


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    """A time stored from any zone is the same instant in UTC."""
    local = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    with database.write() as connection:
        things.create(connection)
        connection.execute(sa.insert(things).values(id=1, seen=local))
    with database.read() as connection:
        assert connection.execute(sa.select(things.c.seen)).scalar() == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_a_naive_time_is_refused(database: Database) -> None:
    """A time without a zone cannot be stored by mistake."""
    with pytest.raises(sa.exc.StatementError, match="must be aware"), database.write() as connection:
        things.create(connection)
        connection.execute(sa.insert(things).values(id=1, seen=datetime(2026, 1, 1)))


def test_an_error_inside_a_transaction_leaves_nothing(database: Database) -> None:
    """A failed write is rolled back whole."""
    with database.write() as connection:
        things.create(connection)
    with pytest.raises(RuntimeError), database.write() as connection:
        connection.execute(sa.insert(things).values(id=1))
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(things)).scalar() == 0


@pytest.mark.parametrize(("update", "expected"), [(["note"], "second"), ([], "first")])
def test_upsert_replaces_only_what_it_is_told_to(database: Database, update: list[str], expected: str) -> None:
    """On a conflict the named columns are replaced; with none named the old row stays."""
    with database.write() as connection:
        things.create(connection)
        database.upsert(connection, things, [{"id": 1, "note": "first"}], update=update)
        database.upsert(connection, things, [{"id": 1, "note": "second"}], update=update)
    with database.read() as connection:
        assert connection.execute(sa.select(things.c.note)).scalar() == expected


def _count_up(path: str, times: int) -> None:
    database = Database(f"sqlite:///{path}")
    for _ in range(times):
        with database.write() as connection:
            value = connection.execute(sa.select(things.c.note)).scalar()
            connection.execute(sa.update(things).values(note=str(int(str(value)) + 1)))


def test_writers_in_several_processes_queue_without_losing_an_update(tmp_path: Path) -> None:
    """Read-then-write transactions of four processes never overwrite one another and never see a lock error."""
    path = f"{tmp_path}/metadata.db"
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        things.create(connection)
        connection.execute(sa.insert(things).values(id=1, note="0"))
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count_up, args=(path, 25)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    with database.read() as connection:
        assert connection.execute(sa.select(things.c.note)).scalar() == "100"


def test_an_unreadable_url_is_named(tmp_path: Path) -> None:
    """The error says what was received and what is valid."""
    with pytest.raises(ConfigurationError, match=r"'nonsense'.*sqlite:///"):
        Database("nonsense")
