"""Which files a `file:` URL means, which stream each belongs to, and what its path says about where it came from.

Owns: globs, names of rotated files, Kubernetes paths. Keeps out: reading, what was read before (tracking.py).
"""

import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.errors import BadInputError

# app.log.1, app.log.2.gz, app.log-20260301, app.log.2026-03-01.gz, app.log.gz: the live name and how old it is
ROTATED = re.compile(
    r"(?P<live>.+?)(?:\.(?P<number>\d{1,4})|[.-](?P<date>\d{4}-?\d{2}-?\d{2}(?:[-T_.]?\d{2,6})?))?(?P<gz>\.gz)?"
)
# https://kubernetes.io/docs/concepts/cluster-administration/logging/: pods/NAMESPACE_POD_UID/CONTAINER/N.log
POD_FOLDER = re.compile(r".*/pods/(?P<namespace>[^_/]+)_(?P<pod>[^_/]+)_[^_/]+/(?P<container>[^/]+)/[^/]+")
# containers/POD_NAMESPACE_CONTAINER-ID.log
CONTAINER_FILE = re.compile(
    r".*/containers/(?P<pod>[^_/]+)_(?P<namespace>[^_/]+)_(?P<container>[^/]+)-[0-9a-f]{12,64}\.log[^/]*"
)


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file that is there now; `age` sorts the oldest rotation of a stream first."""

    path: str
    stream: str  # the live name, always valid UTF-8
    age: tuple[int, str]
    inode: int
    size: int
    modified: float
    gzipped: bool

    @property
    def live(self) -> bool:
        """Whether this is the name that is written to, not a rotated one."""
        return shown(self.path) == self.stream


def shown(path: str) -> str:
    """`path` as valid UTF-8, also where its bytes are none."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def location(url: str) -> str:
    """The path or pattern in a `file:` URL. Raises BadInputError when there is none."""
    parts = urlsplit(url.replace("?", "%3F").replace("#", "%23"))
    path = unquote(parts.netloc + parts.path)
    if not path:
        raise BadInputError(f"source URL {url!r} names no file; give file:///path/to/file, a folder or a pattern.")
    return path


def find_files(pattern: str) -> list[LogFile]:
    """The regular files that `pattern` (a file, a folder or a glob) means and their rotated forms, sorted by stream,
    oldest rotation first. A file that several names lead to is listed once, under its own name before a link's.

    Raises BadInputError for a single named file that does not exist and has no rotated or gzipped forms either.
    """
    named = sorted(set(_paths(pattern)))
    streams = {path: live_name(path) for path in named}
    lives = [path for path, live in streams.items() if path == live]
    streams |= {path: live for path, live in _rotations(lives) if path not in streams}
    if list(streams) == [pattern] and not os.path.lexists(pattern):
        raise BadInputError(
            f"log file {pattern!r} does not exist; give an existing file, a folder or a pattern such as *.log."
        )
    found: dict[tuple[int, int], LogFile] = {}
    for path in sorted(streams, key=lambda path: (os.path.islink(path), path)):
        try:
            status = os.stat(path)
        except OSError:
            continue  # it went away between listing and looking; a rotated name, if any, is listed next time
        if stat.S_ISREG(status.st_mode):
            file = _described(path, streams[path], status)
            found.setdefault((status.st_dev, status.st_ino), file)
    return sorted(found.values(), key=lambda file: (file.stream, file.age, file.path))


def live_name(path: str) -> str:
    """The name that the log at `path` had, or has, while it was written."""
    match = ROTATED.fullmatch(path)
    return match["live"] if match else path


def _described(path: str, live: str, status: os.stat_result) -> LogFile:
    match = ROTATED.fullmatch(path)
    number, date = (match["number"], match["date"]) if match else (None, None)
    age = (-int(number), "") if number else (-1, date) if date else (1, "")
    gzipped = path.endswith(".gz")
    return LogFile(path, shown(live), age, status.st_ino, status.st_size, status.st_mtime, gzipped)


def _paths(pattern: str) -> Iterator[str]:
    if glob.has_magic(pattern) and not os.path.exists(pattern):
        yield from glob.iglob(pattern, recursive=True)
    elif os.path.isdir(pattern):
        below = ((path, path.relative_to(pattern).parts) for path in Path(pattern).rglob("*"))
        yield from (str(path) for path, parts in below if not any(part.startswith(".") for part in parts))
    else:
        yield pattern


def _rotations(lives: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, live name) of rotated files beside each live name, and beside the file that a live link leads to.

    A pattern such as `*.log` does not match app.log.1, whose last lines were written while it was app.log; and a
    container's log is a link whose target is rotated where it stands.
    """
    beside: dict[str, dict[str, list[str]]] = {}
    for live in sorted(set(lives)):
        for place in dict.fromkeys((live, os.path.realpath(live))):
            folder = os.path.dirname(place) or "."
            if folder not in beside:
                beside[folder] = _rotated_in(folder)
            name = os.path.basename(place)
            yield from ((os.path.join(os.path.dirname(place), other), live) for other in beside[folder].get(name, ()))


def _rotated_in(folder: str) -> dict[str, list[str]]:
    """Rotated file names in `folder` by their live name."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    rotated: dict[str, list[str]] = {}
    for name in names:
        if (live := live_name(name)) != name:
            rotated.setdefault(live, []).append(name)
    return rotated


def resource_of(path: str) -> dict[str, str]:
    """OpenTelemetry resource attributes that a Kubernetes log path carries; empty for any other path."""
    match = POD_FOLDER.fullmatch(path) or CONTAINER_FILE.fullmatch(path)
    if match is None:
        return {}
    return {
        "k8s.namespace.name": match["namespace"],
        "k8s.pod.name": match["pod"],
        "k8s.container.name": match["container"],
        "service.name": match["container"],
    }
