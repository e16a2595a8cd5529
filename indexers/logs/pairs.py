"""The key=value parameters of text lines, by arithmetic on their bytes.

Owns what a pair is: a key behind white space, a comma, a semicolon or an opening bracket, and a value that is one word
or quoted. Lines where that takes reading from left to right (escapes, an equals sign inside quotes) go to a pattern.
Keeps out: what keys mean, maps (attributes.py).
"""

import string

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexers.logs.engine import literal, query
from indexers.logs.shapes import beginnings, bounds, cut_out

MOST_PAIRS = 32  # parameters of one line that are kept
LONGEST_KEY = 64

_PAIR = r"(?:^|[\s,;(\[{])([A-Za-z_][\w.-]{0,63})=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,;)\]}\"']+)"
_HARD = r"[\\']|^[^\"]*(?:\"[^\"=]*\"[^\"]*)*\"[^\"=]*(?:=|$)|=[^\s,;)\]}\"=]*[(\[{][^\s,;)\]}\"]*="
_SPACE = b" \t\r\n\f"


def _table(members: bytes) -> NDArray[np.bool_]:
    found = np.zeros(256, dtype=bool)
    found[list(members)] = True
    return found


_NO_KEY = ~_table((string.ascii_letters + string.digits + "_.-").encode())
_KEY_BEGIN = _table((string.ascii_letters + "_").encode())
_BEFORE = _table(_SPACE + b",;([{")
_STOP = _table(_SPACE + b",;)]}\"'")
_QUOTES = _table(b"\"'")

Pairs = tuple[NDArray[np.int64], pa.Array, pa.Array]


def pairs(texts: pa.Array) -> Pairs:
    """(row, key, value) of every key=value, rows rising, in the order of the line; quotes taken off."""
    rows = np.flatnonzero(pc.match_substring(texts, "=").to_numpy(zero_copy_only=False))
    if not len(rows):
        return np.empty(0, dtype=np.int64), pa.array([], pa.string()), pa.array([], pa.string())
    picked = texts.take(pa.array(rows))
    hard = _hard(picked)
    if hard.all():
        return _read(picked, rows)
    if not hard.any():
        return _counted(picked, rows)
    easy = ~hard
    both = (
        _counted(picked.filter(pa.array(easy)), rows[easy]),
        _read(picked.filter(pa.array(hard)), rows[hard]),
    )
    row = np.concatenate([part[0] for part in both])
    order = pa.array(np.argsort(row, kind="stable"))
    keys, values = (pa.concat_arrays([part[place] for part in both]).take(order) for place in (1, 2))
    return row[order.to_numpy()], keys, values


def _hard(texts: pa.Array) -> NDArray[np.bool_]:
    """Lines with an escape, a single quote, an odd quote, or a pair inside of quotes or of another's value."""
    found: NDArray[np.bool_] = pc.match_substring_regex(texts, _HARD).to_numpy(zero_copy_only=False)
    return found


def _counted(texts: pa.Array, rows: NDArray[np.int64]) -> Pairs:
    """Pairs of lines that are not hard."""
    starts, lengths, data = bounds(texts)
    first = int(starts[0])
    data = data[first : int(starts[-1] + lengths[-1])]
    equals = np.flatnonzero(data == ord("="))
    # The last byte before each `=` that cannot be part of a key, and the first behind it that ends a word.
    outside = np.append(-1, np.flatnonzero(_marks(data, _NO_KEY)))
    before = outside[np.searchsorted(outside, equals) - 1]
    line = np.searchsorted(starts - first, equals, side="right") - 1
    line_start = (starts - first)[line]
    line_end = line_start + lengths[line]
    key_start = np.maximum(before + 1, line_start)
    length = equals - key_start
    stops = np.flatnonzero(_marks(data, _STOP))
    value_start = equals + 1
    value_end = _next(stops, value_start, line_end)
    inside = value_start < line_end
    quoted = inside & _QUOTES[data[np.minimum(value_start, len(data) - 1)]]
    closing = np.flatnonzero(data == ord('"'))
    value_end = np.where(quoted, _next(closing, value_start + 1, line_end), value_end)
    value_start = value_start + quoted
    good = inside & (length > 0) & (length <= LONGEST_KEY)
    good &= _KEY_BEGIN[data[np.minimum(key_start, len(data) - 1)]]
    good &= (key_start == line_start) | _BEFORE[data[np.maximum(key_start - 1, 0)]]
    good &= quoted | (value_end > value_start)
    kept = np.flatnonzero(good)
    # No more than so many of one line.
    begins = np.append(True, np.diff(line[kept]) != 0)[: len(kept)]
    begin = np.maximum.accumulate(np.where(begins, np.arange(len(kept)), 0))
    kept = kept[np.arange(len(kept)) - begin < MOST_PAIRS]
    keys = _pieces(data, key_start[kept], length[kept])
    values = _pieces(data, value_start[kept], (value_end - value_start)[kept])
    return rows[line[kept]], keys, values


def _marks(data: NDArray[np.uint8], table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`table[data]`, by the faster way over bytes."""
    return np.frombuffer(data.tobytes().translate(table.tobytes()), dtype=np.bool_)


def _next(places: NDArray[np.int64], start: NDArray[np.int64], limit: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each start the first of `places` that is not before it, at most `limit`."""
    if not len(places):
        return limit
    found = np.searchsorted(places, start)
    return np.where(found < len(places), np.minimum(places[np.minimum(found, len(places) - 1)], limit), limit)


def _pieces(data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> pa.Array:
    ends = np.cumsum(lengths)
    index = np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
    offsets = pa.py_buffer(np.append(0, ends).astype(np.int32))
    return pa.StringArray.from_buffers(len(starts), offsets, pa.py_buffer(data[index]))


def _read(texts: pa.Array, rows: NDArray[np.int64]) -> Pairs:
    """Pairs of any lines."""
    found = query(
        f"SELECT regexp_extract_all(head, {literal(_PAIR)})[:{MOST_PAIRS}] AS pairs FROM lines",
        lines=pa.table({"head": texts}),
    )
    lists = found["pairs"].combine_chunks()
    flat = lists.flatten()
    row = np.repeat(rows, pc.list_value_length(lists).to_numpy())
    if not len(flat):
        return row, flat, flat
    begin = _BEFORE[beginnings(flat, 1)[:, 0]].astype(np.int64)
    equals = pc.find_substring(flat, "=").to_numpy().astype(np.int64)
    keys = cut_out(flat, begin, equals - begin)
    values = cut_out(flat, equals + 1, pc.binary_length(flat).to_numpy() - equals - 1)
    quoted = _QUOTES[beginnings(values, 1)[:, 0]].astype(np.int64)
    return row, keys, cut_out(values, quoted, pc.binary_length(values).to_numpy() - 2 * quoted)
