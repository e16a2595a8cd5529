"""Lines -> events: which lines belong together, per stream and part, also when streams interleave.

The rules, each looking only at what stands before a line in its own part, so that a page may be cut anywhere:
- a line that continues (indented, `Caused by:`, `at x(...)`, blank) belongs to the event before it;
- a line with a time stamp or a level, and a line that is whole by itself (JSON, access log), begins an event;
- a line that begins a stack trace belongs to the event before it when that is a warning or worse, or when the trace
  goes on (a chained exception); else it is an event of its own;
- a call of a stack trace belongs to the event before it also when it has a time stamp of its own, and so do the
  source line and the error's name below it: some loggers write every line of a trace as a record;
- any other line belongs to a text event or stack trace before it, else it is an event of its own.
Several threads that write whole events into one stream stay apart; lines of two threads that alternate inside one
stack trace cannot be told apart and stay together. Nothing is lost either way.
Owns: those rules, on columns. Keeps out: the patterns (heads.py).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexers.logs import heads
from indexers.logs.engine import case, extended, in_parts, literal

LONGEST_EVENT_LINES = 10_000
LONGEST_EVENT_BYTES = 1 << 20
_HEADS = (heads.TEXT_HEAD, heads.TRACE_HEAD, heads.COMPLETE)
# What is asked of lines only where stack traces begin.
_ALARM = (
    r"^.{0,80}?\b(?:WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|FATAL|PANIC|[Ee]rror|[Pp]anic|[Ww]arn(?:ing)?|[Rr]ecovered)\b"
    r"|^[EF]\d{4} |^[EF], \["
)
_CHAINED = "^(?:During handling of the above|The above exception was the direct|[Cc]aused by)"
_OPENER = r"^(?:Traceback|\s*\+ Exception Group|Exception in|panic: |fatal error|thread '|Un[hc]a|PHP )"
_LAST_FRAME = r"^\s+(?:at |\.\.\. \d+ )"


@dataclass(frozen=True, slots=True)
class Assembled:
    """Lines sorted by flow, and the index of each event's first line."""

    lines: pa.Table
    starts: NDArray[np.intp]

    @property
    def ends(self) -> NDArray[np.intp]:
        """The index behind each event's last line."""
        return np.append(self.starts[1:], self.lines.num_rows)


def _matches(table: dict[str, str]) -> str:
    return f'regexp_matches("inner", {literal(heads.alternatives(table))})'


_CLASSES = case(
    {
        '"inner" LIKE \'{%\' AND "inner" LIKE \'%}\' AND json_valid("inner")': str(heads.COMPLETE),
        _matches(heads.COMPLETE_HEADS): str(heads.COMPLETE),
        _matches(heads.TEXT_HEADS): str(heads.TEXT_HEAD),
        _matches(heads.CONTINUATIONS): str(heads.CONTINUATION),
        _matches(heads.TRACE_HEADS): str(heads.TRACE_HEAD),
    },
    str(heads.ORPHAN),
)


def classified(lines: pa.Table) -> pa.Table:
    """`lines` with `kind` (see heads.py)."""
    return in_parts(lambda part: extended(part, {"kind": f"CAST({_CLASSES} AS UTINYINT)"}), lines)


def assembled(lines: pa.Table) -> Assembled:
    """The events of classified lines, which are sorted by `flow`."""
    kind = lines["kind"].to_numpy().astype(np.int8)
    flow = lines["flow"].to_numpy()
    first = np.ones(len(kind), dtype=bool)
    first[1:] = flow[1:] != flow[:-1]
    kind[_prefixed(lines, kind, first)] = heads.CONTINUATION
    whole = kind == heads.COMPLETE
    begins = (kind == heads.TEXT_HEAD) | whole | first
    begins[1:] |= whole[:-1]  # what is whole takes no further lines
    begins |= (kind == heads.TRACE_HEAD) & ~_goes_on(lines, kind, first)
    begins |= (kind == heads.ORPHAN) & ~_adopted(kind, first)
    begins |= _too_long(begins, lines)
    return Assembled(lines, np.flatnonzero(begins))


