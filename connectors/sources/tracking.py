"""Which files were read how far, recognised by content when their names change: the file source's watermark.

A file is known by a hash of its first bytes (decompressed), with path and inode as hints: log rotation renames,
copies, truncates and gzips files, and none of that may lose a line or read one twice.
Owns: the entries of the watermark and how they are matched with the files that are there. Keeps out: reading lines.
"""

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from connectors.records import Watermark
from connectors.sources.discovery import LogFile

HEAD = 1024  # bytes
INFLATION = 1_100  # more than gzip can compress (1,032 to 1, RFC 1951)
GAP = 1 << 24  # positions kept free behind a file, for what a writer still adds to it after it was rotated
MOST_MISSING = 1_000  # files that are gone, remembered in case they come back gzipped


@dataclass(frozen=True, slots=True)
class Tracked:
    """One file's state. `offset` counts (decompressed) bytes done; `base` is its first byte's position in the stream.

    `seen` is (size, modified) when it was last read to its end: nothing needs to be opened while that holds.
    `skipped` says why it is not read at all ("" when it is).
    """

    path: str
    stream: str
    inode: int
    head: str  # hash of the first `head_bytes` bytes
    head_bytes: int
    base: int
    offset: int = 0
    seen: tuple[int, float] | None = None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """A file that is there now, with its state."""

    file: LogFile
    tracked: Tracked
    problem: str = ""  # why it could not be opened, counted once

    @property
    def unchanged(self) -> bool:
        """Nothing has happened to it since it was read to its end."""
        return self.tracked.seen == (self.file.size, self.file.modified)


def load(watermark: Watermark | None) -> list[Tracked]:
    """The entries of a watermark."""
    return [
        Tracked(**{**entry, "seen": tuple(entry["seen"]) if entry["seen"] else None})
        for entry in (watermark or {}).get("files", [])
    ]


def save(entries: Sequence[Tracked]) -> dict[str, Any]:
    """A watermark that `load` reads back."""
    return {"files": [asdict(entry) for entry in entries]}


def match(files: Sequence[LogFile], entries: Sequence[Tracked]) -> tuple[list[Matched], list[Tracked]]:
    """Each file with its state, known or new, and the entries of files that are gone.

    A path that still holds the content it is known for comes first; then contents that are known from elsewhere. A
    rotated name whose content is still at its live path is a copy in the making and is left for the next time.
    """
    left = list(entries)
    opened: dict[str, _Opened] = {}
    known: dict[str, Tracked] = {}
    for file in files:
        entry = next((entry for entry in left if entry.path == file.path), None)
        if entry is None or not (entry.inode == file.inode and entry.seen == (file.size, file.modified)):
            opened[file.path] = _open(file)
            if entry is None or not _is(entry, opened[file.path].head):
                continue
        known[file.path] = entry
        left.remove(entry)
    live = [entry for entry in known.values() if entry.path == entry.stream and entry.head_bytes]
    next_base: dict[str, int] = {}
    result = []
    for file in files:
        entry, look = known.get(file.path), opened.get(file.path, _Opened())
        if entry is None:
            if any(file.path != one.stream == file.stream and _is(one, look.head) for one in live):
                continue
            entry = _moved(file, look.head, left)
            if entry is not None:
                left.remove(entry)
                entry = replace(entry, path=file.path, inode=file.inode, seen=None)
            else:
                ends = [entry.base + entry.offset + GAP for entry in entries if entry.stream == file.stream]
                base = max([next_base.get(file.stream, 0), *ends])
                entry = Tracked(file.path, file.stream, file.inode, _hash(b""), 0, base)
        grown = file.size * (INFLATION if file.gzipped else 1)
        next_base[file.stream] = max(next_base.get(file.stream, 0), entry.base + max(grown, entry.offset) + GAP)
        result.append(Matched(file, _known_by(entry, look.head), look.problem))
    return result, [replace(entry, path="") for entry in left if entry.head_bytes][-MOST_MISSING:]


def _moved(file: LogFile, head: bytes, candidates: Sequence[Tracked]) -> Tracked | None:
    same = [entry for entry in candidates if head and entry.head_bytes and _is(entry, head)]
    same.sort(key=lambda entry: (entry.inode != file.inode, entry.stream != file.stream))
    return same[0] if same else None


def _is(entry: Tracked, head: bytes) -> bool:
    return len(head) >= entry.head_bytes and _hash(head[: entry.head_bytes]) == entry.head


def _known_by(entry: Tracked, head: bytes | None) -> Tracked:
    """The entry with as much of the head as there is by now."""
    if head is None or len(head) <= entry.head_bytes:
        return entry
    return replace(entry, head=_hash(head), head_bytes=len(head))


def _hash(head: bytes) -> str:
    return hashlib.blake2b(head, digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file's first bytes, or why they could not be read."""

    head: bytes = b""
    problem: str = ""


def _open(file: LogFile) -> _Opened:
    try:
        with gzip.open(file.path) if file.gzipped else open(file.path, "rb") as opened:
            return _Opened(opened.read(HEAD))
    except (OSError, EOFError, zlib.error) as error:
        return _Opened(problem=f"file cannot be read: {type(error).__name__}")
