"""Log rows as a lake: DuckDB over immutable Parquet segments, live segments listed in the metadata database.

Owns: the warehouse protocol on top of the list (lake_segments), the files (lake_files), the engine (lake_engine) and
the housekeeping (lake_upkeep). Keeps out: SQL of filters (lake_query).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from connectors.database import Database
from connectors.errors import ConfigurationError, ConflictError, StopError, UnavailableError
from connectors.records import TimeWindow, utc_now
from connectors.warehouse import ExceptionFilter, HistogramBin, LogFilter, TableName, lake_query
from connectors.warehouse.batches import SCHEMAS, conform
from connectors.warehouse.conditions import (
    Condition,
    check_bins,
    check_page,
    exception_conditions,
    log_conditions,
    stored_window,
)
from connectors.warehouse.lake_engine import Engine
from connectors.warehouse.lake_files import SegmentFiles
from connectors.warehouse.lake_segments import Segment, SegmentList
from connectors.warehouse.lake_upkeep import Upkeep
from connectors.warehouse.results import EMPTY_SERVICES, bins, rows_of, services_of

MOST_TIMES = 10_000  # a page that ends later in the order is read in one pass

_Files = Callable[[str, Sequence[Any]], pa.Table]

ATTEMPTS = 5  # how often a reader lists again when files were deleted under it, a writer when it lost a race


def open_lake(url: str, *, database: Database) -> "Lake":
    """The lake in the folder that `url` names: `lake:///absolute/path`. The folder is made when it is not there.

    `database` is the migrated metadata database that lists the lake's segments.
    """
    parts = urlsplit(url)
    path = unquote(parts.netloc + parts.path)
    if not path or parts.query or parts.fragment:
        raise ConfigurationError(f"warehouse URL {url!r} cannot be used; the valid form is lake:///path/to/folder.")
    return Lake(Path(path), database)


class Lake:
    """See connectors.warehouse.Warehouse; safe between processes and threads."""

    def __init__(self, root: Path, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        root = Path(os.path.abspath(root))
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"the lake's folder {root} cannot be made: {error}.") from error
        self.database = database
        self._root = root.resolve()
        self._engine = Engine(self._root)
        self._files = SegmentFiles(self._root, self._engine)
        self._list = SegmentList(database, clock)
        self._upkeep = Upkeep(self._root, self._list, self._files, clock)

    def write(self, table: TableName, batch: pa.Table, batch_id: str) -> bool:
        """Store `batch` whole or not at all; False when `batch_id` is in the lake already."""
        return self._put(table, batch, batch_id, pages=())

    def replace(self, table: TableName, batch: pa.Table, batch_id: str, *, page_ids: Sequence[str]) -> bool:
        """Put `batch` in the place of all rows of the pages `page_ids`, in one step for readers."""
        return self._put(table, batch, batch_id, pages=page_ids)

    def logs(
        self, where: LogFilter, *, limit: int | None = None, offset: int = 0, newest_first: bool = True
    ) -> pa.Table:
        """Matching log rows in order of time."""
        check_page(limit, offset)
        wanted = _Page("logs", log_conditions(where), limit, offset, newest_first)
        return rows_of(self._query("logs", where.window, wanted.read), SCHEMAS["logs"])

    def exceptions(
        self, where: ExceptionFilter, *, limit: int | None = None, offset: int = 0, newest_first: bool = True
    ) -> pa.Table:
        """Matching exception rows in order of time."""
        check_page(limit, offset)
        wanted = _Page("exceptions", exception_conditions(where), limit, offset, newest_first)
        return rows_of(self._query("exceptions", where.window, wanted.read), SCHEMAS["exceptions"])

    def histogram(self, where: LogFilter, bin_seconds: int) -> Sequence[HistogramBin]:
        """Counts per time bin (aligned to 1970 UTC) and severity text."""
        check_bins(bin_seconds)
        query = lake_query.histogram(log_conditions(where), bin_seconds)
        found = self._query("logs", where.window, lambda files: files(*query))
        return () if found is None else bins(found)

    def count(self, where: LogFilter) -> int:
        """Number of matching log rows."""
        query = lake_query.count(log_conditions(where))
        found = self._query("logs", where.window, lambda files: files(*query))
        return 0 if found is None else int(found["rows"][0].as_py())

    def services(self) -> pa.Table:
        """Every service, environment and version seen, with first and last time and number of rows."""
        found = self._query("logs", None, lambda files: files(lake_query.SERVICES, []))
        return EMPTY_SERVICES if found is None else services_of(found)

    def compact(self) -> int:
        """Merge small segments and delete files that nobody can need any more; returns how many were replaced."""
        return self._upkeep.compact()

    def expire(self, before: datetime) -> int:
        """Retire the segments of whole UTC days that ended before `before`; returns how many."""
        return self._list.retire_days(before.astimezone(UTC).date())

    def segments(self, table: TableName) -> list[Segment]:
        """The live segments of `table`, newest first: what `doctor` and benchmarks count."""
        return self._list.live(table)

    def close(self) -> None:
        """Release DuckDB's memory, threads and files."""
        self._engine.close()

    def _put(self, table: TableName, batch: pa.Table, batch_id: str, pages: Sequence[str]) -> bool:
        rows = conform(table, batch)
        for attempt in range(1, ATTEMPTS + 1):
            if self._list.has_batch(table, batch_id):
                return False
            try:
                old, kept = self._without(table, pages) if pages else ([], [])
                new = self._files.write(table, rows, batch_id)
                return self._list.add(
                    table,
                    batch_id,
                    [*new, *kept],
                    rows=rows.num_rows,
                    replaced=[segment.segment_id for segment in old],
                    is_there=self._files.is_there,
                )
            except ConflictError:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("the loop returns or raises")

    def _without(self, table: TableName, pages: Sequence[str]) -> tuple[list[Segment], list[Segment]]:
        """The live segments that hold rows of `pages`, and segments with the rest of their rows (not listed yet)."""
        live = {str(self._files.path(segment)): segment for segment in self._list.live(table)}
        found = self._query(table, None, lambda files: files(lake_query.FILES_OF_PAGES, [list(pages)]))
        names = [] if found is None else found["filename"].to_pylist()
        if any(name not in live for name in names):
            raise ConflictError(f"segments of {table} were merged while pages were being replaced.")
        old = [live[name] for name in names]
        merged = (self._files.merge([segment], without_pages=pages) for segment in old)
        return old, [segment for segment in merged if segment is not None]

    def _query(self, table: TableName, window: TimeWindow | None, ask: Callable[[_Files], pa.Table]) -> pa.Table | None:
        """What `ask` answers over the live segments that `window` touches; None when there are no such segments.

        `ask` is given a function of SQL, whose first parameter is the list of files, and the other parameters.
        """
        for _ in range(ATTEMPTS):
            segments = self._list.live(table, stored_window(window))
            if not segments:
                return None
            paths = [str(self._files.path(segment)) for segment in segments]
            try:
                return ask(partial(self._over, paths))
            except (UnavailableError, StopError):
                gone = [segment for segment in segments if not self._files.is_there(segment)]
                if not gone:
                    raise  # the files are there: something else is wrong
        raise StopError(
            f"segment file {gone[0].path} of the lake in {self._root} is listed but not there; restore the folder, "
            "or ingest again from the raw archive with `firstcause replay`."
        )

    def _over(self, paths: list[str], sql: str, parameters: Sequence[Any]) -> pa.Table:
        return self._engine.query(sql, [paths, *parameters])


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of rows in order."""

    table: TableName
    conditions: list[Condition]
    limit: int | None
    offset: int
    newest_first: bool

    def read(self, files: _Files) -> pa.Table:
        """The rows; first only their times are looked for, so that whole rows are read of little else."""
        conditions, wanted = self.conditions, self.offset + (self.limit or 0)
        if self.limit and wanted <= MOST_TIMES:
            times = files(*lake_query.times(conditions, wanted, self.newest_first))["timestamp"]
            if not len(times):
                return SCHEMAS[self.table].empty_table()
            conditions = [*conditions, Condition("at", ("timestamp",), times.unique().to_pylist())]
        return files(*lake_query.page(self.table, conditions, self.limit, self.offset, self.newest_first))
