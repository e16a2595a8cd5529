"""Bytes -> lines as Arrow columns, without a Python loop over lines.

Owns: line ends, character set, what is too long or not text. Keeps out: files, offsets into them, what a line means.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connectors.records import SOURCE_SCHEMA, Reject

CHUNK = 8 << 20  # bytes read at once
LONGEST_LINE = 1 << 20  # bytes
MOST_REJECTS = 1_000  # of one kind in one chunk; beyond that a count says nothing new
SAMPLE = 200
TAIL = 256  # bytes of a part that are kept to know the place again
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NEWLINE, RETURN = 10, 13

TOO_LONG = "line longer than 1 MiB"
NOT_UTF8 = "invalid UTF-8 replaced"
HOLDS_NUL = "NUL bytes removed"


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a stretch of `consumed` bytes; `tail` is the last of these bytes, empty where they were not kept."""

    consumed: int
    lines: pa.Table
    rejects: list[Reject]
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk stands: `position` is that of its first byte in `stream`."""

    source: str
    stream: str
    position: int

    def reject(self, offset: int, reason: str, sample: bytes) -> Reject:
        """A reject at `offset` bytes into the chunk."""
        text = sample[:SAMPLE].decode("utf-8", "replace")
        return Reject(self.source, self.stream, self.position + int(offset), reason, text)


def split_lines(chunk: bytes, place: Place) -> tuple[pa.Table, list[Reject]]:
    """Every line of `chunk` (SOURCE_SCHEMA, no times) and what was left out or repaired.

    A last line without its line end counts as a line; `\\n` and `\\r\\n` end lines. Lines over 1 MiB are left out.
    """
    if not chunk:
        return SOURCE_SCHEMA.empty_table(), []
    if not chunk.endswith(b"\n"):
        chunk += b"\n"
    rejects: list[Reject] = []
    if b"\0" in chunk:
        rejects.append(place.reject(chunk.index(b"\0"), HOLDS_NUL, b""))
    data = np.frombuffer(chunk, dtype=np.uint8)
    newlines = np.flatnonzero(data == NEWLINE)
    starts = np.concatenate(([0], newlines[:-1] + 1))
    long = newlines - starts > LONGEST_LINE
    for line in np.flatnonzero(long)[:MOST_REJECTS]:
        rejects.append(place.reject(starts[line], TOO_LONG, chunk[starts[line] : starts[line] + SAMPLE]))
    lines = _without_line_ends(chunk, data, newlines, starts, long)
    starts = starts[~long]
    if not _is_utf8(chunk):  # with its line ends: without them the halves of two lines could make a character
        lines, invalid = _repaired(lines)
        rejects += [
            place.reject(starts[line], NOT_UTF8, chunk[starts[line] : starts[line] + SAMPLE])
            for line in invalid[:MOST_REJECTS]
        ]
    count = len(starts)
    columns = {
        "stream": pa.repeat(pa.scalar(place.stream, pa.string()), count),
        "position": pa.array(starts + place.position, pa.int64()),
        "timestamp": pa.nulls(count, SOURCE_SCHEMA.field("timestamp").type),
        "line": lines.view(pa.string()),
    }
    return pa.table(columns, schema=SOURCE_SCHEMA), rejects


def whole_lines(stream: IO[bytes], place: Place, *, final: bool, chunk: int = CHUNK) -> Iterator[Part]:
    """One part of `stream` after another, read `chunk` bytes at once.

    An unfinished last line is consumed only when `final`.
    """
    rest = b""
    while data := stream.read(chunk):
        rest += data
        cut = rest.rfind(b"\n") + 1
        if cut:
            part = _part(rest[:cut], place)
            rest = rest[cut:]
        elif len(rest) > LONGEST_LINE:
            reject = place.reject(0, TOO_LONG, rest[:SAMPLE])
            length, rest, ended = _line_end(stream, rest)
            if not (ended or final):
                return  # it is still being written
            part = Part(length, SOURCE_SCHEMA.empty_table(), [reject])
        else:
            continue
        yield part
        place = replace(place, position=place.position + part.consumed)
    cut = len(rest) if final else rest.rfind(b"\n") + 1
    if cut:
        yield _part(rest[:cut], place)


def _part(chunk: bytes, place: Place) -> Part:
    return Part(len(chunk), *split_lines(chunk, place), chunk[-TAIL:])


def _line_end(stream: IO[bytes], begun: bytes) -> tuple[int, bytes, bool]:
    """(length of the line that `begun` begins with its end, what was read beyond it, whether it has an end)."""
    length = len(begun)
    while data := stream.read(CHUNK):
        end = data.find(b"\n") + 1
        if end:
            return length + end, data[end:], True
        length += len(data)
    return length, b"", False


def _without_line_ends(
    chunk: bytes, data: NDArray[np.uint8], newlines: NDArray[np.intp], starts: NDArray[np.intp], drop: NDArray[np.bool_]
) -> pa.BinaryArray:
    returns = data[np.maximum(newlines - 1, 0)] == RETURN
    returns &= newlines > starts
    lengths = newlines - starts - returns
    if drop.any() or b"\0" in chunk or chunk.startswith(BYTE_ORDER_MARK):
        keep = data != 0
        keep[: len(BYTE_ORDER_MARK)] &= not chunk.startswith(BYTE_ORDER_MARK)
        keep[newlines] = False
        keep[newlines[returns] - 1] = False
        for line in np.flatnonzero(drop):
            keep[starts[line] : newlines[line]] = False
        ends, text = np.cumsum(keep, dtype=np.int64)[newlines][~drop], data[keep].tobytes()
    else:
        ends, text = np.cumsum(lengths), chunk.replace(b"\r\n", b"").replace(b"\n", b"")
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.BinaryArray.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def _is_utf8(chunk: bytes) -> bool:
    try:
        str(chunk, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repaired(lines: pa.BinaryArray) -> tuple[pa.BinaryArray, list[int]]:
    """Lines with undecodable bytes replaced, and which they were. Slow, and only met by chunks that have some."""
    texts: list[bytes] = lines.to_pylist()
    invalid = []
    for number, line in enumerate(texts):
        try:
            line.decode()
        except UnicodeDecodeError:
            invalid.append(number)
            texts[number] = line.decode("utf-8", "replace").encode()
    return pa.array(texts, pa.binary()), invalid
