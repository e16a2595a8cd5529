"""Lakes for tests: small ones, from any process. Keeps out: what the tests claim."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from connectors.database import Database
from connectors.records import utc_now
from connectors.warehouse import LogFilter, Warehouse
from connectors.warehouse.lake import Lake
from connectors.warehouse.lake_segments import batches, segments
from tests.conformance.warehouse.rows import NOON, log_batch, log_row

ROWS = 60  # of a page, over three days


def open_small_lake(folder: Path, clock: Callable[[], datetime] = utc_now) -> Lake:
    """The lake in `folder`, with its own metadata database beside it."""
    database = Database(f"sqlite:///{folder}/metadata.db")
    with database.write() as connection:
        segments.create(connection, checkfirst=True)
        batches.create(connection, checkfirst=True)
    return Lake(folder / "lake", database, clock=clock)


def page(number: int, rows: int = ROWS, body: str = "as first read") -> pa.Table:
    """The rows of the page with this number, over three days."""
    return log_batch(
        *(
            log_row(
                number * 10_000 + row,
                timestamp=NOON + timedelta(days=row % 3, seconds=row),
                page_id=f"page-{number}",
                body=body,
            )
            for row in range(rows)
        )
    )


def pages_seen(warehouse: Warehouse) -> dict[tuple[str, str], int]:
    """How many rows a reader sees of each (page, body)."""
    found = warehouse.logs(LogFilter()).group_by(["page_id", "body"]).aggregate([([], "count_all")])
    return {(row["page_id"], row["body"]): row["count_all"] for row in found.to_pylist()}


def files_of(folder: Path) -> set[str]:
    """Relative paths of all files of the lake, finished or not."""
    root = folder / "lake"
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name != ".compacting"}
