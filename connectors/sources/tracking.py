"""Which files were read how far: the entries of the file source's watermark.

Owns: their shape. Keeps out: recognising the files that are there (recognition.py), reading lines.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

from connectors.records import Watermark

HEAD = 1024  # bytes


def digest(content: bytes) -> str:
    """What a stretch of a file is known by."""
    return blake2b(content, digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Tracked:
    """One file's state. `offset` counts (decompressed) bytes done; `base` is its first byte's position in the stream.

    `head` and `tail` are digests of its first bytes and of those just before `offset`, as many as there were (0: not
    known). `seen` is (size, modified) when it was last read to its end: nothing needs to be opened while that holds.
    `skipped` says why it is not read at all ("" when it is).
    """

    path: str
    stream: str
    inode: int
    base: int
    head: str = ""
    head_bytes: int = 0
    tail: str = ""
    tail_bytes: int = 0
    offset: int = 0
    seen: tuple[int, float] | None = None
    skipped: str = ""


def load(watermark: Watermark | None) -> list[Tracked]:
    """The entries of a watermark."""
    return [
        Tracked(**{**entry, "seen": tuple(entry["seen"]) if entry["seen"] else None})
        for entry in (watermark or {}).get("files", [])
    ]


def save(entries: Sequence[Tracked]) -> dict[str, Any]:
    """A watermark that `load` reads back."""
    return {"files": [asdict(entry) for entry in entries]}
