"""Filters as DuckDB SQL with parameters. Keeps out: which files are read, other dialects."""

from collections.abc import Callable, Sequence
from typing import Any

from connectors.warehouse import TableName
from connectors.warehouse.batches import ORDER, SCHEMAS
from connectors.warehouse.conditions import Condition, Kind, microseconds

_RENDERED: dict[Kind, Callable[[str], str]] = {
    "in": lambda column: f"list_contains(?, {column})",
    "from": lambda column: f"{column} >= make_timestamptz(?)",
    "before": lambda column: f"{column} < make_timestamptz(?)",
    "at_least": lambda column: f"{column} >= ?",
    # A join, whose keys DuckDB hands down to the reader: most pages of most files are never decoded.
    "at": lambda column: f"{column} IN (SELECT make_timestamptz(unnest(?)))",
    "is": lambda column: f"{column} = ?",
    "contains": lambda column: f"contains(lower({column}), lower(?))",
}


def where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """A WHERE clause (empty for no conditions) and its parameters in order."""
    clauses: list[str] = []
    parameters: list[Any] = []
    for condition in conditions:
        value: Any = condition.value
        if condition.kind in ("from", "before"):
            value = microseconds(value)
        elif condition.kind == "at":
            value = [microseconds(moment) for moment in value]
        if condition.kind == "in" and len(value) == 1:
            clauses.append(f"{condition.columns[0]} = ?")  # lets DuckDB skip row groups by their statistics
            parameters.append(value[0])
            continue
        either = [_RENDERED[condition.kind](column) for column in condition.columns]
        clauses.append(f"({' OR '.join(either)})")
        parameters.extend([value] * len(either))
    return (f" WHERE {' AND '.join(clauses)}" if clauses else ""), parameters


def page(
    table: TableName, conditions: Sequence[Condition], limit: int | None, offset: int, newest_first: bool
) -> tuple[str, list[Any]]:
    """SELECT of one page of rows in order; the list of files is the first parameter."""
    clause, parameters = where(conditions)
    direction = "DESC" if newest_first else "ASC"
    order = ", ".join(f"{column} {direction}" for column in ORDER[table])
    sql = f"SELECT {', '.join(SCHEMAS[table].names)} FROM read_parquet(?){clause} ORDER BY {order}"
    if limit is not None:
        sql, parameters = f"{sql} LIMIT ?", [*parameters, limit]
    if offset:
        sql, parameters = f"{sql} OFFSET ?", [*parameters, offset]
    return sql, parameters


def times(conditions: Sequence[Condition], rows: int, newest_first: bool) -> tuple[str, list[Any]]:
    """SELECT of the timestamps of the first `rows` rows of the order."""
    clause, parameters = where(conditions)
    direction = "DESC" if newest_first else "ASC"
    sql = f"SELECT timestamp FROM read_parquet(?){clause} ORDER BY timestamp {direction} LIMIT ?"
    return sql, [*parameters, rows]


def histogram(conditions: Sequence[Condition], bin_seconds: int) -> tuple[str, list[Any]]:
    """SELECT of (start in microseconds, severity_text, rows); the list of files is the first parameter."""
    clause, parameters = where(conditions)
    width = bin_seconds * 1_000_000  # an integer literal: arithmetic on whole numbers is twice as fast as time_bucket
    return (
        f"SELECT epoch_us(timestamp) // {width} * {width} AS start, severity_text, count(*) AS rows "
        f"FROM read_parquet(?){clause} GROUP BY ALL ORDER BY ALL",
        parameters,
    )


def count(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """SELECT of the number of rows; the list of files is the first parameter."""
    clause, parameters = where(conditions)
    return f"SELECT count(*) AS rows FROM read_parquet(?){clause}", parameters


SERVICES = """
    SELECT service_name, deployment_environment_name, service_version,
           max(vcs_ref_head_revision) AS vcs_ref_head_revision,
           min(timestamp) AS first_seen, max(timestamp) AS last_seen, count(*) AS rows
    FROM read_parquet(?) GROUP BY ALL ORDER BY ALL
"""

FILES_OF_PAGES = "SELECT DISTINCT filename FROM read_parquet(?, filename = true) WHERE list_contains(?, page_id)"
