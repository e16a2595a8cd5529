"""What a batch must look like before any engine stores it, so that every engine stores the same.

Owns: the schema of each table, its order, and the span of times that every engine can hold.
Keeps out: files, SQL, servers.
"""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import BadInputError
from connectors.records import EXCEPTION_SCHEMA, LOG_SCHEMA, TIMESTAMP
from connectors.warehouse import TableName

SCHEMAS: dict[TableName, pa.Schema] = {"logs": LOG_SCHEMA, "exceptions": EXCEPTION_SCHEMA}

# `page_id` makes the order total when two pages hold the same event.
ORDER: dict[TableName, tuple[str, ...]] = {
    "logs": ("timestamp", "event_id", "page_id"),
    "exceptions": ("timestamp", "event_id", "ordinal", "page_id"),
}

# ClickHouse's DateTime ends in 2106 and begins in 1970; a log time outside is a broken clock in any case.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2105, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def conform(table: TableName, batch: pa.Table) -> pa.Table:
    """`batch` with exactly the columns and types of `table`, times moved into EARLIEST..LATEST.

    Raises BadInputError when a column is missing, holds a null or has a type that does not fit.
    """
    schema = SCHEMAS[table]
    missing = [name for name in schema.names if name not in batch.column_names]
    if missing:
        raise BadInputError(f"a batch of {table} needs the column {missing[0]!r}; it has {batch.column_names}.")
    batch = batch.select(schema.names)
    for name in schema.names:
        if batch[name].null_count:
            raise BadInputError(
                f"column {name!r} of a batch of {table} holds {batch[name].null_count} nulls; use an empty value."
            )
    try:
        batch = batch.cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise BadInputError(f"a batch of {table} does not have the agreed types: {error}") from error
    for index, field in enumerate(schema):
        if field.type == TIMESTAMP:
            batch = batch.set_column(index, field, _clamped(batch[field.name]))
    return batch


def in_range(moment: datetime) -> datetime:
    """`moment` moved into EARLIEST..LATEST, as `conform` moves the times of rows."""
    return min(max(moment, EARLIEST), LATEST)


def span(batch: pa.Table) -> tuple[datetime, datetime]:
    """First and last `timestamp` of a conforming batch that is not empty."""
    ends = pc.min_max(batch["timestamp"]).as_py()
    return ends["min"], ends["max"]


def _clamped(times: Any) -> Any:
    earliest, latest = pa.scalar(EARLIEST, TIMESTAMP), pa.scalar(LATEST, TIMESTAMP)
    ends = pc.min_max(times)
    if not len(times) or (ends["min"].value >= earliest.value and ends["max"].value <= latest.value):
        return times
    times = pc.if_else(pc.less(times, earliest), earliest, times)
    return pc.if_else(pc.greater(times, latest), latest, times)
