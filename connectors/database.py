"""The relational metadata: SQLite in WAL mode by default, PostgreSQL at scale. The only place with engines and URLs.

Owns: engines, transactions, the shared `metadata` that other rooms hang their tables on, and migrations.
Keeps out: what the tables mean; each room declares its own beside the code that uses them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from connectors.errors import ConfigurationError, StopError

metadata = sa.MetaData()


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC time, also in SQLite, which forgets time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time must be aware, got {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000


class Database:
    """Short transactions over one engine; safe to share between threads and cheap to open in each process."""

    def __init__(self, url: str) -> None:
        """Open `url` (SQLAlchemy form). No statement is sent before the first transaction."""
        try:
            parsed = sa.make_url(url)
        except sa.exc.ArgumentError as error:
            raise ConfigurationError(
                f"database URL {url!r} cannot be read; valid forms are sqlite:///path/to/file.db and "
                "postgresql+psycopg://user@host/name."
            ) from error
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = sa.create_engine(parsed, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_as_asked)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent snapshot for reading."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that commits on success and rolls back on error.

        SQLite takes its write lock at the start (BEGIN IMMEDIATE), so two writers queue instead of failing.
        """
        with self.engine.connect().execution_options(firstcause_write=True) as connection, connection.begin():
            yield connection

    def upsert(
        self, connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]], *, update: list[str]
    ) -> int:
        """Insert `rows`; where the primary key is there already, set the columns in `update` (none: keep the old row).

        Returns the number of rows the database says it inserted or changed.
        """
        if not rows:
            return 0
        insert = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        keys = [column.name for column in table.primary_key.columns]
        statement: Any = (
            insert.on_conflict_do_update(index_elements=keys, set_={name: insert.excluded[name] for name in update})
            if update
            else insert.on_conflict_do_nothing()
        )
        # Without the option an INSERT on PostgreSQL answers -1.
        return int(connection.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount)

    def migrate(self) -> None:
        """Bring the schema to the newest numbered migration; does nothing (and imports nothing) when it is there."""
        newest = max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
        current = self._version()
        if current == newest:
            return
        if current is not None and current > newest:
            raise StopError(
                f"the metadata database is at migration {current}, newer than this program ({newest}); "
                "upgrade firstcause."
            )
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("version_path_separator", "os")
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _version(self) -> str | None:
        with self.read() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            value = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            return None if value is None else str(value)

    def close(self) -> None:
        """Release every pooled connection."""
        self.engine.dispose()


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_as_asked
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what is committed survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_as_asked(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("firstcause_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
