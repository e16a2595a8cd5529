"""A pool of SQLite connections and the migrations that run when a service starts."""

import logging
import queue
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shopkit.errors import PoolTimeout
from shopkit.settings import DatabaseSettings

log = logging.getLogger(__name__)


class ConnectionPool:
    """Connections are handed out one per request and come back after it."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self._free: queue.Queue[sqlite3.Connection] = queue.Queue()
        for _ in range(settings.pool_size):
            self._free.put(self._connect())

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._settings.path, timeout=self._settings.busy_timeout, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for the length of the block. Raises PoolTimeout."""
        connection = self._acquire()
        try:
            yield connection
        finally:
            self._free.put(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one write transaction, committed at the end, rolled back on an error."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _acquire(self) -> sqlite3.Connection:
        started = time.monotonic()
        try:
            return self._free.get(timeout=self._settings.pool_wait)
        except queue.Empty:
            raise PoolTimeout(self._settings.pool_size, time.monotonic() - started) from None


def migrate(pool: ConnectionPool, directory: Path, names: Sequence[str]) -> None:
    """Apply the named migrations that this database has not seen, in order."""
    with pool.transaction() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)")
        seen = {row["name"] for row in connection.execute("SELECT name FROM schema_migrations")}
        for name in names:
            if name in seen:
                continue
            for statement in (directory / f"{name}.sql").read_text().split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute("INSERT INTO schema_migrations VALUES (?)", (name,))
            log.info("applied migration %s", name)
