"""What the analysis asks of indexed code and of a repository's history; `CodeSnapshot` and `GitRepository` have it all.

Owns: the two protocols, so that a ranking can be tested on a handful of blocks. Keeps out: how code is indexed or read.
"""

from collections.abc import Sequence
from typing import Protocol

from connectors.source_control import BlameLine, Commit, CommitSize, FileChange
from indexers.code.blocks import CodeBlock
from indexers.code.hybrid import Hit
from indexers.exceptions.chain import Frame


class Codebase(Protocol):
    """One repository at one commit, cut into blocks."""

    @property
    def repository(self) -> str: ...

    @property
    def commit(self) -> str: ...

    def paths(self) -> Sequence[str]:
        """Every kept file: code, configuration and other text that code reads."""
        ...

    def blocks(self) -> Sequence[CodeBlock]:
        """Every block of the tree."""
        ...

    def blocks_in(self, path: str) -> Sequence[CodeBlock]:
        """The blocks of one file in order of their first line."""
        ...

    def block_at(self, path: str, line: int) -> CodeBlock | None:
        """The innermost function or method around a line, else the class."""
        ...

    def find(self, name: str) -> list[CodeBlock]:
        """Blocks by symbol or by the last part of it."""
        ...

    def resolve_path(self, frame_file: str, function: str = "", module: str = "") -> str | None:
        """The tree's path for a file as a production trace prints it."""
        ...

    def locate(self, frame: Frame) -> CodeBlock | None:
        """The block that a frame was in."""
        ...

    def callees(self, block: CodeBlock) -> list[CodeBlock]:
        """Blocks that `block` calls, as far as names tell."""
        ...

    def callers(self, block: CodeBlock) -> list[CodeBlock]:
        """Blocks that call `block`, as far as names tell."""
        ...

    def search_words(self, query: str, limit: int) -> list[tuple[CodeBlock, float]]:
        """Blocks by their words, best first."""
        ...

    def search(self, query: str, limit: int, *, remembered: str | None = None) -> list[Hit]:
        """Blocks by words and by meaning at once, best first; by words alone without embeddings.

        With `remembered` no model is loaded: meaning is that text's, if its vector is kept.
        """
        ...

    def having(self, text: str, limit: int) -> tuple[int, list[CodeBlock]]:
        """How many blocks hold every name and number in `text`, whole, and the first `limit` of them."""
        ...

    def text(self, path: str) -> str:
        """A file's text. Raises NotFoundError."""
        ...


class Repository(Protocol):
    """A repository's commits; each method as `GitRepository` documents it."""

    @property
    def name(self) -> str: ...

    @property
    def cut_commits(self) -> frozenset[str]: ...

    def resolve(self, ref: str) -> str: ...

    def log(self, new: str, old: str | None = None, *, paths: Sequence[str] = (), limit: int = 200) -> list[Commit]: ...

    def between(self, old: str, new: str, *, limit: int = 5_000) -> list[Commit]: ...

    def picked(self, old: str, new: str, paths: Sequence[str]) -> set[str]: ...

    def touching(self, old: str, new: str, paths: Sequence[str]) -> dict[str, tuple[str, ...]]: ...

    def changing_text(self, old: str, new: str, text: str, paths: Sequence[str]) -> list[Commit]: ...

    def sizes(self, commits: Sequence[str]) -> dict[str, CommitSize]: ...

    def changes(
        self, old: str, new: str, *, hunks: bool = True, paths: Sequence[str] = (), spaces: bool = True
    ) -> list[FileChange]: ...

    def line_history(self, new: str, old: str, path: str, first: int, last: int) -> list[Commit]: ...

    def blame(
        self,
        commit: str,
        path: str,
        first: int,
        last: int,
        *,
        since: str | None = None,
        ignoring: Sequence[str] = (),
        spaces: bool = False,
    ) -> list[BlameLine]: ...

    def show(self, commit: str, path: str) -> str: ...

    def contents(self, blobs: Sequence[str]) -> dict[str, bytes]: ...

    def diff(self, old: str, new: str, paths: Sequence[str] = (), *, context: int = 3) -> str: ...

    def introduced(self, commit: str, paths: Sequence[str] = (), *, context: int = 3) -> str: ...

    def is_ancestor(self, ancestor: str, descendant: str) -> bool: ...

    def default_branch(self) -> str: ...
