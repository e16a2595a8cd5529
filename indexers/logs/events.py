"""Assembled lines -> one row an event: its first line, its whole text, and what the envelopes said.

Keeps out: which lines belong together (assemble.py), values in the text (text_fields.py, json_fields.py).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexers.logs.assemble import Assembled
from indexers.logs.joining import join_runs

PLACES = ("program", "given_version", "given_environment")


def events_of(found: Assembled, held: NDArray[np.bool_]) -> pa.Table:
    """A row per event in order of the input.

    Columns: `head` (first line), `text` (all lines, trailing blank ones left out), `kind`, `flow`, `row`, `stream`,
    `position`, `timestamp` (the source's, nullable), `given_time`, `given_severity`, `program`,
    `given_version`, `given_environment`, `held` as given for each event, and `blank` for those of white space alone.
    """
    names = ["kind", "flow", "row", "stream", "position", "timestamp", "given_time", "given_severity", *PLACES]
    picked = found.lines.select([*names, "inner"])
    text = pc.ascii_rtrim(join_runs(picked["inner"], found.starts, "\n"), characters="\r\n")
    if len(found.starts) != picked.num_rows:
        picked = picked.take(pa.array(found.starts))
    events = picked.rename_columns([*names, "head"]).append_column("text", text)
    events = events.append_column("held", pa.array(held))
    events = events.append_column("blank", pc.equal(pc.utf8_trim_whitespace(events["text"]), ""))
    rows = events["row"].to_numpy()
    return events if (np.diff(rows) > 0).all() else events.take(pa.array(np.argsort(rows, kind="stable")))
