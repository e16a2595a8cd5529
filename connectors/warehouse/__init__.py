"""Log rows and exception rows: what every warehouse must do. `lake.py` and `clickhouse.py` are the two that do.

Owns the protocol and its query values. Keeps out: parsing, clustering, SQL dialects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import pyarrow as pa

from connectors.records import TimeWindow

TableName = Literal["logs", "exceptions"]


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Conditions on log rows, all of which must hold; an empty tuple or None means "any"."""

    window: TimeWindow | None = None
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    min_severity: int = 0
    text: str = ""  # case-insensitive words or "quoted phrases" that must all occur in the body
    trace_id: str = ""
    request_id: str = ""
    event_ids: tuple[str, ...] = ()
    page_ids: tuple[str, ...] = ()
    may_hold_exception: bool | None = None


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """Conditions on exception rows, all of which must hold."""

    window: TimeWindow | None = None
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    page_ids: tuple[str, ...] = ()
    text: str = ""  # in type, message or stack trace


@dataclass(frozen=True, slots=True)
class HistogramBin:
    """Number of rows in [start, start + width) with one severity text."""

    start: datetime
    severity_text: str
    count: int


class Warehouse(Protocol):
    """All methods may be called from several processes at once; readers never see part of a batch or a row twice."""

    def write(self, table: TableName, batch: pa.Table, batch_id: str) -> bool:
        """Store `batch` (LOG_SCHEMA or EXCEPTION_SCHEMA) whole or not at all, durable on return.

        A second write under the same `batch_id` is a no-op and returns False. Times outside 1970..2105 (a broken
        clock) are moved to the nearest end. Raises BadInputError for columns that are missing, null or mistyped.
        """
        ...

    def replace(self, table: TableName, batch: pa.Table, batch_id: str, *, page_ids: Sequence[str]) -> bool:
        """Put `batch` in the place of all rows of the pages `page_ids`.

        A no-op returning False when `batch_id` is there. This is for reading pages again from the raw archive.
        Rows are not deduplicated by event id when they are read: a batch id keeps a batch from coming twice, the page
        ledger keeps pages apart, and a page that is read anew, whose events keep their ids, replaces its old rows
        here. Readers never see old and new rows together: the lake shows one or the other at every moment,
        ClickHouse shows neither for the moment between two statements.
        """
        ...

    def logs(
        self, where: LogFilter, *, limit: int | None = None, offset: int = 0, newest_first: bool = True
    ) -> pa.Table:
        """Matching log rows (LOG_SCHEMA) ordered by (timestamp, event_id, page_id)."""
        ...

    def exceptions(
        self, where: ExceptionFilter, *, limit: int | None = None, offset: int = 0, newest_first: bool = True
    ) -> pa.Table:
        """Matching exception rows (EXCEPTION_SCHEMA) ordered by (timestamp, event_id, ordinal, page_id)."""
        ...

    def histogram(self, where: LogFilter, bin_seconds: int) -> Sequence[HistogramBin]:
        """Counts per time bin (aligned to 1970 UTC) and severity text, in order of both, empty bins left out."""
        ...

    def count(self, where: LogFilter) -> int:
        """Number of matching log rows."""
        ...

    def services(self) -> pa.Table:
        """One row per (service_name, deployment_environment_name, service_version) with the version's
        `vcs_ref_head_revision` ("" where no row says it), `first_seen`, `last_seen` (timestamps) and `rows` (int64)."""
        ...

    def compact(self) -> int:
        """Merge small segments; returns how many were replaced. A no-op where the engine does it by itself."""
        ...

    def expire(self, before: datetime) -> int:
        """Drop whole days that ended before `before`; returns the number of segments or partitions dropped."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
