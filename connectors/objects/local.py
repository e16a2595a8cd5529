"""The raw archive as a folder: one file an object.

Owns: durability (written aside, synced, renamed) and the walk in order. Keeps out: what keys are valid (keys.py).
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.errors import ConfigurationError, NotFoundError, UnavailableError
from connectors.objects.keys import checked

ASIDE = ".writing-"  # prefix of files that are not whole yet; never part of a key's listing


def open_local(url: str) -> "LocalObjects":
    """The store in the folder that `url` names: `file:///absolute/path`. The folder is made when it is not there."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or not path.startswith("/") or parts.query or parts.fragment:
        raise ConfigurationError(f"objects URL {url!r} cannot be used; the valid form is file:///path/to/folder.")
    return LocalObjects(Path(path))


class LocalObjects:
    """See connectors.objects.ObjectStore; safe between processes and threads."""

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"the object folder {root} cannot be made: {error}.") from error
        self._root = root.resolve()

    def put(self, key: str, data: bytes) -> None:
        """Store `data` whole under `key`, durable on return."""
        target = self._path(key)
        if _holds(target, data):
            return
        try:
            _make_durable_folder(target.parent, self._root)
            _replace(target, data)
        except OSError as error:
            raise UnavailableError(f"object {key!r} cannot be written below {self._root}: {error}.") from error

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises NotFoundError when there is none."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFoundError(f"no object is stored under {key!r} in {self._root}.") from error
        except OSError as error:
            raise UnavailableError(f"object {key!r} in {self._root} cannot be read: {error}.") from error

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        return self._path(key).is_file()

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with `prefix`, in order."""
        return self._below(self._root, "", prefix)

    def delete(self, key: str) -> None:
        """Remove an object; removing one that is not there is a no-op."""
        path = self._path(key)
        if path.is_file():
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / checked(key)

    def _below(self, folder: Path, base: str, prefix: str) -> Iterator[str]:
        """Keys below `folder`, whose own key part is `base`; folders that cannot match are not entered."""
        try:
            entries = [(entry.name, entry.is_dir()) for entry in os.scandir(folder)]
        except FileNotFoundError:
            return
        # "a.b" sorts before "a/b" and "a0" after it, as in S3: a folder takes part in the order with its slash.
        for name in sorted(f"{name}/" if is_folder else name for name, is_folder in entries):
            key = base + name
            if name.endswith("/"):
                if key.startswith(prefix) or prefix.startswith(key):
                    yield from self._below(folder / name, key, prefix)
            elif key.startswith(prefix) and not name.startswith(ASIDE):
                yield key


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _replace(target: Path, data: bytes) -> None:
    aside = target.with_name(f"{ASIDE}{uuid.uuid4().hex}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        _sync(target.parent)
    finally:
        aside.unlink(missing_ok=True)


def _make_durable_folder(folder: Path, root: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for parent in (folder, *folder.parents):
        _sync(parent)
        if parent == root:
            return


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
