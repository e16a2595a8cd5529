"""A log file's bytes, decompressed where they are gzip, whatever the file is called.

Owns: opening, and how a cut-off gzip file ends. Keeps out: lines, which files there are.
"""

import gzip
import io
import os
import zlib
from typing import IO, cast

GZIP_MAGIC = b"\x1f\x8b"  # https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)


def is_gzip(path: str) -> bool:
    """Whether the file holds gzip; an empty or missing one is judged by its name. Raises OSError when unreadable."""
    with open(path, "rb") as file:
        magic = file.read(len(GZIP_MAGIC))
    return magic == GZIP_MAGIC if magic else path.endswith(".gz")


def opened(path: str, *, gzipped: bool) -> IO[bytes]:
    """The file's (decompressed) bytes. Reading a cut-off gzip file gives what is there and then raises EOFError."""
    return cast(IO[bytes], _Inflated(path)) if gzipped else open(path, "rb")


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
        except (OSError, *DAMAGED) as error:
            if not parts:
                raise
            self._error = error
        return b"".join(parts)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._error = None
        return self._file.seek(offset, whence)

    def close(self) -> None:
        self._file.close()
        super().close()
