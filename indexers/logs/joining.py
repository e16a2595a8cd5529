"""Numbers the flows inside the streams, and joins lines that a container runtime cut into parts.

Owns: `flow` (one number for each stream and part of it) and the joining of unfinished lines. Keeps out: events.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

LONGEST_JOINED = 1 << 20  # bytes; what is longer stays several lines


def joined(lines: pa.Table) -> pa.Table:
    """Unwrapped lines with a column `flow`, sorted by (flow, row). Cut lines are one line, placed where they
    began; then `rows` lists the raw rows that each line is made of."""
    flow = _flows(lines)
    lines = lines.append_column("flow", pa.array(flow))
    order = np.argsort(flow, kind="stable")
    if (np.diff(order) < 0).any():
        lines = lines.take(pa.array(order))
    unfinished = pc.equal(lines["unfinished"], "P").to_numpy()
    return _without_cuts(lines, unfinished) if unfinished.any() else lines


def _flows(lines: pa.Table) -> NDArray[np.int64]:
    stream = lines["stream"].combine_chunks().dictionary_encode()
    part = lines["part"].combine_chunks().dictionary_encode()
    both = stream.indices.to_numpy().astype(np.int64) * (len(part.dictionary) + 1) + part.indices.to_numpy()
    _, first, codes = np.unique(both, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[codes]


def _without_cuts(lines: pa.Table, unfinished: NDArray[np.bool_]) -> pa.Table:
    flow = lines["flow"].to_numpy()
    begins = np.ones(len(flow), dtype=bool)
    begins[1:] = ~unfinished[:-1] | (flow[1:] != flow[:-1])
    sizes = np.cumsum(pc.binary_length(lines["inner"]).to_numpy().astype(np.int64))
    run = np.maximum.accumulate(np.where(begins, np.arange(len(flow)), 0))
    part = (sizes - sizes[run]) // LONGEST_JOINED
    begins[1:] |= part[1:] != part[:-1]
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(flow)) - 1
    text = join_runs(lines["inner"], starts, "")
    first = lines.take(pa.array(starts))
    column = first.schema.get_field_index("inner")
    first = first.set_column(column, "inner", text)
    column = first.schema.get_field_index("unfinished")
    first = first.set_column(column, "unfinished", lines["unfinished"].take(pa.array(ends)))
    offsets = pa.array(np.append(starts, len(flow)).astype(np.int32))
    return first.append_column("rows", pa.ListArray.from_arrays(offsets, lines["row"].combine_chunks()))


def join_runs(texts: pa.ChunkedArray, starts: NDArray[np.intp], separator: str) -> pa.Array:
    """One text for each run that begins at `starts` (the first is 0): its texts with `separator` between."""
    flat = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if len(starts) == len(flat):
        return flat
    offsets = pa.array(np.append(starts, len(flat)).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, flat), separator)
