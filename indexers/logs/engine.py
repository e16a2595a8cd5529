"""One in-process DuckDB as a batch engine over Arrow tables: no files, no network, UTC.

Owns: its settings. Keeps out: SQL. Each call gets a cursor of its own, so threads do not meet.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa

BATCH_ROWS = 30_000


@cache
def _connection() -> Any:
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "enable_external_access": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = true")
    return connection


def query(sql: str, **tables: pa.Table) -> pa.Table:
    """The result of `sql` over `tables`, which it names by their keywords."""
    cursor = _connection().cursor()
    try:
        cursor.execute("SET TimeZone = 'UTC'")
        for name, table in tables.items():
            # DuckDB reads one batch a thread: a table in one piece would keep all but one core idle.
            cursor.register(name, pa.Table.from_batches(table.to_batches(max_chunksize=BATCH_ROWS), table.schema))
        return cursor.sql(sql).to_arrow_table()
    finally:
        cursor.close()


def literal(text: str) -> str:
    """`text` as an SQL string literal, for patterns of our own."""
    return "'" + text.replace("'", "''") + "'"


def case(branches: Mapping[str, str], otherwise: str) -> str:
    """A CASE expression: condition -> value, the first that holds."""
    when = " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches.items())
    return f"CASE {when} ELSE {otherwise} END"
