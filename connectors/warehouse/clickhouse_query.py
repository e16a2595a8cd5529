"""Filters as ClickHouse SQL with parameters that the server binds. Keeps out: connections, other dialects."""

from collections.abc import Sequence
from typing import Any

from connectors.warehouse import TableName
from connectors.warehouse.batches import ORDER, SCHEMAS
from connectors.warehouse.clickhouse_schema import COLUMNS, TABLES
from connectors.warehouse.conditions import Condition, microseconds

_TYPES = {"in": "Array(String)", "from": "Int64", "before": "Int64", "at_least": "UInt8", "is": "Bool"}
_SHAPES = {
    "in": "{column} IN {value}",
    "from": "{column} >= fromUnixTimestamp64Nano({value}, 'UTC')",
    "before": "{column} < fromUnixTimestamp64Nano({value}, 'UTC')",
    "at_least": "{column} >= {value}",
    "is": "{column} = {value}",
    # LIKE over the very expression of the n-gram index: a rare word reads only the granules that may hold it.
    "contains": "lowerUTF8({column}) LIKE concat('%', lowerUTF8({value}), '%')",
}
_LIKE_SPECIAL = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def where(conditions: Sequence[Condition]) -> tuple[str, dict[str, Any]]:
    """A WHERE clause (empty for no conditions) and its parameters by name."""
    clauses: list[str] = []
    parameters: dict[str, Any] = {}
    for condition in conditions:
        name = f"p{len(parameters)}"
        value = f"{{{name}:{_TYPES.get(condition.kind, 'String')}}}"
        shape = _SHAPES[condition.kind]
        either = [shape.format(column=COLUMNS[column], value=value) for column in condition.columns]
        clauses.append(f"({' OR '.join(either)})")
        parameters[name] = _value(condition)
    return (f" WHERE {' AND '.join(clauses)}" if clauses else ""), parameters


def page(
    table: TableName, conditions: Sequence[Condition], limit: int | None, offset: int, newest_first: bool
) -> tuple[str, dict[str, Any]]:
    """SELECT of one page of rows in order, under our names."""
    clause, parameters = where(conditions)
    direction = "DESC" if newest_first else "ASC"
    # The quarter of an hour first, as in the table's own order: the server reads in order and stops at the limit.
    keys = ["toStartOfFifteenMinutes(TimestampTime)", *(COLUMNS[column] for column in ORDER[table])]
    columns = ", ".join(f"{COLUMNS[name]} AS {name}" for name in SCHEMAS[table].names)
    order = ", ".join(f"{key} {direction}" for key in keys)
    sql = f"SELECT {columns} FROM {TABLES[table]}{clause} ORDER BY {order}"
    if limit is not None or offset:
        sql = f"{sql} LIMIT {offset}, {1 << 62 if limit is None else limit}"
    return sql, parameters


def histogram(conditions: Sequence[Condition], bin_seconds: int) -> tuple[str, dict[str, Any]]:
    """SELECT of (start in microseconds, severity_text, rows)."""
    clause, parameters = where(conditions)
    start = f"intDiv(toUnixTimestamp(TimestampTime), {bin_seconds}) * {bin_seconds} * 1000000"
    return (
        f"SELECT toInt64({start}) AS start, toString(SeverityText) AS severity_text, toInt64(count()) AS rows "
        f"FROM otel_logs{clause} GROUP BY start, severity_text ORDER BY start, severity_text",
        parameters,
    )


def count(conditions: Sequence[Condition]) -> tuple[str, dict[str, Any]]:
    """SELECT of the number of rows."""
    clause, parameters = where(conditions)
    return f"SELECT toInt64(count()) AS rows FROM otel_logs{clause}", parameters


SERVICES = """
    SELECT ServiceName AS service_name, Environment AS deployment_environment_name, Version AS service_version,
           max(Revision) AS vcs_ref_head_revision,
           min(Timestamp) AS first_seen, max(Timestamp) AS last_seen, toInt64(count()) AS rows
    FROM otel_logs
    GROUP BY service_name, deployment_environment_name, service_version
    ORDER BY service_name, deployment_environment_name, service_version
"""


def _value(condition: Condition) -> Any:
    if condition.kind in ("from", "before"):
        return microseconds(condition.value) * 1000
    if condition.kind == "contains":
        return condition.value.translate(_LIKE_SPECIAL)
    return condition.value
