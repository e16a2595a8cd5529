"""The files of one commit, read through git without a checkout.

Owns: listing and reading in batches. Keeps out: history (git.py), languages.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from connectors.errors import NotFoundError
from connectors.source_control import TreeEntry
from connectors.source_control.git_command import GitCommand

_REGULAR_MODES = ("100644", "100755", "100664")


class GitTree:
    """The files of one commit; symbolic links and submodules are left out. Listed once, read in batches."""

    def __init__(self, git: GitCommand, name: str, commit: str) -> None:
        self._git = git
        self.name = name
        self.commit = commit

    @cached_property
    def _entries(self) -> tuple[TreeEntry, ...]:
        output = self._git.output("ls-tree", "-r", "-z", "-l", "--full-tree", self.commit)
        entries = []
        for record in output.split(b"\0"):
            if not record:
                continue
            head, path = record.split(b"\t", 1)
            mode, _, blob, size = head.decode().split()
            if mode in _REGULAR_MODES:
                entries.append(TreeEntry(path.decode("utf-8", "replace"), blob, int(size)))
        return tuple(sorted(entries, key=lambda entry: entry.path))

    @cached_property
    def _blobs(self) -> dict[str, str]:
        return {entry.path: entry.blob for entry in self._entries}

    def entries(self) -> Sequence[TreeEntry]:
        """Every regular file, in order of path."""
        return self._entries

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(blob id, content) in the asked order, through one git process. Raises NotFoundError."""
        for blob, content in self._git.cat_files(blobs):
            if content is None:
                raise NotFoundError(
                    f"object {blob} is not in repository {self.name!r} (a partial clone?); fetch it, then try again."
                )
            yield blob, content

    def text(self, path: str) -> str:
        """One file's text. Raises NotFoundError naming path and commit."""
        if path not in self._blobs:
            raise NotFoundError(f"{path!r} is not a file in repository {self.name!r} at commit {self.commit[:12]}.")
        return next(self.read([self._blobs[path]]))[1].decode("utf-8", "replace")
