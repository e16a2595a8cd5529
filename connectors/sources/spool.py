"""The durable queue between the HTTP ingest endpoint and the ingest flow: a folder of small files.

A body is on disk before its sender is answered; it is deleted only when a later pull shows, by the watermark it
passes in, that its lines are stored. Owns: that folder. Keeps out: HTTP, parsing.
"""

import gzip
import io
import json
import os
import time
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.errors import BadInputError, UnavailableError
from connectors.records import SOURCE_SCHEMA, Reject, SourcePage, TimeWindow, Watermark
from connectors.sources.collecting import PAGE_BYTES, PAGE_LINES, PageInMaking
from connectors.sources.lines import Place, split_lines

LARGEST_BODY = 64 << 20
GZIP_MAGIC = b"\x1f\x8b"
SUFFIX = ".lines"
UNREADABLE = "spool file cannot be read"


class Spool:
    """Writes bodies. Any number of processes may write while one reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(
        self, body: bytes, *, stream: str, resource: Mapping[str, str] | None = None, limit: int = LARGEST_BODY
    ) -> str:
        """Keep `body` (plain or gzip lines) durably; the name it is kept under.

        Raises BadInputError for a body over `limit` bytes once decompressed, or a damaged gzip body; UnavailableError
        when it cannot be kept (disk full, no permission).
        """
        text = _decompressed(body, limit)
        header = json.dumps({"stream": stream, "resource": dict(resource or {})}).encode()
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:12]}{SUFFIX}"
        aside = self._folder / f".{name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(header + b"\n" + text)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(self._folder / name)
            _make_durable(self._folder)
        except OSError as error:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise UnavailableError(f"the spool {self._folder} cannot be written: {error}.") from error
        return name


def _make_durable(folder: Path) -> None:
    """What was created, renamed or deleted in `folder` stays so after a loss of power."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _decompressed(body: bytes, limit: int) -> bytes:
    if body.startswith(GZIP_MAGIC):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                body = file.read(limit + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise BadInputError("the gzip body is cut off or damaged; send it again whole.") from error
    if len(body) > limit:
        raise BadInputError(f"the body has more than {limit >> 20} MiB of lines; send it in smaller parts.")
    return body


def open_spool_source(url: str, *, name: str, resource: Mapping[str, str]) -> "SpoolSource":
    """The source for `spool:///path/to/folder`."""
    parts = urlsplit(url)
    return SpoolSource(Path(unquote(parts.netloc + parts.path)), name=name, resource=resource)


class SpoolSource:
    """See connectors.sources.LogSource. Positions count all bytes ever read, so that they rise in every stream."""

    def __init__(self, folder: Path, *, name: str, resource: Mapping[str, str], page_lines: int = PAGE_LINES) -> None:
        self.name = name
        self._page_lines = page_lines
        self._folder = folder
        self._resource = {key: value for key, value in resource.items() if value}

    def pages(self, window: TimeWindow, watermark: Watermark | None) -> Iterator[SourcePage]:
        """The bodies that wait, oldest first. What `watermark` says is stored is deleted first.

        A page says one thing about a stream: bodies of the same stream with another resource (the next version of a
        service, posted during its deployment) come on a page of their own.
        """
        self._delete((watermark or {}).get("stored", []))
        position = int((watermark or {}).get("position", 0))
        waiting = sorted(self._folder.glob(f"[!.]*{SUFFIX}"))
        done: list[str] = []
        while waiting:
            page, taken, later = PageInMaking(), len(done), []
            for path in waiting:
                body = self._read(path)
                if body is None:
                    continue  # another run has shown it to be stored
                if page.streams.get(body.stream, body.resource) != body.resource:
                    later.append(path)
                    continue
                position += self._add(page, body, position)
                done.append(path.name)
                if page.lines >= self._page_lines or page.size >= PAGE_BYTES:
                    yield page.take({"stored": list(done), "position": position})
                    taken = len(done)
            if len(done) > taken:
                yield page.take({"stored": list(done), "position": position})
            waiting = later

    def _read(self, path: Path) -> "_Body | None":
        try:
            header, _, text = path.read_bytes().partition(b"\n")
            parsed = json.loads(header)
            return _Body(path.name, str(parsed["stream"]), {**self._resource, **parsed["resource"]}, text)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return _Body(path.name, "", {}, None)

    def _add(self, page: PageInMaking, body: "_Body", position: int) -> int:
        """Put one body's lines on the page; how many positions they take."""
        if body.text is None:
            page.add("", SOURCE_SCHEMA.empty_table(), [Reject(self.name, "", position, UNREADABLE, body.name)])
            return 0
        table, rejects = split_lines(body.text, Place(self.name, body.stream, position))
        page.add(body.stream, table, rejects, body.resource)
        return len(body.text) + 1

    def _delete(self, stored: Sequence[str]) -> None:
        try:
            for name in stored:
                (self._folder / name).unlink(missing_ok=True)
            if stored and self._folder.is_dir():
                _make_durable(self._folder)
        except OSError as error:
            raise UnavailableError(f"stored files of the spool {self._folder} cannot be deleted: {error}.") from error


@dataclass(frozen=True, slots=True)
class _Body:
    """What one file holds; `text` is None when it could not be read."""

    name: str
    stream: str
    resource: dict[str, str]
    text: bytes | None
