"""Which of several times an event has, and what becomes of times that are missing or cannot be right.

Owns: their order: the line's own, the envelope's, the source's, that of the event before it in its flow, the moment of
observation. Keeps out: reading times out of text (timestamps.py).
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.records import TIMESTAMP

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)  # how far ahead of ours another machine's clock may be


def times_of(events: pa.Table, observed_at: datetime) -> tuple[pa.Array, NDArray[np.bool_]]:
    """(time of each event, whether it printed one that cannot be right). `events` has `own_time`, `envelope_time`,
    `timestamp` and `flow`."""
    low, high = pa.scalar(EARLIEST, TIMESTAMP), pa.scalar(observed_at + TOLERANCE, TIMESTAMP)
    candidates, wrong = [], np.zeros(events.num_rows, dtype=bool)
    for name in ("own_time", "envelope_time", "timestamp"):
        column = events[name].cast(TIMESTAMP).combine_chunks()
        sane = pc.and_(pc.greater_equal(column, low), pc.less(column, high))
        wrong |= pc.fill_null(pc.invert(sane), False).to_numpy(zero_copy_only=False)
        candidates.append(pc.if_else(pc.fill_null(sane, False), column, pa.scalar(None, TIMESTAMP)))
    known = pc.coalesce(*candidates)
    if known.null_count:
        known = pc.fill_null(_from_before(known, events["flow"].to_numpy()), pa.scalar(observed_at, TIMESTAMP))
    return known, wrong


def _from_before(known: pa.Array, flow: NDArray[np.int64]) -> pa.Array:
    """`known` with the last time before it in the same flow where there is none."""
    count = len(flow)
    order = np.argsort(flow, kind="stable")
    there = known.is_valid().to_numpy(zero_copy_only=False)[order]
    last = np.maximum.accumulate(np.where(there, np.arange(count), -1))
    begins = np.append(True, np.diff(flow[order]) != 0)
    start = np.maximum.accumulate(np.where(begins, np.arange(count), 0))
    found = np.empty(count, dtype=np.int64)
    found[order] = np.where(last >= start, order[last], -1)
    return known.take(pa.array(np.maximum(found, 0), mask=found < 0))
