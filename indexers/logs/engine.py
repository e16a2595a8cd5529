"""One in-process DuckDB as a batch engine over Arrow tables: no files, no network, UTC.

Owns: its settings. Keeps out: SQL. Each call gets a cursor of its own, so threads do not meet.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pyarrow as pa

PART_ROWS = 100_000


@cache
def _connection() -> Any:
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "enable_external_access": "false",
            "threads": "1",
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
            cursor.register(name, table)
        return cursor.sql(sql).to_arrow_table()
    finally:
        cursor.close()


def in_parts(work: Callable[[pa.Table], pa.Table], table: pa.Table) -> pa.Table:
    """`work` done to one part of `table` after another, and its results in their order, on every core.

    For work that looks at rows one by one. Parts have the same size on every machine, so that results are the same.
    `work` must not call this again.
    """
    if table.num_rows <= PART_ROWS:
        return work(table)
    parts = [table.slice(start, PART_ROWS) for start in range(0, table.num_rows, PART_ROWS)]
    return pa.concat_tables(_threads().map(work, parts))


def extended(table: pa.Table, columns: Mapping[str, str], *, given: Mapping[str, str] | None = None) -> pa.Table:
    """`table` with further columns: name -> SQL expression over those it has, and over `given` (name -> expression),
    which are worked out once. The columns it has are not copied."""
    inner = "".join(f', {sql} AS "{name}"' for name, sql in (given or {}).items())
    wanted = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    made = query(f"SELECT {wanted} FROM (SELECT *{inner} FROM lines)", lines=table)
    for name in columns:
        table = table.append_column(name, made[name])
    return table


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="parsing")


def literal(text: str) -> str:
    """`text` as an SQL string literal, for patterns of our own."""
    return "'" + text.replace("'", "''") + "'"


def case(branches: Mapping[str, str], otherwise: str) -> str:
    """A CASE expression: condition -> value, the first that holds."""
    when = " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches.items())
    return f"CASE {when} ELSE {otherwise} END"