def _prefixed(lines: pa.Table, kind: NDArray[np.int8], first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lines with a head of their own that are part of a trace all the same: each of its lines was logged by itself."""
    goes_on = np.zeros(len(kind), dtype=bool)
    headed = np.flatnonzero(kind == heads.TEXT_HEAD)
    inner = lines["inner"].combine_chunks()
    calls = np.zeros(len(kind), dtype=bool)
    calls[headed] = _says(heads.PREFIXED_CALL, inner, headed)
    if not calls.any():
        return goes_on
    openers, below = np.zeros(len(kind), dtype=bool), np.zeros(len(kind), dtype=bool)
    openers[headed] = _says(heads.PREFIXED_OPENER, inner, headed)
    below[headed] = _says(heads.PREFIXED_BELOW, inner, headed) & ~calls[headed] & ~openers[headed]
    above = _last_before(~below, first)
    under_call = (above >= 0) & (calls | openers)[np.maximum(above, 0)]
    return (calls & ~first) | (below & under_call)


def _last_before(marked: NDArray[np.bool_], first: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each line the index of the last marked line before it in its part, -1 where there is none."""
    positions = np.where(marked, np.arange(len(marked)), -1)
    before = np.empty_like(positions)
    before[0:1] = -1
    before[1:] = np.maximum.accumulate(positions)[:-1]
    part_start = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    return np.where(before >= part_start, before, -1)


def _goes_on(lines: pa.Table, kind: NDArray[np.int8], first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a trace's first line belongs to what stands before it."""
    goes_on = np.zeros(len(kind), dtype=bool)
    traces = np.flatnonzero(kind == heads.TRACE_HEAD)
    if not len(traces):
        return goes_on
    inner = lines["inner"].combine_chunks()
    head = _last_before(np.isin(kind, _HEADS), first)[traces]
    line = _last_before(pc.match_substring_regex(inner, r"\S").to_numpy(zero_copy_only=False), first)[traces]
    under_alarm = (kind[head] == heads.TEXT_HEAD) & _says(_ALARM, inner, head)
    # The last line of a Python traceback, or a Go "goroutine 1 [running]:" behind its "panic:".
    in_trace = (kind[head] == heads.TRACE_HEAD) & ~_says(_OPENER, inner, traces) & ~_says(_LAST_FRAME, inner, line)
    goes_on[traces] = ((head >= 0) & (under_alarm | in_trace)) | ((line >= 0) & _says(_CHAINED, inner, line))
    return goes_on


def _says(pattern: str, inner: pa.Array, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For each of `rows` whether its line matches; what is said of row -1 has no meaning."""
    found: NDArray[np.bool_] = pc.match_substring_regex(inner.take(pa.array(np.maximum(rows, 0))), pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _adopted(kind: NDArray[np.int8], first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    head = _last_before(np.isin(kind, _HEADS), first)
    return (head >= 0) & np.isin(kind[head], (heads.TEXT_HEAD, heads.TRACE_HEAD))


def _too_long(begins: NDArray[np.bool_], lines: pa.Table) -> NDArray[np.bool_]:
    """Where an event without end is cut into several, by lines and by bytes."""
    starts = np.flatnonzero(begins)
    sizes = np.cumsum(pc.binary_length(lines["inner"]).to_numpy().astype(np.int64) + 1)
    ends = np.append(starts[1:], len(begins)) - 1
    total = sizes[ends] - np.where(starts > 0, sizes[starts - 1], 0)
    cuts = np.zeros(len(begins), dtype=bool)
    for event in np.flatnonzero((ends - starts >= LONGEST_EVENT_LINES) | (total > LONGEST_EVENT_BYTES)):
        start, stop = starts[event], ends[event] + 1
        # From cut to cut, so that it does not matter where the event was cut into pages before.
        while (start := _next_cut(sizes, int(start))) < stop:
            cuts[start] = True
    return cuts


def _next_cut(sizes: NDArray[np.int64], start: int) -> int:
    """The first line after `start` that an event that begins there has no room for."""
    before = sizes[start - 1] if start else 0
    fits = int(np.searchsorted(sizes, before + LONGEST_EVENT_BYTES, side="right"))
    return max(min(fits, start + LONGEST_EVENT_LINES), start + 1)
