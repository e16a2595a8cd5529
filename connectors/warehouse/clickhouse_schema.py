"""The tables in ClickHouse: numbered SQL files applied in order, and which columns carry which of our names.

Owns: clickhouse_migrations/*.sql and the names. Keeps out: queries, inserts.
"""

import re
from pathlib import Path

import pyarrow as pa

from connectors.errors import ConfigurationError, StopError
from connectors.warehouse import TableName
from connectors.warehouse.clickhouse_client import Connection

MIGRATIONS = Path(__file__).parent / "clickhouse_migrations"

TABLES: dict[TableName, str] = {"logs": "otel_logs", "exceptions": "otel_exceptions"}

# Our name (records.py) -> the column's name in ClickHouse.
COLUMNS: dict[str, str] = {
    "event_id": "EventId",
    "timestamp": "Timestamp",
    "observed_timestamp": "ObservedTimestamp",
    "severity_number": "SeverityNumber",
    "severity_text": "SeverityText",
    "service_name": "ServiceName",
    "service_version": "Version",
    "deployment_environment_name": "Environment",
    "vcs_ref_head_revision": "Revision",
    "source": "Source",
    "stream": "Stream",
    "position": "Position",
    "scope_name": "ScopeName",
    "trace_id": "TraceId",
    "span_id": "SpanId",
    "request_id": "RequestId",
    "body": "Body",
    "attributes": "LogAttributes",
    "may_hold_exception": "MayHoldException",
    "page_id": "PageId",
    "ordinal": "Ordinal",
    "exception_type": "ExceptionType",
    "exception_message": "ExceptionMessage",
    "exception_stacktrace": "ExceptionStacktrace",
    "language": "Language",
    "fingerprint": "Fingerprint",
}

_RECORD = """
CREATE TABLE IF NOT EXISTS firstcause_migrations (Name String, AppliedAt DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
ENGINE = ReplacingMergeTree(AppliedAt) ORDER BY Name
"""
_STATEMENT_END = re.compile(r";[ \t]*$", re.MULTILINE)


def migrate(connection: Connection, folder: Path = MIGRATIONS) -> None:
    """Apply the files that are not applied yet, in the order of their numbers, and record each.

    Every statement is harmless when repeated, so two processes may do this at once and a killed one is finished by
    the next. Raises ConfigurationError when the database holds a foreign `otel_logs`, StopError when it was migrated
    by a later version of this program.
    """
    files = {path.stem: path for path in sorted(folder.glob("[0-9]*.sql"))}
    applied = _applied(connection)
    unknown = sorted(applied - files.keys())
    if unknown:
        raise StopError(
            f"ClickHouse database {connection.database!r} is at migration {unknown[-1]}; upgrade firstcause."
        )
    if not applied and _foreign(connection):
        raise ConfigurationError(
            f"ClickHouse database {connection.database!r} holds an otel_logs table that firstcause did not make; "
            "name another database in the warehouse URL."
        )
    if applied == files.keys():
        return
    connection.command(_RECORD)
    for name, path in files.items():
        if name not in applied:
            for statement in statements(path.read_text(encoding="utf-8")):
                connection.command(statement)
            connection.insert("firstcause_migrations", pa.table({"Name": [name]}), name)


def statements(sql: str) -> list[str]:
    """The statements of a migration file, which each end in a semicolon at the end of a line."""
    code = "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in _STATEMENT_END.split(code) if part.strip()]


def _applied(connection: Connection) -> set[str]:
    if "firstcause_migrations" not in _tables(connection):
        return set()
    return set(connection.query("SELECT DISTINCT Name FROM firstcause_migrations", {})["Name"].to_pylist())


def _foreign(connection: Connection) -> bool:
    tables = _tables(connection)
    return "otel_logs" in tables and "firstcause_migrations" not in tables


def _tables(connection: Connection) -> set[str]:
    sql = "SELECT name FROM system.tables WHERE database = {database:String}"
    return set(connection.query(sql, {"database": connection.database})["name"].to_pylist())
