"""Source -> archive -> rows, exactly once: the order in which a page becomes durable, and what a second run finds.

archive the raw page, claim its sequence number, write its rows under its id, mark it stored (the watermark moves).
Whatever was claimed but not stored, by a killed run or by one that is still at work, is finished here first; every
step repeats without effect, so two runs at once cost time and nothing else. See connectors/pages.py.
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
from connectors.records import SOURCE_SCHEMA, Reject, SourcePage, TimeWindow, utc_now
from connectors.sources import LogSource
from flows.steps import archive
from flows.steps.prefetch import prefetched
from flows.wiring import Workspace
from indexers.logs.page import ParsedPage, parse_page

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


@dataclass(frozen=True, slots=True)
class _Archived:
    """A page whose raw lines are durable and whose place in the ledger is not claimed yet."""

    record: PageRecord
    page: SourcePage
    final: bool


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
        before = result.pages
        result = _drain(workspace, source, result, clock)
        last = workspace.ledger.last(source.name)
        if last is None or last.carry_key is None:
            return result
        if result.pages > before and quiet:
            sleep(quiet)
            continue
        close = SourcePage(lines=SOURCE_SCHEMA.empty_table(), watermark=last.watermark)
        try:
            return result.plus(_store(workspace, _archive(workspace, source.name, last, close, clock(), final=True)))
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
            for archived in prefetched(_archived_pages(workspace, source, last, clock)):
                result = result.plus(_store(workspace, archived))
        except ConflictError:
            continue  # another run claimed the next page first: help it to finish, then go on from there
        return result


def _archived_pages(
    workspace: Workspace, source: LogSource, last: PageRecord | None, clock: Callable[[], datetime]
) -> Iterator[_Archived]:
    now = clock()
    window = TimeWindow(now - workspace.settings.first_contact, now)
    for page in source.pages(window, None if last is None else last.watermark):
        archived = _archive(workspace, source.name, last, page, clock())
        last = archived.record
        yield archived


def _archive(
    workspace: Workspace,
    source: str,
    last: PageRecord | None,
    page: SourcePage,
    observed_at: datetime,
    *,
    final: bool = False,
) -> _Archived:
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
    return _Archived(record, page, final)


def _store(workspace: Workspace, archived: _Archived) -> PageRecord:
    workspace.ledger.claim(archived.record)
    return _write_rows(workspace, archived.record, archived.page, final=archived.final)


def finish(workspace: Workspace, record: PageRecord) -> PageRecord:
    """Bring a claimed page from the archive into the warehouse; harmless when it is there already.

    A page of a later revision takes the place of the rows it had before.
    """
    page, final = archive.decode_page(workspace.objects.get(record.object_key))
    return _write_rows(workspace, record, page, final=final)


def _write_rows(workspace: Workspace, record: PageRecord, page: SourcePage, *, final: bool) -> PageRecord:
    rows, rejects, carry = _parse_in_order(workspace, record, page, final=final)
    if record.revision:
        workspace.warehouse.replace("logs", rows, record.batch_id("logs"), page_ids=[record.page_id])
    else:
        workspace.warehouse.write("logs", rows, record.batch_id("logs"))
    key = None
    if carry is not None:
        key = archive.carry_key(record.source, record.page_id, carry)
        workspace.objects.put(key, carry)
    workspace.ledger.mark_stored(
        record.page_id,
        rows=rows.num_rows,
        rejects=rejects,
        carry_key=key,
        span=_span(rows),
        revision=record.revision,
    )
    return replace(record, status="stored", rows=rows.num_rows, rejects=len(rejects), carry_key=key)


def _parse_in_order(
    workspace: Workspace, record: PageRecord, page: SourcePage, *, final: bool
) -> tuple[pa.Table, tuple[Reject, ...], bytes | None]:
    """The page's rows after what the page before it left open, its rejects, and what it leaves open itself.

    A stream that was left open and is silent in this page, later than the quiet period, is complete: without that
    one busy stream would keep another's last event waiting for ever.
    """
    before = workspace.ledger.at(record.source, record.sequence - 1)
    tables, rejects = [], [*page.rejects]
    carry, streams = None, dict(page.streams)
    if before is not None and before.carry_key is not None:
        carry, open_streams = archive.decode_carry(workspace.objects.get(before.carry_key))
        streams = {**open_streams, **streams}
        waited = record.observed_at - before.observed_at
        if not final and waited > workspace.settings.quiet_period:
            speaks = pc.is_in(carry["stream"], value_set=page.lines["stream"].unique())
            done = _parse(record, SOURCE_SCHEMA.empty_table(), streams, carry.filter(pc.invert(speaks)), final=True)
            carry = carry.filter(speaks)
            tables.append(done.rows)
            rejects += done.rejects
    parsed = _parse(record, page.lines, streams, carry, final=final)
    rows = pa.concat_tables([*tables, parsed.rows])
    left = parsed.carry if parsed.carry is not None and parsed.carry.num_rows else None
    return rows, (*rejects, *parsed.rejects), None if left is None else archive.encode_carry(left, streams)


def _parse(
    record: PageRecord, lines: pa.Table, streams: archive.Streams, carry: pa.Table | None, *, final: bool
) -> ParsedPage:
    return parse_page(
        lines,
        source=record.source,
        page_id=record.page_id,
        streams=streams,
        observed_at=record.observed_at,
        carry=carry,
        final=final,
    )


def _span(rows: pa.Table) -> tuple[datetime, datetime] | None:
    if not rows.num_rows:
        return None
    ends = pc.min_max(rows["timestamp"]).as_py()
    return ends["min"], ends["max"]
