"""A plain folder as a source tree, with the blob ids git would give its files.

Owns: walking, hashing, the stat cache that makes a second look quick. Keeps out: git history, languages.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import orjson

from connectors.errors import BadInputError, ConflictError, NotFoundError
from connectors.source_control import TreeEntry

LARGEST_FILE = 8 * 1024 * 1024  # bytes; larger files are data, not source, and would only be hashed in vain
RACY_NANOSECONDS = 2_000_000_000  # a file changed this recently may change again within one clock tick

_NEVER_SOURCE = {"__pycache__", "node_modules", "bower_components", "CVS", "_darcs"}
_BUILD_FOLDERS = {"build", "dist", "target", "out", "bin", "obj"}  # only beside a build file: also package names
_BUILD_FILES = {"pom.xml", "build.gradle", "build.gradle.kts", "package.json", "setup.py", "pyproject.toml", "go.mod"}


def git_blob_id(content: bytes) -> str:
    """The id git gives this content: SHA-1 over "blob <size>\\0" and the bytes."""
    digest = hashlib.sha1(b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


class DirectoryTree:
    """Every regular file below `path`, without version control, build output, virtual environments and hidden folders.

    `commit` is 40 hex digits derived from the listing of (path, blob), so an unchanged folder keeps its id.
    """

    def __init__(self, path: str | Path, *, name: str, stat_cache: Path | None = None) -> None:
        """Open `path`; `stat_cache` is a file that keeps (mtime, size, inode) -> blob between looks.

        Raises BadInputError when `path` is not a folder.
        """
        self.path = Path(path)
        self.name = name
        self._stat_cache = stat_cache
        if not self.path.is_dir():
            raise BadInputError(f"source folder {str(path)!r} is not a folder; give the root of the source code.")

    @cached_property
    def _files(self) -> dict[str, tuple[TreeEntry, Path]]:
        remembered = _load_cache(self._stat_cache)
        now = time.time_ns()
        files: dict[str, tuple[TreeEntry, Path]] = {}
        stats: dict[str, tuple[int, int, int, str]] = {}
        for path, stat in _walk(self.path):
            relative = os.fsencode(path.relative_to(self.path)).decode("utf-8", "replace").replace(os.sep, "/")
            key = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            held = remembered.get(relative)
            if held is not None and tuple(held[:3]) == key:
                blob = str(held[3])
            else:
                content = _content(path)
                if content is None:
                    continue
                blob = git_blob_id(content)
            files[relative] = (TreeEntry(relative, blob, stat.st_size), path)
            if now - stat.st_mtime_ns > RACY_NANOSECONDS:
                stats[relative] = (*key, blob)
        if self._stat_cache is not None and stats != {k: tuple(v) for k, v in remembered.items()}:
            _save_cache(self._stat_cache, stats)
        return dict(sorted(files.items()))

    @cached_property
    def commit(self) -> str:
        """40 hex digits of SHA-256 over the listing."""
        digest = hashlib.sha256()
        for path, (entry, _) in self._files.items():
            digest.update(f"{path}\0{entry.blob}\n".encode())
        return digest.hexdigest()[:40]

    @cached_property
    def _by_blob(self) -> dict[str, Path]:
        return {entry.blob: path for entry, path in self._files.values()}

    def entries(self) -> Sequence[TreeEntry]:
        """Every file, in order of path."""
        return [entry for entry, _ in self._files.values()]

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(blob id, content) in the asked order.

        Raises NotFoundError for an unknown blob and ConflictError when a file changed since it was listed.
        """
        for blob in blobs:
            path = self._by_blob.get(blob)
            if path is None:
                raise NotFoundError(f"no file under {self.path} has blob id {blob}.")
            content = _content(path)
            if content is None or git_blob_id(content) != blob:
                raise ConflictError(f"{path} changed while it was being read; read the folder again.")
            yield blob, content

    def text(self, path: str) -> str:
        """One file's text. Raises NotFoundError naming path and commit."""
        if path not in self._files:
            raise NotFoundError(f"{path!r} is not a file under {self.path} (state {self.commit[:12]}).")
        content = _content(self._files[path][1])
        if content is None:
            raise ConflictError(f"{path} vanished while it was being read; read the folder again.")
        return content.decode("utf-8", "replace")


def _walk(root: Path) -> Iterator[tuple[Path, os.stat_result]]:
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            found = list(os.scandir(folder))
        except OSError:
            continue  # a folder that may not be read holds no code that we could show either
        names = {entry.name for entry in found}
        for entry in found:
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if not _skipped(entry, names):
                    pending.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                stat = entry.stat(follow_symlinks=False)
                if stat.st_size <= LARGEST_FILE:
                    yield Path(entry.path), stat


def _skipped(folder: "os.DirEntry[str]", siblings: set[str]) -> bool:
    if folder.name.startswith(".") or folder.name in _NEVER_SOURCE:
        return True
    if folder.name in _BUILD_FOLDERS and siblings & _BUILD_FILES:
        return True
    return os.path.exists(os.path.join(folder.path, "pyvenv.cfg"))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _load_cache(path: Path | None) -> dict[str, list[int | str]]:
    if path is None:
        return {}
    try:
        loaded = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}  # a lost or damaged cache only costs hashing again
    if not isinstance(loaded, dict):
        return {}
    return {path: held for path, held in loaded.items() if isinstance(held, list) and len(held) == 4}


def _save_cache(path: Path, stats: dict[str, tuple[int, int, int, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    aside.write_bytes(orjson.dumps(stats))
    aside.replace(path)
