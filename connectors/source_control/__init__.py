"""Source code at a commit, without a checkout: what every source of code must do.

`git.py` reads a git directory (bare or not), `directory.py` a plain folder. Keeps out: languages, symbols.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file in a tree; `blob` is the git blob id (SHA-1 of the content in git's framing), `size` in bytes."""

    path: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit's id and what a person would ask about it. `authored_at` is aware UTC."""

    commit: str
    author: str
    authored_at: datetime
    subject: str


class SourceTree(Protocol):
    """One commit (or one folder) to read. `name` identifies the repository, `commit` the state."""

    name: str
    commit: str

    def entries(self) -> Sequence[TreeEntry]:
        """Every file, in order of path."""
        ...

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(blob id, content) for each asked blob, in any order. Raises NotFoundError for one that is not there."""
        ...

    def text(self, path: str) -> str:
        """One file's text, undecodable bytes replaced. Raises NotFoundError naming path and commit."""
        ...
