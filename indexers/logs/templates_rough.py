"""Rough shapes: many lines to few representatives without a Python loop over lines.

Owns the vectorised first step of template mining: lines that are equal but for their numbers share a code; when that
leaves many, joined words with digits and paths are made alike by the engine of pyarrow and grouped again. Python then
looks at one representative of each code. No mask asks more of a line than its code keeps, so that it does not matter
which line that is. Keeps out: what a parameter is in detail (`masking.py`) and which shapes are one template.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ZERO = ord("0")
_ALIKE = bytes(_ZERO if chr(byte) in "0123456789" else byte for byte in range(256))
_NOWHERE = b"\xff"  # no byte of UTF-8

# Beyond this many different lines ids with letters are likely, and making them alike pays.
ALIKE_BEYOND = 2_000
# RE2 syntax, pattern -> replacement. They take no more than the forms `id` and `path` of masking_patterns.txt.
_WORD, _JOINT, _LETTERS, _BOTH = (
    "[A-Za-z0-9_]+",
    "[.~@$+-]",
    "[A-Za-z_]+",
    "[A-Za-z0-9_]*(?:[0-9][A-Za-z_]|[A-Za-z_][0-9])[A-Za-z0-9_]*",
)
_BEFORE, _BEHIND = f"(?:{_WORD}{_JOINT})*", f"(?:{_JOINT}{_WORD})*"
_OF_PATHS = r"[^\s\"'<>|,;:()\[\]{}=]"
_ENGINE_MASKS = {
    f"{_BEFORE}(?:{_BOTH}|{_LETTERS}{_BEHIND}{_JOINT}[0-9]+|[0-9]+{_BEHIND}{_JOINT}{_LETTERS}){_BEHIND}": "z0",
    rf"(^|[\s\"'(=,\[])/(?:{_OF_PATHS}*[^\s\"'<>|,;:()\[\]{{}}=.!?])?": r"\1/",
}


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
    """Codes of a `pa.LargeStringArray`; two lines with one code differ in numbers, or in words that hold digits."""
    if not len(lines):
        return RoughCodes(np.zeros(0, np.int32), [], [])
    encoded = _with_numbers_alike(lines).dictionary_encode()
    codes, keys = encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary
    first = _first_places(codes, len(keys))
    masked = None
    for pattern, replacement in _ENGINE_MASKS.items():
        if len(keys) <= ALIKE_BEYOND:
            break
        masked = pc.replace_substring_regex(keys if masked is None else masked, pattern, replacement)
        again = masked.dictionary_encode()
        finer = again.indices.to_numpy(zero_copy_only=False)
        masked = keys = again.dictionary
        codes, first = finer[codes], first[_first_places(finer, len(keys))]
    representatives = lines.take(pa.array(first)).to_pylist()
    return RoughCodes(codes.astype(np.int32, copy=False), keys.to_pylist(), representatives)


def _with_numbers_alike(lines: Any) -> Any:
    """The same strings with `0` for each run of ASCII digits: a few passes over the bytes, no pattern."""
    _, offset_buffer, data_buffer = lines.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    start, end = int(offsets[0]), int(offsets[-1])
    alike = bytearray(memoryview(data_buffer)[start:end] if data_buffer is not None else b"").translate(_ALIKE)
    removed = np.zeros(len(offsets), np.int64)
    if alike:
        data = np.frombuffer(alike, np.uint8)
        digit = data == _ZERO
        further = np.zeros(len(data), np.bool_)  # each digit but the first of a run
        np.logical_and(digit[1:], digit[:-1], out=further[1:])
        filled = offsets[:-1] < offsets[1:]
        begins = offsets[:-1][filled] - start
        further[begins] = False
        # reduceat takes no empty slices: those lines have no digits anyway, and the others touch one another.
        counts = np.zeros(len(lines), np.int64)
        counts[filled] = np.add.reduceat(further.view(np.uint8), begins, dtype=np.int64)
        np.cumsum(counts, out=removed[1:])
        np.bitwise_or(data, np.negative(further.view(np.uint8)), out=data)
        del data
        alike = alike.translate(None, _NOWHERE)
    kept = np.ascontiguousarray(offsets - start - removed)
    return pa.LargeStringArray.from_buffers(len(lines), pa.py_buffer(kept), pa.py_buffer(alike))


def _first_places(codes: Any, size: int) -> Any:
    first = np.empty(size, np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first
