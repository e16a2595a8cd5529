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
    """A commit's id and what a person would ask about it. `authored_at` is aware UTC.

    `parents` are commit ids, empty for a first commit and where it was not asked for; `body` is the message below the
    subject, shortened.
    """

    commit: str
    author: str
    authored_at: datetime
    subject: str
    parents: tuple[str, ...] = ()
    body: str = ""

    @property
    def is_merge(self) -> bool:
        """Whether it joins branches; what it brings was written in other commits."""
        return len(self.parents) > 1


@dataclass(frozen=True, slots=True)
class CommitSize:
    """How much one commit changed: files, and lines added and taken away."""

    files: int
    lines: int


class SourceTree(Protocol):
    """One commit (or one folder) to read. `name` identifies the repository, `commit` the state."""

    @property
    def name(self) -> str: ...

    @property
    def commit(self) -> str: ...

    def entries(self) -> Sequence[TreeEntry]:
        """Every file, in order of path."""
        ...

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(blob id, content) for each asked blob, in any order. Raises NotFoundError for one that is not there."""
        ...

    def text(self, path: str) -> str:
        """One file's text, undecodable bytes replaced. Raises NotFoundError naming path and commit."""
        ...


@dataclass(frozen=True, slots=True)
class Hunk:
    """One changed stretch; starts are 1-based lines, a count of 0 means "nothing on that side, after this line"."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int


@dataclass(frozen=True, slots=True)
class FileChange:
    """What happened to one file between two commits.

    `path` is the new path (the old one for a deleted file); `old_path` is None unless the file was renamed or copied;
    `status` is one of added, modified, deleted, renamed, copied, retyped. Binary files have no hunks, nor has any file
    where hunks were not asked for. `old_blob` and `blob` are the contents' ids, "" on the side that has none.
    """

    path: str
    old_path: str | None
    hunks: tuple[Hunk, ...] = ()
    status: str = "modified"
    old_blob: str = ""
    blob: str = ""

    @property
    def new_ranges(self) -> tuple[tuple[int, int], ...]:
        """First and last changed line (inclusive) of each hunk in the new file; a pure deletion is the line before."""
        return tuple((h.new_start, h.new_start + max(h.new_lines, 1) - 1) for h in self.hunks)


@dataclass(frozen=True, slots=True)
class BlameLine:
    """Who last changed one line. `line` is 1-based in the blamed file, `original_*` say where it came from.

    `boundary` is True when the line is older than what was looked at (the edge of a shallow clone, or of the span that
    was asked for), so that `commit` did not write it.
    """

    line: int
    commit: str
    author: str
    authored_at: datetime
    subject: str
    original_path: str
    original_line: int
    text: str
    boundary: bool = False


class History(Protocol):
    """What a version control system knows beyond one tree."""

    name: str

    def resolve(self, ref: str) -> str:
        """The full commit id of a branch, tag or abbreviated id. Raises NotFoundError."""
        ...

    def tags(self) -> dict[str, str]:
        """Tag name -> commit id."""
        ...
