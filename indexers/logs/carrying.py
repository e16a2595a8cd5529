"""Which events may go on in the next page, and the raw lines to look at again then.

The last event of each flow is held back, also one that is whole by itself: the line after it may need its time.
Keeps out: what begins an event (assemble.py).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.records import SOURCE_SCHEMA
from indexers.logs.assemble import LONGEST_EVENT_BYTES, Assembled


def open_events(found: Assembled) -> NDArray[np.bool_]:
    """For each event whether it may go on: the last of its flow, unless it is as long as an event may be."""
    if not len(found.starts):
        return np.empty(0, dtype=bool)
    flow = found.lines["flow"].to_numpy()
    last = np.ones(len(found.starts), dtype=bool)
    last[:-1] = flow[found.starts[1:]] != flow[found.starts[:-1]]
    sizes = np.append(0, np.cumsum(pc.binary_length(found.lines["inner"]).to_numpy().astype(np.int64)))
    small: NDArray[np.bool_] = sizes[found.ends] - sizes[found.starts] < LONGEST_EVENT_BYTES
    return last & small


def carried(lines: pa.Table, found: Assembled, held: NDArray[np.bool_], times: dict[int, object]) -> pa.Table | None:
    """The raw lines (of `lines`, by `row`) of the held events, in order; `times` gives flows the time of their event.

    Where the source gave a line no time, the event's stands in, so that it is not lost with the lines before.
    """
    if not held.any():
        return None
    kept = found.lines.filter(pa.array(np.repeat(held, found.ends - found.starts)))
    row, flow = kept["row"].to_numpy(), kept["flow"].to_numpy()
    if "rows" in kept.schema.names:
        joined = kept["rows"].combine_chunks()
        row, flow = pc.list_flatten(joined).to_numpy(), np.repeat(flow, pc.list_value_length(joined).to_numpy())
    order = np.argsort(row)
    carry = lines.take(pa.array(row[order]))
    known = pa.array([times.get(number) for number in flow[order].tolist()], SOURCE_SCHEMA.field("timestamp").type)
    place = carry.schema.get_field_index("timestamp")
    return carry.set_column(place, SOURCE_SCHEMA.field("timestamp"), pc.coalesce(carry["timestamp"], known))
