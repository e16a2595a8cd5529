"""A page of raw lines -> log rows: the order of the stages, and nothing else.

unwrap envelopes, join lines that a runtime cut, classify, assemble events, read their values, fill what is missing.
Columns throughout: Python never loops over lines. The same arguments give the same rows.
Keeps out: each stage (the files beside this one), sources, storage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from connectors.records import LOG_SCHEMA, SOURCE_SCHEMA, Reject
from indexers.logs.assemble import assembled, classified
from indexers.logs.carrying import carried, open_events
from indexers.logs.events import events_of
from indexers.logs.joining import joined
from indexers.logs.rows import rejected_times, rows_of
from indexers.logs.unwrap import unwrap


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """`rows` has LOG_SCHEMA; `carry` (SOURCE_SCHEMA) holds the raw lines of events that may go on in the next page."""

    rows: pa.Table
    rejects: tuple[Reject, ...]
    carry: pa.Table | None


def parse_page(
    lines: pa.Table,
    *,
    source: str,
    page_id: str,
    streams: Mapping[str, Mapping[str, str]],
    observed_at: datetime,
    carry: pa.Table | None,
    final: bool,
) -> ParsedPage:
    """The rows of the events in `carry` and `lines` (SOURCE_SCHEMA); the last event of each stream and part is held
    back as raw lines unless `final`.

    `streams` gives resource attributes by stream, `observed_at` stands in where no time is known. Lines whose time
    cannot be right are rows with another time and a reject; no line is lost.
    """
    lines = lines.select(SOURCE_SCHEMA.names)
    if carry is not None and carry.num_rows:
        lines = pa.concat_tables([carry.select(SOURCE_SCHEMA.names), lines])
    if not lines.num_rows:
        return ParsedPage(LOG_SCHEMA.empty_table(), (), None)
    numbered = lines.append_column("row", pa.array(np.arange(lines.num_rows)))
    found = assembled(classified(joined(unwrap(numbered))))
    held = open_events(found) & (not final)
    events, rows, wrong = rows_of(
        events_of(found, held), source=source, page_id=page_id, streams=streams, observed_at=observed_at
    )
    told = ~(events["held"].to_numpy() | events["blank"].to_numpy())
    return ParsedPage(
        rows.filter(pa.array(told)),
        rejected_times(rows.filter(pa.array(wrong & told))),
        carried(lines, found, held, _last_times(events, rows)),
    )


def _last_times(events: pa.Table, rows: pa.Table) -> dict[int, object]:
    """The time of the last event of each flow."""
    flows, from_end = np.unique(events["flow"].to_numpy()[::-1], return_index=True)
    times = rows["timestamp"].take(pa.array(rows.num_rows - 1 - from_end)).to_pylist()
    return dict(zip(flows.tolist(), times, strict=True))
