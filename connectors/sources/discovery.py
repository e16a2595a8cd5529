"""Which files a `file:` URL means, which stream each belongs to, and what its path says about where it came from.

Owns: globs, names of rotated files, Kubernetes paths. Keeps out: reading, what was read before (tracking.py).
"""

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.errors import BadInputError

# app.log.1, app.log.2.gz, app.log-20260301, app.log.2026-03-01.gz, app.log.gz: the live name and how old it is
ROTATED = re.compile(
    r"(?P<live>.+?)(?:[.-](?:(?P<number>\d{1,4})|(?P<date>\d{4}-?\d{2}-?\d{2}(?:[-T_.]?\d{2,6})?)))?(?P<gz>\.gz)?"
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
    stream: str
    age: tuple[int, str]
    inode: int
    size: int
    modified: float

    @property
    def gzipped(self) -> bool:
        return self.path.endswith(".gz")


def location(url: str) -> str:
    """The path or pattern in a `file:` URL. Raises BadInputError when there is none."""
    parts = urlsplit(url.replace("?", "%3F").replace("#", "%23"))
    path = unquote(parts.netloc + parts.path)
    if not path:
        raise BadInputError(f"source URL {url!r} names no file; give file:///path/to/file, a folder or a pattern.")
    return path


def find_files(pattern: str) -> list[LogFile]:
    """The regular files that `pattern` (a file, a folder or a glob) means, oldest rotation of each stream first.

    Raises BadInputError for a single named file that does not exist and has no rotated or gzipped forms either.
    """
    found: dict[tuple[int, int], LogFile] = {}
    for path in sorted(set(_paths(pattern))):
        try:
            status = os.stat(path)
        except OSError:
            continue  # it went away between listing and looking; a rotated name, if any, is listed next time
        if not os.path.isfile(path):
            continue
        match = ROTATED.fullmatch(path)
        live = match["live"] if match else path
        number, date = (match["number"], match["date"]) if match else (None, None)
        age = (-int(number), "") if number else (-1, date) if date else (1, "")
        file = LogFile(path, live, age, status.st_ino, status.st_size, status.st_mtime)
        found.setdefault((status.st_dev, status.st_ino), file)  # a link to a file that is listed is the same file
    return sorted(found.values(), key=lambda file: (file.stream, file.age, file.path))


def _paths(pattern: str) -> Iterator[str]:
    if glob.has_magic(pattern) and not os.path.exists(pattern):
        yield from glob.iglob(pattern, recursive=True)
    elif os.path.isdir(pattern):
        yield from (str(path) for path in Path(pattern).rglob("*"))
    else:
        rotations = [path for path in glob.iglob(glob.escape(pattern) + "[.-]*") if _rotation_of(path, pattern)]
        if not rotations and not os.path.lexists(pattern):
            raise BadInputError(
                f"log file {pattern!r} does not exist; give an existing file, a folder or a pattern such as *.log."
            )
        yield from (pattern, *rotations)


def _rotation_of(path: str, live: str) -> bool:
    match = ROTATED.fullmatch(path)
    return match is not None and match["live"] == live


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
