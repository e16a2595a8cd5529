"""Writes what a process prints the way container runtimes and plain redirection leave it on disk.

Owns: the three layouts (plain, CRI, docker's json-file). Keeps out: who prints what, and when.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

CRI_LINE = 16 * 1024  # bytes after which container runtimes split a line


class LogFile(Protocol):
    """Where the lines of one process go; safe for several threads."""

    def write(self, stream: str, line: bytes, at: datetime) -> None:
        """Append one line without its end, printed on `stream` (stdout or stderr) at `at`."""
        ...


def nanoseconds(at: datetime) -> str:
    """RFC 3339 with nine digits, as container runtimes print times."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


@dataclass
class _Appending:
    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def append(self, text: bytes) -> None:
        with self._lock, self.path.open("ab") as file:
            file.write(text)


@dataclass
class PlainLog(_Appending):
    """Standard output redirected to a file."""

    def write(self, stream: str, line: bytes, at: datetime) -> None:
        self.append(line + b"\n")


@dataclass
class CriLog(_Appending):
    """What containerd and CRI-O write: time, stream, F or P (partial), text."""

    def write(self, stream: str, line: bytes, at: datetime) -> None:
        head = f"{nanoseconds(at)} {stream} ".encode()
        pieces = [line[start : start + CRI_LINE] for start in range(0, len(line), CRI_LINE)] or [b""]
        tags = [b"P"] * (len(pieces) - 1) + [b"F"]
        self.append(b"".join(head + tag + b" " + piece + b"\n" for tag, piece in zip(tags, pieces, strict=True)))


@dataclass
class DockerLog(_Appending):
    """What docker's json-file driver writes, with the container's labels as `attrs`."""

    labels: Mapping[str, str] = field(default_factory=dict)

    def write(self, stream: str, line: bytes, at: datetime) -> None:
        text = line.decode("utf-8", "replace") + "\n"
        entry = {"log": text, "stream": stream, "attrs": dict(self.labels), "time": nanoseconds(at)}
        self.append(json.dumps(entry, ensure_ascii=False).encode() + b"\n")


def open_log(layout: str, path: Path, labels: Mapping[str, str]) -> LogFile:
    """The log file of `layout` ("plain", "cri", "docker") at `path`; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Callable[[], LogFile]] = {
        "plain": lambda: PlainLog(path),
        "cri": lambda: CriLog(path),
        "docker": lambda: DockerLog(path, labels=labels),
    }
    return makers[layout]()
