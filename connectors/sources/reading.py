"""One file's new bytes as chunks of whole lines, each with the state after it.

Owns: where a chunk is cut, what is held back, what is skipped. Keeps out: which files, pages (file.py).
"""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO, cast

import pyarrow as pa

from connectors.records import SOURCE_SCHEMA, Reject
from connectors.sources.discovery import LogFile
from connectors.sources.lines import SAMPLE, Place, whole_lines
from connectors.sources.tracking import Tracked

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


class _Inflated(io.RawIOBase):
    """Decompressed bytes up to the very place where a file is cut off; only then the error."""

    def __init__(self, path: str) -> None:
        self._file = gzip.open(path)  # noqa: SIM115 - closed in close()
        self._error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        if self._error is not None:
            raise self._error
        parts: list[bytes] = []
        got = 0
        try:
            while got < size and (part := self._file.read1(size - got)):
                parts.append(part)
                got += len(part)
        except (EOFError, OSError, zlib.error) as error:
            if not parts:
                raise
            self._error = error
        return b"".join(parts)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def close(self) -> None:
        self._file.close()
        super().close()


def opened(file: LogFile) -> IO[bytes]:
    """The file's (decompressed) bytes."""
    return cast(IO[bytes], _Inflated(file.path)) if file.gzipped else open(file.path, "rb")


def read_new(file: LogFile, state: Tracked, source: str, *, quiet: bool) -> Iterator[Piece]:
    """Everything after `state.offset`, at least one piece.

    An unfinished last line is held back unless the file has been `quiet`. What stops the reading (a damaged gzip
    file, a file that vanishes) is a reject; what came before it stands.
    """
    if not file.gzipped and file.size < state.offset:
        # Truncated and begun again in place: its lines follow those it had before.
        state = replace(state, base=state.base + state.offset, offset=0)
    before, last = state.skipped, Piece(replace(state, skipped=""))
    finished = quiet
    try:
        with opened(file) as stream:
            for piece in _pieces(stream, last.state, source, quiet):
                last = piece
                finished = finished or bool(piece.state.skipped)
                yield _once(piece, before)
    except (EOFError, zlib.error, gzip.BadGzipFile):
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
    reject = _place(state, source).reject(0, reason, state.path[-SAMPLE:].encode())
    return Piece(replace(state, skipped=reason), rejects=(reject,))


def _pieces(stream: IO[bytes], state: Tracked, source: str, quiet: bool) -> Iterator[Piece]:
    if state.offset == 0 and (reason := _not_text(stream.read(PROBE))):
        yield _stopped(state, source, reason)
        return
    stream.seek(state.offset)
    for done, lines, rejects in whole_lines(stream, _place(state, source), final=quiet):
        state = replace(state, offset=state.offset + done)
        yield Piece(state, lines, tuple(rejects))


def _place(state: Tracked, source: str) -> Place:
    return Place(source, state.stream, state.base + state.offset)


def _not_text(data: bytes) -> str:
    """Why a file that begins with `data` is not read, "" when it is text. A hole of NULs before text is let through:
    a writer that goes on where it was in a file truncated under it leaves one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return UTF16
    return BINARY if b"\0" in data.lstrip(b"\0") else ""
