"""The list of live segments and of batches that are in the lake: the part that makes a batch whole or absent.

A row here is what makes a file exist for readers; it appears together with its batch in one transaction.
Owns: the two tables and their transitions. Keeps out: Parquet, DuckDB, folders.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from connectors.errors import ConflictError
from connectors.records import TimeWindow, utc_now
from connectors.warehouse import TableName

segments = sa.Table(
    "lake_segments",
    metadata,
    sa.Column("segment_id", sa.String(64), primary_key=True),
    sa.Column("table_name", sa.String(16), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("path", sa.Text, nullable=False),  # relative to the lake's folder
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("first_timestamp", UtcDateTime, nullable=False),
    sa.Column("last_timestamp", UtcDateTime, nullable=False),
    sa.Column("batch_id", sa.String(255)),  # null once segments of several batches were merged
    sa.Column("live_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),  # readers may still hold the file open; it is deleted later
    sa.Index("lake_segments_live", "table_name", "retired_at", "last_timestamp"),
)

batches = sa.Table(
    "lake_batches",
    metadata,
    sa.Column("table_name", sa.String(16), primary_key=True),
    sa.Column("batch_id", sa.String(255), primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("written_at", UtcDateTime, nullable=False),
)

CHUNK = 500  # ids a statement, below every engine's limit of parameters


@dataclass(frozen=True, slots=True)
class Segment:
    """One immutable Parquet file of one table and one UTC day; `path` is relative to the lake's folder."""

    segment_id: str
    table_name: TableName
    day: date
    path: str
    rows: int
    bytes: int
    first_timestamp: datetime
    last_timestamp: datetime
    batch_id: str | None = None


_COLUMNS = [segments.c[name] for name in Segment.__dataclass_fields__]


class SegmentList:
    """Reads and changes the list; every method is one short transaction."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def live(self, table: TableName, window: TimeWindow | None = None) -> list[Segment]:
        """The segments a reader of `table` must look at, newest first."""
        query = sa.select(*_COLUMNS).where(segments.c.table_name == table, segments.c.retired_at.is_(None))
        if window is not None:
            query = query.where(segments.c.last_timestamp >= window.start, segments.c.first_timestamp < window.end)
        return self._read(query.order_by(segments.c.last_timestamp.desc(), segments.c.segment_id))

    def has_batch(self, table: TableName, batch_id: str) -> bool:
        """Whether the batch is in the lake (also when its rows have expired since)."""
        query = sa.select(batches.c.rows).where(batches.c.table_name == table, batches.c.batch_id == batch_id)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def add(
        self,
        table: TableName,
        batch_id: str,
        new: Sequence[Segment],
        *,
        rows: int,
        replaced: Iterable[str] = (),
        is_there: Callable[[Segment], bool],
    ) -> bool:
        """List a batch with its segments and retire the segments `replaced`, all in one transaction.

        False, changing nothing, when the batch is listed already. Raises ConflictError when a replaced segment is
        not live any more or a new file is gone (`is_there` is asked inside the transaction).
        """
        row = {
            "table_name": table,
            "batch_id": batch_id,
            "rows": rows,
            "written_at": self._clock(),
        }
        with self._database.write() as connection:
            if self._database.upsert(connection, batches, [row], update=[]) != 1:
                return False
            self._exchange(connection, list(replaced), new, is_there)
        return True

    def swap(self, old: Iterable[str], new: Sequence[Segment], *, is_there: Callable[[Segment], bool]) -> None:
        """Put `new` in the place of the segments `old` in one transaction.

        Raises ConflictError, changing nothing, when one of `old` is not live any more.
        """
        with self._database.write() as connection:
            self._exchange(connection, list(old), new, is_there)

    def retire_days(self, before: date) -> int:
        """Retire every live segment of a day earlier than `before`; returns how many."""
        with self._database.write() as connection:
            result = connection.execute(
                sa.update(segments)
                .where(segments.c.day < before, segments.c.retired_at.is_(None))
                .values(retired_at=self._clock())
            )
            return int(result.rowcount)

    def retired(self, before: datetime) -> list[Segment]:
        """Segments that were retired earlier than `before`; no reader holds them any more."""
        return self._read(sa.select(*_COLUMNS).where(segments.c.retired_at < before))

    def forget(self, segment_ids: Sequence[str]) -> None:
        """Strike retired segments, whose files are gone, from the list."""
        with self._database.write() as connection:
            for chunk in _chunks(segment_ids):
                connection.execute(
                    sa.delete(segments).where(segments.c.segment_id.in_(chunk), segments.c.retired_at.is_not(None))
                )

    def remove_unlisted(self, paths: Sequence[str], remove: Callable[[str], None]) -> int:
        """Call `remove` for each of `paths` that is not listed; returns how many.

        No writer can list one of the paths meanwhile.
        """
        removed = 0
        with self._database.write() as connection:
            if not self._database.is_sqlite:  # which has one writer at a time anyway
                connection.execute(sa.text(f"LOCK TABLE {segments.name} IN SHARE ROW EXCLUSIVE MODE"))
            for chunk in _chunks(paths):
                listed = set(connection.scalars(sa.select(segments.c.path).where(segments.c.path.in_(chunk))))
                for path in chunk:
                    if path not in listed:
                        remove(path)
                        removed += 1
        return removed

    def _exchange(
        self, connection: sa.Connection, old: list[str], new: Sequence[Segment], is_there: Callable[[Segment], bool]
    ) -> None:
        now = self._clock()
        retired = 0
        for chunk in _chunks(old):
            retired += connection.execute(
                sa.update(segments)
                .where(segments.c.segment_id.in_(chunk), segments.c.retired_at.is_(None))
                .values(retired_at=now)
            ).rowcount
        if retired != len(old):
            raise ConflictError("another process merged or dropped the same segments first.")
        if new:
            connection.execute(sa.insert(segments), [{**asdict(segment), "live_at": now} for segment in new])
        # Asked after the insert, which `remove_unlisted` waits for: either it sees these rows or we see its removals.
        gone = [segment.path for segment in new if not is_there(segment)]
        if gone:
            raise ConflictError(f"segment file {gone[0]!r} was removed before it could be listed.")

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[Segment]:
        with self._database.read() as connection:
            return [Segment(**row._mapping) for row in connection.execute(query)]


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
