"""Source -> archive -> rows, exactly once: the order in which a page becomes durable, and what a second run finds.

archive the raw page, claim its sequence number, write its rows under its id, mark it stored (the watermark moves).
Whatever was claimed but not stored, by a killed run or by one that is still at work, is finished here first; every
step repeats without effect, so two runs at once cost time and nothing else. See connectors/pages.py. The next page is
read, archived and parsed while the one before it is written.
Keeps out: how lines are parsed, when pulls happen, retries.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import ConflictError
from connectors.pages import PageRecord
from connectors.records import SOURCE_SCHEMA, SourcePage, TimeWindow, utc_now
from connectors.sources import LogSource
from flows.steps import archive
from flows.steps.prefetch import prefetched
from flows.steps.prepare import LeftOpen, PreparedPage, prepare
from flows.wiring import Workspace

SETTLING_ROUNDS = 3  # how often a pull looks again for the rest of events that are still open


@dataclass(frozen=True, slots=True)
class PullResult:
    """What one pull of one source brought. `rejects` counts lines left out or repaired, see the ledger for reasons."""

    source: str
    pages: int = 0
    lines: int = 0
    rows: int = 0
    rejects: int = 0

    def plus(self, page: PageRecord) -> "PullResult":
        """These totals with one more stored page."""
        return replace(
            self,
            pages=self.pages + 1,
            lines=self.lines + page.lines,
            rows=self.rows + page.rows,
            rejects=self.rejects + page.rejects,
        )


def pull(
    workspace: Workspace,
    source: LogSource,
    *,
    final: bool = False,
    clock: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
) -> PullResult:
    """Bring everything `source` has now into the warehouse and say what came.

    Events still open at the end are closed when the source stays silent for the quiet period, at once with `final`.
    """
    result = PullResult(source.name)
    quiet = 0.0 if final else workspace.settings.quiet_period.total_seconds()
    for _ in range(SETTLING_ROUNDS):
        pages = result.pages
        result = _drain(workspace, source, result, clock)
        last = workspace.ledger.last(source.name)
        if last is None or last.carry_key is None:
            return result
        if result.pages > pages and quiet:
            sleep(quiet)
            continue
        close = SourcePage(lines=SOURCE_SCHEMA.empty_table(), watermark=last.watermark)
        before = _left_open(workspace, last)
        page = _prepared(workspace, last, source.name, close, clock(), before=before, final=True)
        try:
            return result.plus(_claimed(workspace, page))
        except ConflictError:
            continue  # another run went on from here: see what it left
    return result  # the source keeps talking; its next lines, or the next pull, close what is open


def _drain(workspace: Workspace, source: LogSource, result: PullResult, clock: Callable[[], datetime]) -> PullResult:
    while True:
        last = workspace.ledger.last(source.name)
        if last is not None and last.status == "archived":
            result = result.plus(finish(workspace, last))
            continue
        try:
            for page in prefetched(_prepared_pages(workspace, source, last, clock)):
                result = result.plus(_claimed(workspace, page))
        except ConflictError:
            continue  # another run claimed the next page first: help it to finish, then go on from there
        return result


def _prepared_pages(
    workspace: Workspace, source: LogSource, last: PageRecord | None, clock: Callable[[], datetime]
) -> Iterator[PreparedPage]:
    now = clock()
    window = TimeWindow(now - workspace.settings.first_contact, now)
    before = _left_open(workspace, last)
    for page in source.pages(window, None if last is None else last.watermark):
        prepared = _prepared(workspace, last, source.name, page, clock(), before=before)
        last, before = prepared.record, prepared.left_open
        yield prepared


def _prepared(
    workspace: Workspace,
    last: PageRecord | None,
    source: str,
    page: SourcePage,
    observed_at: datetime,
    *,
    before: LeftOpen | None,
    final: bool = False,
) -> PreparedPage:
    """The page behind `last`, which left `before` open, archived and parsed."""
    sequence = 0 if last is None else last.sequence + 1
    data = archive.encode_page(page, final=final)
    page_id = archive.page_identity(source, sequence, "" if last is None else last.page_id, data)
    key = archive.page_key(source, observed_at, page_id)
    workspace.objects.put(key, data)
    record = PageRecord(
        page_id=page_id,
        source=source,
        sequence=sequence,
        status="archived",
        object_key=key,
        watermark=page.watermark,
        observed_at=observed_at,
        lines=page.lines.num_rows,
    )
    return prepare(record, page, final=final, before=before, quiet=workspace.settings.quiet_period)


def _left_open(workspace: Workspace, page: PageRecord | None) -> LeftOpen | None:
    """What a stored page left open."""
    if page is None:
        return None
    return LeftOpen(page.observed_at, workspace.objects.get(page.carry_key) if page.carry_key else None)


def _claimed(workspace: Workspace, page: PreparedPage) -> PageRecord:
    workspace.ledger.claim(page.record)
    return _written(workspace, page)


def finish(workspace: Workspace, record: PageRecord) -> PageRecord:
    """Bring a claimed page from the archive into the warehouse; harmless when it is there already.

    A page of a later revision takes the place of the rows it had before.
    """
    page, final = archive.decode_page(workspace.objects.get(record.object_key))
    before = _left_open(workspace, workspace.ledger.at(record.source, record.sequence - 1))
    return _written(workspace, prepare(record, page, final=final, before=before, quiet=workspace.settings.quiet_period))


def _written(workspace: Workspace, page: PreparedPage) -> PageRecord:
    record, rows = page.record, page.rows
    if record.revision:
        workspace.warehouse.replace("logs", rows, record.batch_id("logs"), page_ids=[record.page_id])
    else:
        workspace.warehouse.write("logs", rows, record.batch_id("logs"))
    key = None
    if page.carry is not None:
        key = archive.carry_key(record.source, record.page_id, page.carry)
        workspace.objects.put(key, page.carry)
    workspace.ledger.mark_stored(
        record.page_id,
        rows=rows.num_rows,
        rejects=page.rejects,
        carry_key=key,
        span=_span(rows),
        revision=record.revision,
    )
    return replace(record, status="stored", rows=rows.num_rows, rejects=len(page.rejects), carry_key=key)


def _span(rows: pa.Table) -> tuple[datetime, datetime] | None:
    if not rows.num_rows:
        return None
    ends = pc.min_max(rows["timestamp"]).as_py()
    return ends["min"], ends["max"]
