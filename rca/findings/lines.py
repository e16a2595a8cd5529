"""Log rows -> the lines in which trouble can be told, each with its event, and lines of one shape taken together.

Owns: which lines of an event say something (frames of a trace and the source printed under them do not), and what in a
line never matters to a rule (times, long numbers, ids). Keeps out: rules, findings.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rca.findings.matching import any_of

LONGEST_LINE = 100_000  # characters of a line that are looked at

# Lines of a trace that name places in code: what stands there are names of classes and functions, not what happened.
_FRAMES = (
    r"^\s+at ",
    r'^\s*File ".+", line \d+',
    r"^\s*\.\.\. \d+ (?:more|common frames)",
    r"^\s*#\d+[: ]",
    r"^\s+from .+:\d+",
    r"^\s+\S+\.(?:go|rs|rb|c|cc|cpp):\d+",
    r"^created by ",
    r"^\s*\d+: +(?:0x[0-9a-f]+ - )?\S+::",
    r"^\s*[~^]+\s*$",
)
_PYTHON_FRAME = r'^\s*File ".+", line \d+'
_SOURCE = r"^\s{4,}\S"
# What differs between lines that say the same: times, durations, addresses without their port, ids, long numbers.
_VARYING = (
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\d\d:\d\d:\d\d(?:[.,]\d+)?"
    r"|\b[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:0x)?[0-9a-f]{10,}\b|\d{6,}"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of events: `rows[i]` is the row whose event holds `texts[i]`; `codes[i]` its place in `shapes`."""

    rows: NDArray[np.int64]
    texts: Any
    codes: NDArray[np.int32]
    shapes: Any


def telling_lines(bodies: Any, patterns: tuple[str, ...]) -> Lines:
    """The lines of `bodies` (a string array) in which one of `patterns` is found, in order."""
    split = pc.split_pattern(bodies, pattern="\n")
    rows = pc.list_parent_indices(split).to_numpy().astype(np.int64)
    texts = pc.utf8_slice_codeunits(pc.list_flatten(split), 0, LONGEST_LINE)
    found = np.asarray(pc.and_not(any_of(texts, patterns), any_of(texts, _FRAMES)))
    found &= ~_printed_source(texts, rows)
    kept = texts.filter(pa.array(found))
    encoded = pc.dictionary_encode(pc.replace_substring_regex(kept, pattern=_VARYING, replacement="0"))
    return Lines(rows[found], kept, encoded.indices.to_numpy(), encoded.dictionary)


def _printed_source(texts: Any, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Source lines that Python prints under its frames."""
    frame = np.asarray(pc.match_substring_regex(texts, _PYTHON_FRAME))
    if not frame.any():
        return np.zeros(len(texts), dtype=bool)
    after = np.concatenate(([False], frame[:-1] & (rows[1:] == rows[:-1])))
    indented: NDArray[np.bool_] = np.asarray(pc.match_substring_regex(texts, _SOURCE))
    return after & indented
