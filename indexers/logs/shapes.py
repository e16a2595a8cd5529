"""The beginnings of texts with their digits made alike, so that patterns look at what is distinct and not at rows.

A million lines begin in a few hundred ways. A pattern is tried on each way once, and what it finds is cut out of each
row at the same place. Owns: beginnings, cutting out. Keeps out: patterns.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# Every digit is "0", and every byte beyond ASCII is DEL, so that one character is one byte.
_ALIKE = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x7F if byte >= 0x7F or byte == 0 else byte for byte in range(256))
_VARIES = "[0\x7f]"


@dataclass(frozen=True, slots=True)
class Shapes:
    """`distinct` shapes (ASCII, at most `width` characters), and the number of each text's own."""

    distinct: pa.Array
    codes: NDArray[np.int32]


def shapes_of(texts: pa.Array, width: int) -> Shapes:
    """The shapes of the first `width` bytes of `texts` (a string array without nulls)."""
    windows = beginnings(texts, width)
    alike = np.frombuffer(windows.tobytes().translate(_ALIKE), dtype=np.uint8).reshape(len(texts), width)
    lengths = bounds(texts)[1]
    short = np.flatnonzero(lengths < width)
    if len(short):
        alike = alike.copy()
        picked = alike[short]
        picked[np.arange(width) >= lengths[short, None]] = 0
        alike[short] = picked
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(texts), [None, pa.py_buffer(alike.tobytes())])
    coded = fixed.dictionary_encode()
    distinct = [shape.rstrip(b"\0").decode("ascii") for shape in coded.dictionary.to_pylist()]
    return Shapes(pa.array(distinct, pa.string()), coded.indices.to_numpy())


def beginnings(texts: pa.Array, width: int) -> NDArray[np.uint8]:
    """The first `width` bytes of each text as a matrix; behind a shorter text stands anything."""
    starts, _, data = bounds(texts)
    padded = np.concatenate((data, np.zeros(width, dtype=np.uint8)))
    windows = np.ndarray((len(padded) - width + 1,), dtype=f"V{width}", buffer=padded, strides=(1,))
    return windows[starts].view(np.uint8).reshape(len(texts), width)


def cut_out(texts: pa.Array, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> pa.Array:
    """From each text `lengths` bytes from its byte `starts`, which must be borders of characters."""
    begin, _, data = bounds(texts)
    ends = np.cumsum(lengths)
    index = np.repeat(begin + starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
    offsets = np.append(0, ends).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data[index])]
    return pa.StringArray.from_buffers(len(texts), buffers[1], buffers[2])


def found_in(texts: pa.Array, shapes: Shapes, found: pa.Array, starts: pa.Array) -> pa.Array:
    """For each text what `found` says of its shape (text, "" for nothing, beginning at byte `starts` of the shape),
    with the text's own digits."""
    import pyarrow.compute as pc

    values = found.take(pa.array(shapes.codes))
    varies = pc.match_substring_regex(found, _VARIES).to_numpy(zero_copy_only=False)[shapes.codes]
    rows = np.flatnonzero(varies)
    if not len(rows):
        return values
    codes = shapes.codes[rows]
    lengths = pc.binary_length(found).to_numpy()[codes].astype(np.int64)
    own = cut_out(texts.take(pa.array(rows)) if len(rows) < len(texts) else texts, starts.to_numpy()[codes], lengths)
    if len(rows) == len(texts):
        return own
    return pc.replace_with_mask(values, pa.array(varies), own)


def bounds(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """(first byte, length in bytes, all bytes) of a string array."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32, count=len(texts) + 1, offset=4 * texts.offset).astype(np.int64)
    content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    return places[:-1], np.diff(places), content
