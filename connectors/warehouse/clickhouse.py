"""Log rows in ClickHouse: a server, a cluster's node, or the same engine in this process (chdb).

Owns: the warehouse protocol: how a batch becomes one insert, how a repeat is seen, how days are dropped.
Keeps out: the connection (clickhouse_client), tables (clickhouse_schema), filters (clickhouse_query).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from connectors.warehouse import ExceptionFilter, HistogramBin, LogFilter, TableName, clickhouse_query
from connectors.warehouse.batches import EARLIEST, SCHEMAS, conform, in_range, span
from connectors.warehouse.clickhouse_client import Connection, parse_url
from connectors.warehouse.clickhouse_schema import COLUMNS, TABLES, migrate
from connectors.warehouse.conditions import (
    check_bins,
    check_page,
    exception_conditions,
    log_conditions,
    microseconds,
)
from connectors.warehouse.results import bins, rows_of, services_of


def open_clickhouse(url: str) -> "ClickHouse":
    """The warehouse at `clickhouse[s]://user:password@host:port/database` or in the folder of `chdb:///path`.

    Connects and brings the tables to the newest migration. Raises ConfigurationError, AuthenticationError (URL,
    version, rights) or UnavailableError. One process at a time can open a chdb folder.
    """
    connection = Connection(parse_url(url))
    try:
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return ClickHouse(connection)


class ClickHouse:
    """See connectors.warehouse.Warehouse; safe between processes (chdb: within one) and threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, table: TableName, batch: pa.Table, batch_id: str) -> bool:
        """Store `batch` as one insert under its id; False when it is stored already.

        Two writers of one batch at the same moment store it once, and both may return True.
        """
        rows = conform(table, batch)
        if self._is_stored(table, batch_id):
            return False
        self._insert(table, rows, batch_id)
        return True

    def replace(self, table: TableName, batch: pa.Table, batch_id: str, *, page_ids: Sequence[str]) -> bool:
        """Delete all rows of the pages `page_ids`, then store `batch`; a repeat finishes what was interrupted."""
        rows = conform(table, batch)
        if self._is_stored(table, batch_id):
            return False
        # Not the batch itself: another process that replaces the same pages may have stored it a moment ago.
        self._connection.command(
            f"DELETE FROM {TABLES[table]} WHERE PageId IN {{pages:Array(String)}} AND BatchId != {{batch:String}}",
            {"pages": list(page_ids), "batch": batch_id},
        )
        self._insert(table, rows, batch_id)
        return True

    def logs(
        self, where: LogFilter, *, limit: int | None = None, offset: int = 0, newest_first: bool = True
    ) -> pa.Table:
        """Matching log rows in order of time."""
        check_page(limit, offset)
        query = clickhouse_query.page("logs", log_conditions(where), limit, offset, newest_first)
        return rows_of(self._connection.query(*query), SCHEMAS["logs"])

    def exceptions(
        self, where: ExceptionFilter, *, limit: int | None = None, offset: int = 0, newest_first: bool = True
    ) -> pa.Table:
        """Matching exception rows in order of time."""
        check_page(limit, offset)
        query = clickhouse_query.page("exceptions", exception_conditions(where), limit, offset, newest_first)
        return rows_of(self._connection.query(*query), SCHEMAS["exceptions"])

    def histogram(self, where: LogFilter, bin_seconds: int) -> Sequence[HistogramBin]:
        """Counts per time bin (aligned to 1970 UTC) and severity text."""
        check_bins(bin_seconds)
        return bins(self._connection.query(*clickhouse_query.histogram(log_conditions(where), bin_seconds)))

    def count(self, where: LogFilter) -> int:
        """Number of matching log rows."""
        return int(self._connection.query(*clickhouse_query.count(log_conditions(where)))["rows"][0].as_py())

    def services(self) -> pa.Table:
        """Every service, environment and version seen, with first and last time and number of rows."""
        return services_of(self._connection.query(clickhouse_query.SERVICES, {}))

    def compact(self) -> int:
        """ClickHouse merges parts by itself; always 0."""
        return 0

    def expire(self, before: datetime) -> int:
        """Drop whole UTC days that ended before `before`; returns how many partitions lost rows."""
        return sum(self._expire(table, before.astimezone(UTC).date()) for table in TABLES.values())

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def _is_stored(self, table: TableName, batch_id: str) -> bool:
        """Whether the batch is known, or its rows are there because a writer was killed before it said so."""
        found = self._connection.query(
            "SELECT 1 AS found FROM firstcause_batches WHERE TableName = {table:String} AND BatchId = {batch:String} "
            f"UNION ALL SELECT 1 FROM {TABLES[table]} WHERE BatchId = {{batch:String}} LIMIT 1",
            {"table": table, "batch": batch_id},
        )
        return bool(found.num_rows)

    def _insert(self, table: TableName, rows: pa.Table, batch_id: str) -> None:
        if rows.num_rows:
            self._connection.insert(TABLES[table], _physical(rows, batch_id), batch_id)
        stored = {"TableName": [table], "BatchId": [batch_id], "Rows": pa.array([rows.num_rows], pa.uint64())}
        self._connection.insert("firstcause_batches", pa.table(stored), f"{table}:{batch_id}")

    def _expire(self, table: str, first_kept: date) -> int:
        cutoff = in_range(datetime.combine(first_kept, datetime.min.time(), UTC))
        bound: dict[str, Any] = {"cutoff": microseconds(cutoff) * 1000}
        is_old = "Timestamp < fromUnixTimestamp64Nano({cutoff:Int64}, 'UTC')"
        affected = self._connection.query(
            f"SELECT DISTINCT toInt32(PartitionDay) AS day FROM {table} WHERE {is_old}", bound
        )["day"].to_pylist()
        for day in affected:
            if EARLIEST.date() + timedelta(days=day) < first_kept:
                self._connection.command(
                    f"ALTER TABLE {table} DROP PARTITION '{EARLIEST.date() + timedelta(days=day)}'"
                )
        # Old rows of batches that reach into a day that is kept.
        if any(EARLIEST.date() + timedelta(days=day) >= first_kept for day in affected):
            self._connection.command(f"DELETE FROM {table} WHERE {is_old}", bound)
        return len(affected)


def _physical(rows: pa.Table, batch_id: str) -> pa.Table:
    """`rows` under ClickHouse's names, with the batch and the partition: one batch is one part."""
    last_day = span(rows)[1].date()
    named = rows.rename_columns([COLUMNS[name] for name in rows.column_names])
    batch = pa.repeat(pa.scalar(batch_id), rows.num_rows)
    day = pa.repeat(pa.scalar(last_day, pa.date32()), rows.num_rows)
    return named.append_column("BatchId", batch).append_column("PartitionDay", day)
