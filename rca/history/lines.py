"""Who wrote the lines of a suspect: at the commit that was running, and only what really differs from the good release.

Owns: blame and what must be taken out of it: lines that the good release had too, commits that only laid code out anew,
the edge of a shallow clone. Keeps out: how much a line counts (rca/suspect_changes.py), running git.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from connectors.errors import NotFoundError, UnavailableError
from connectors.source_control import BlameLine, Commit, FileChange, Hunk
from indexers.code.blocks import CodeBlock
from rca.codebase import Repository
from rca.history.formatting import indentation_counts, same_code
from rca.history.span import Span

MOST_LAYOUT_PASSES = 3
AT_ONCE = 4  # blames under way; a long history costs each a fraction of a second


@dataclass(slots=True)
class Written:
    """The lines of one block by the commits that wrote them; `took_out` are commits that only deleted some.

    `unknown` counts lines that are older than the history that is here.
    """

    lines: list[BlameLine] = field(default_factory=list)
    took_out: list[Commit] = field(default_factory=list)
    unknown: int = 0


class Lines:
    """Blame over one span (or, without one, over all of history), remembering what was asked before."""

    def __init__(self, repository: Repository, deployed: str, span: Span | None) -> None:
        """Lines are those of the commit `deployed`, which is the failing one of `span` or a later one."""
        self._repository = repository
        self._deployed = deployed
        self._span = span
        self._net: dict[str, tuple[Hunk, ...]] = {}
        self._layout: dict[tuple[str, str], bool] = {}
        self.problem = ""  # why blame was given up, where git did not answer

    def look_at(self, paths: Iterable[str]) -> None:
        """Compare the files at `paths` between the two releases, all in one go."""
        if self._span is None:
            return
        good, changes = self._span.good, self._span.changes
        if self._deployed != self._span.failing:
            changes = self._repository.changes(good, self._deployed, hunks=False)
        wanted = set(paths)
        found = [change for change in changes if change.path in wanted]
        contents = self._repository.contents([blob for one in found for blob in (one.old_blob, one.blob)])
        real = [change for change in found if not _is_layout(change, contents)]
        for spaces in (True, False):
            group = [change for change in real if indentation_counts(change.path) is spaces]
            if not group:
                continue
            names = list(dict.fromkeys(name for one in group for name in (one.old_path or one.path, one.path)))
            differ = self._repository.changes(good, self._deployed, paths=names, spaces=spaces)
            self._net |= {change.path: change.hunks for change in differ}

    def written_in(self, blocks: Sequence[CodeBlock]) -> list[Written]:
        """Who wrote the lines of each block; git is asked about several at a time."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.written, blocks))

    def written(self, block: CodeBlock) -> Written:
        """Who wrote the lines of `block` that count. Nobody, for a file that history does not know."""
        try:
            return Written() if self.problem else self._written(block)
        except NotFoundError:
            return Written()  # indexed from a folder or a patched tree
        except UnavailableError as error:  # what took too long once will again
            self.problem = str(error)
            return Written()

    def _written(self, block: CodeBlock) -> Written:
        if self._span is None:
            lines = self._blame(block)
            return Written([line for line in lines if not line.boundary], [], sum(line.boundary for line in lines))
        hunks = [hunk for hunk in self._net.get(block.path, ()) if _within(hunk, block)]
        if not hunks:
            return Written()
        lines = [line for line in self._blame(block) if any(_holds(hunk, line.line) for hunk in hunks)]
        known = [line for line in lines if not line.boundary and line.commit in self._span.commits]
        took_out = self._took_out(block, {line.commit for line in known}) if any(_shrinks(h) for h in hunks) else []
        return Written(known, took_out, sum(line.boundary for line in lines))

    def _blame(self, block: CodeBlock) -> list[BlameLine]:
        """Blame that looks through commits which only laid the file out anew."""
        ignoring: list[str] = []
        lines: list[BlameLine] = []
        for _ in range(MOST_LAYOUT_PASSES):
            lines = self._repository.blame(
                self._deployed,
                block.path,
                block.start_line,
                block.end_line,
                since=self._span.good if self._span else None,
                ignoring=ignoring,
                spaces=indentation_counts(block.path),
            )
            asked = {(line.commit, line.original_path) for line in lines if not line.boundary}
            layout = [
                commit for commit, path in sorted(asked) if commit not in ignoring and self.is_layout(commit, path)
            ]
            if not layout:
                break
            ignoring += layout
        return [line for line in lines if line.commit not in ignoring]

    def is_layout(self, commit: str, path: str) -> bool:
        """Whether `commit` changed nothing but the layout of the file that it left at `path`."""
        key = (commit, path)
        if key not in self._layout:
            self._layout[key] = self._is_layout_only(commit, path)
        return self._layout[key]

    def _is_layout_only(self, commit: str, path: str) -> bool:
        try:
            changes = self._repository.changes(f"{commit}^", commit, hunks=False)
        except NotFoundError:
            return False  # the first commit
        change = next((one for one in changes if one.path == path), None)
        if change is None or not (change.old_blob and change.blob):
            return False
        return _is_layout(change, self._repository.contents([change.old_blob, change.blob]))

    def _took_out(self, block: CodeBlock, known: set[str]) -> list[Commit]:
        """Commits of the span that touched the block and whose lines are not there any more."""
        if self._span is None:
            return []
        touched: Sequence[Commit] = self._repository.line_history(
            self._deployed, self._span.good, block.path, block.start_line, block.end_line
        )
        return [
            commit
            for commit in touched
            if commit.commit in self._span.commits
            and commit.commit not in known
            and commit.commit not in self._span.cancelled
            and not commit.is_merge
        ]


def _is_layout(change: FileChange, contents: dict[str, bytes]) -> bool:
    old, new = contents.get(change.old_blob), contents.get(change.blob)
    if old is None or new is None:
        return False
    return same_code(old.decode("utf-8", "replace"), new.decode("utf-8", "replace"), change.path)


def _within(hunk: Hunk, block: CodeBlock) -> bool:
    """Whether a changed stretch lies in the block; one where lines only went counts between two of its lines."""
    if hunk.new_lines == 0:
        return block.start_line <= hunk.new_start < block.end_line
    return hunk.new_start <= block.end_line and hunk.new_start + hunk.new_lines - 1 >= block.start_line


def _holds(hunk: Hunk, line: int) -> bool:
    return hunk.new_start <= line < hunk.new_start + hunk.new_lines


def _shrinks(hunk: Hunk) -> bool:
    return hunk.new_lines < hunk.old_lines
