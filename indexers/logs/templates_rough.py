"""Rough shapes: many lines to few representatives without a Python loop over lines.

Owns the vectorised first step of template mining: lines that are equal without their digits share a code; when that
leaves many, the representatives are masked by the engine of pyarrow and grouped again. Python then looks at one
representative of each code. Keeps out: what a parameter is in detail (`masking.py`) and which shapes are one template.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DIGITS = b"0123456789"
_IS_DIGIT = bytes(byte in _DIGITS for byte in range(256))

# Beyond this many different lines without digits, ids with letters are likely, and masking pays.
_MASK_BEYOND = 2_000
# RE2 syntax: joined words with a digit, and what stands after a slash.
_ENGINE_MASKS = (r"[A-Za-z0-9_.~@$+-]*[0-9][A-Za-z0-9_.~@$+-]*", r"/[^\s\"'<>|,;:()\[\]{}=]*")


@dataclass(frozen=True, slots=True)
class RoughCodes:
    """Code of each line, and for each code its key and the first line that has it."""

    codes: np.ndarray[Any, np.dtype[np.int32]]
    keys: list[str]
    representatives: list[str]


def as_array(texts: Sequence[str] | Any) -> Any:
    """Any column or sequence of texts as one `pa.LargeStringArray` without nulls (null becomes "")."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks() if texts.num_chunks != 1 else texts.chunk(0)
    if not isinstance(texts, pa.Array):
        try:
            texts = pa.array(texts, pa.large_string())
        except UnicodeEncodeError:  # half of a surrogate pair, from a broken JSON escape
            texts = pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.large_string())
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())
    return pc.fill_null(texts, "") if texts.null_count else texts


def lines_of(data: bytes) -> Any:
    """The lines of a file's bytes as a `pa.LargeStringArray`, each still with its line end, over the same memory.

    Bytes that are not UTF-8 become U+FFFD. Without a last line end the rest is a line; empty input has none.
    """
    if not data.isascii():
        data = data.decode("utf-8", "replace").encode("utf-8")
    if data and not data.endswith(b"\n"):
        data += b"\n"
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    offsets = np.concatenate(([0], ends + 1)).astype(np.int64, copy=False)
    return pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))


def rough_codes(lines: Any) -> RoughCodes:
    """Codes of a `pa.LargeStringArray`; two lines with one code differ in digits, or in words that hold digits."""
    if not len(lines):
        return RoughCodes(np.zeros(0, np.int32), [], [])
    encoded = _without_digits(lines).dictionary_encode()
    codes, keys = encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary
    first = _first_places(codes, len(keys))
    masked = None
    for pattern in _ENGINE_MASKS:
        if len(keys) <= _MASK_BEYOND:
            break
        masked = pc.replace_substring_regex(lines.take(pa.array(first)) if masked is None else masked, pattern, "0")
        again = masked.dictionary_encode()
        finer = again.indices.to_numpy(zero_copy_only=False)
        masked = keys = again.dictionary
        codes, first = finer[codes], first[_first_places(finer, len(keys))]
    representatives = lines.take(pa.array(first)).to_pylist()
    return RoughCodes(codes.astype(np.int32, copy=False), keys.to_pylist(), representatives)


def _without_digits(lines: Any) -> Any:
    """The same strings with ASCII digits deleted: one pass over the bytes, no pattern."""
    _, offset_buffer, data_buffer = lines.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    start, end = int(offsets[0]), int(offsets[-1])
    data = data_buffer[start:end].to_pybytes() if data_buffer is not None else b""
    digits = np.zeros(len(offsets), np.int64)
    if data:
        flags = np.frombuffer(data.translate(_IS_DIGIT), np.uint8)
        # reduceat takes no empty slices: those lines have no digits anyway, and the others touch one another.
        filled = offsets[:-1] < offsets[1:]
        counts = np.zeros(len(lines), np.int64)
        counts[filled] = np.add.reduceat(flags, offsets[:-1][filled] - start, dtype=np.int64)
        np.cumsum(counts, out=digits[1:])
    kept = offsets - start - digits
    return pa.LargeStringArray.from_buffers(
        len(lines), pa.py_buffer(np.ascontiguousarray(kept)), pa.py_buffer(data.translate(None, _DIGITS))
    )


def _first_places(codes: Any, size: int) -> Any:
    first = np.empty(size, np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first
