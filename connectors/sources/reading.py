"""One file's new bytes as chunks of whole lines, each with the state after it.

Owns: where a chunk is cut, what is held back, what is skipped. Keeps out: which files, pages (file.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO

import pyarrow as pa

from connectors.records import SOURCE_SCHEMA, Reject
from connectors.sources.discovery import LogFile, shown
from connectors.sources.lines import CHUNK, HOLDS_NUL, SAMPLE, Place, whole_lines
from connectors.sources.opening import DAMAGED, opened
from connectors.sources.tracking import Tracked, digest

PROBE = 8 << 10  # bytes looked at to tell text from other things
TRUNCATED = "gzip file is cut off or damaged"
BINARY = "file is not text"
UTF16 = "file is UTF-16; convert it to UTF-8"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file and the file's state after them."""

    state: Tracked
    lines: pa.Table = field(default_factory=SOURCE_SCHEMA.empty_table)
    rejects: tuple[Reject, ...] = ()


def read_new(file: LogFile, state: Tracked, source: str, *, quiet: bool, chunk: int = CHUNK) -> Iterator[Piece]:
    """Everything after `state.offset`, at least one piece.

    An unfinished last line is held back unless the file has been `quiet`. What stops the reading (a damaged gzip
    file, a file that vanishes) is a reject; what came before it stands.
    """
    if not file.gzipped and file.size < state.offset:
        # Truncated and begun again in place: its lines follow those it had before.
        state = replace(state, base=state.base + state.offset, offset=0, tail_bytes=0)
    before, last = state.skipped, Piece(replace(state, skipped=""))
    finished = quiet
    try:
        with opened(file.path, gzipped=file.gzipped) as stream:
            for piece in _pieces(stream, last.state, source, quiet, chunk):
                last = piece
                finished = finished or bool(piece.state.skipped)
                yield _once(piece, before)
    except DAMAGED:
        last = _stopped(last.state, source, TRUNCATED)
        finished = True
        yield _once(last, before)
    except OSError as error:
        last = _stopped(last.state, source, unreadable(error))
        finished = False
        yield _once(last, before)
    if finished:
        yield Piece(replace(last.state, seen=(file.size, file.modified)))


def unreadable(error: Exception) -> str:
    """The reason for a file that the system does not let us read."""
    return f"file cannot be read: {type(error).__name__}"


def _once(piece: Piece, before: str) -> Piece:
    """`piece` without a reject that was counted the last time already."""
    return replace(piece, rejects=()) if piece.state.skipped and piece.state.skipped == before else piece


def _stopped(state: Tracked, source: str, reason: str) -> Piece:
    reject = _place(state, source).reject(0, reason, shown(state.path)[-SAMPLE:].encode())
    return Piece(replace(state, skipped=reason), rejects=(reject,))


def _pieces(stream: IO[bytes], state: Tracked, source: str, quiet: bool, chunk: int) -> Iterator[Piece]:
    if state.offset == 0:
        hole = 0
        if (probe := stream.read(PROBE)).startswith(b"\0"):
            stream.seek(0)
            hole = _hole(stream)
            stream.seek(hole)
            probe = stream.read(PROBE)
        if reason := _not_text(probe):
            yield _stopped(state, source, reason)
            return
        if hole:
            reject = _place(state, source).reject(0, HOLDS_NUL, b"")
            state = replace(state, offset=hole)
            yield Piece(state, rejects=(reject,))
    stream.seek(state.offset)
    for part in whole_lines(stream, _place(state, source), final=quiet, chunk=chunk):
        state = replace(state, offset=state.offset + part.consumed, tail=digest(part.tail), tail_bytes=len(part.tail))
        yield Piece(state, part.lines, tuple(part.rejects))


def _hole(stream: IO[bytes]) -> int:
    """How many NULs a file begins with: a writer that goes on where it was in a file truncated under it leaves them.

    0 for a file that holds nothing else.
    """
    length = 0
    while data := stream.read(CHUNK):
        text = len(data.lstrip(b"\0"))
        length += len(data) - text
        if text:
            return length
    return 0


def _place(state: Tracked, source: str) -> Place:
    return Place(source, state.stream, state.base + state.offset)


def _not_text(data: bytes) -> str:
    """Why a file that begins with `data` is not read, "" when it is text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return UTF16
    return BINARY if b"\0" in data else ""
