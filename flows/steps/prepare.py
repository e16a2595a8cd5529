"""An archived page and what the page before it left open -> rows, rejects, and what it leaves open itself.

Owns: when a silent stream's last event is complete. A pure function of its arguments, so that a page can be prepared
while the one before it is being written, and again from the archive. Keeps out: stores, the ledger, parsing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from connectors.pages import PageRecord
from connectors.records import SOURCE_SCHEMA, Reject, SourcePage
from flows.steps import archive
from indexers.logs.page import ParsedPage, parse_page


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What a page left open when it was observed: encoded lines (archive.encode_carry), None for nothing."""

    observed_at: datetime
    carry: bytes | None


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """A page ready to be written: `carry` as in LeftOpen."""

    record: PageRecord
    rows: pa.Table
    rejects: tuple[Reject, ...]
    carry: bytes | None

    @property
    def left_open(self) -> LeftOpen:
        return LeftOpen(self.record.observed_at, self.carry)


def prepare(
    record: PageRecord, page: SourcePage, *, final: bool, before: LeftOpen | None, quiet: timedelta
) -> PreparedPage:
    """The rows of `page` behind what was left open before it; `final` closes everything.

    A stream that was left open and is silent in this page, later than `quiet`, is complete: without that one busy
    stream would keep another's last event waiting for ever.
    """
    tables, rejects = [], [*page.rejects]
    carry, streams = None, dict(page.streams)
    if before is not None and before.carry is not None:
        carry, open_streams = archive.decode_carry(before.carry)
        streams = {**open_streams, **streams}
        if not final and record.observed_at - before.observed_at > quiet:
            speaks = pc.is_in(carry["stream"], value_set=page.lines["stream"].unique())
            done = _parse(record, SOURCE_SCHEMA.empty_table(), streams, carry.filter(pc.invert(speaks)), final=True)
            carry = carry.filter(speaks)
            tables.append(done.rows)
            rejects += done.rejects
    parsed = _parse(record, page.lines, streams, carry, final=final)
    left = parsed.carry if parsed.carry is not None and parsed.carry.num_rows else None
    return PreparedPage(
        record,
        pa.concat_tables([*tables, parsed.rows]),
        (*rejects, *parsed.rejects),
        None if left is None else archive.encode_carry(left, streams),
    )


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
