"""Query results in the shapes that the warehouse protocol promises, whatever engine they come from.

Owns: casts to the agreed schemas. Keeps out: SQL, engines.
"""

from datetime import timedelta

import pyarrow as pa

from connectors.records import TIMESTAMP
from connectors.warehouse import HistogramBin
from connectors.warehouse.batches import EARLIEST

SERVICES_SCHEMA = pa.schema(
    [
        pa.field("service_name", pa.string(), nullable=False),
        pa.field("deployment_environment_name", pa.string(), nullable=False),
        pa.field("service_version", pa.string(), nullable=False),
        pa.field("vcs_ref_head_revision", pa.string(), nullable=False),
        pa.field("first_seen", TIMESTAMP, nullable=False),
        pa.field("last_seen", TIMESTAMP, nullable=False),
        pa.field("rows", pa.int64(), nullable=False),
    ]
)
EMPTY_SERVICES = SERVICES_SCHEMA.empty_table()


def rows_of(found: pa.Table | None, schema: pa.Schema) -> pa.Table:
    """`found` with exactly `schema`; an empty table for None."""
    return schema.empty_table() if found is None else found.select(schema.names).cast(schema)


def services_of(found: pa.Table) -> pa.Table:
    """What `Warehouse.services` returns."""
    return rows_of(found, SERVICES_SCHEMA)


def bins(found: pa.Table) -> tuple[HistogramBin, ...]:
    """Bins from a table of (start in microseconds since 1970, severity_text, rows) that is in order."""
    columns = (found[name].to_pylist() for name in ("start", "severity_text", "rows"))
    return tuple(
        HistogramBin(EARLIEST + timedelta(microseconds=start), severity, count)
        for start, severity, count in zip(*columns, strict=True)
    )
