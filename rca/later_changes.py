"""What became of the suspects after the deployed commit: "already fixed on the main branch, not deployed".

Owns: which later commits changed a suspect's own lines, and how much that says. A later change of the very line that
failed may be a fix; a change elsewhere in the block is only said; a block that only moved or was laid out anew, and a
difference that the deployed branch itself made, are no later change. Keeps out: which commit brought the fault in
(suspect_changes.py), running git (connectors).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from connectors.source_control import Commit, FileChange, Hunk
from indexers.code.blocks import CodeBlock
from rca.codebase import Repository
from rca.history.excerpt import excerpt
from rca.history.formatting import indentation_counts, same_code
from rca.history.symbols import Piece, compare, piece_of, pieces_of
from rca.suspects import Suspect

LOOKED_AT = 5  # suspects
MOST_COMMITS = 3  # shown for each
MOST_SEARCHED = 60  # changed files in which a block that is gone is looked for
DIFF_LINES = 40


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A suspect that is different on `branch`. `commits` made it so, newest first, at most three; `diff` is the
    difference of its file from the deployed commit to the branch, shortened."""

    symbol: str
    path: str
    branch: str
    line_changed: bool  # the line that was running, or the whole block, is no longer what was deployed
    is_gone: bool
    commits: tuple[Commit, ...]
    diff: str
    moved_to: str = ""  # the file it went to, where it is not in `path` any more

    @property
    def sentence(self) -> str:
        """What it means for the engineer on call, no more than is known."""
        if self.is_gone:
            return f"{self.symbol} is no longer in {self.path} on {self.branch}; that is not deployed"
        moved = f", where it is in {self.moved_to}" if self.moved_to else ""
        if self.line_changed:
            return (
                f"the failing line of {self.symbol} was changed on {self.branch}{moved}, not deployed: "
                "it may be fixed there"
            )
        return f"{self.symbol} was changed on {self.branch} since{moved}, but not in the line that failed"


def later_changes(
    repository: Repository, suspects: Sequence[Suspect], *, deployed: str, notes: list[str] | None = None
) -> list[LaterChange]:
    """The suspects that the default branch has changed since `deployed`, in the order of `suspects`.

    Empty when the branch holds nothing that is not deployed. What could not be told is added to `notes`. Raises
    NotFoundError when a commit is not there.
    """
    branch = repository.default_branch()
    head, deployed = repository.resolve(branch), repository.resolve(deployed)
    if repository.is_ancestor(head, deployed):
        return []
    comparison = _Comparison(repository, branch, head, deployed, notes)
    return [later for suspect in suspects[:LOOKED_AT] if (later := comparison.of(suspect))]


class _Comparison:
    """The deployed commit beside the newest of the branch."""

    def __init__(self, repository: Repository, branch: str, head: str, deployed: str, notes: list[str] | None) -> None:
        self._repository = repository
        self._branch, self._head, self._deployed = branch, head, deployed
        self._notes = notes
        self._changes = repository.changes(deployed, head, hunks=False)
        self._by_old_path = {
            change.old_path or change.path: change for change in self._changes if change.status != "added"
        }

    def of(self, suspect: Suspect) -> LaterChange | None:
        """What became of one suspect, None when nothing did."""
        block = suspect.block
        change = self._by_old_path.get(block.path)
        if change is None:
            return None
        if change.status == "deleted":
            return self._elsewhere(suspect, change)
        exact = self._hunks(change, spaces=indentation_counts(change.path))
        if not any(_overlaps(hunk, block.start_line, block.end_line) for hunk in exact):
            return None
        now = moved(exact, block.start_line, block.end_line)
        if now is None:
            return self._elsewhere(suspect, change)
        return None if self._is_layout(change, block, now) else self._in_place(suspect, change, now)

    def _in_place(self, suspect: Suspect, change: FileChange, now: tuple[int, int]) -> LaterChange | None:
        """A block that is still there, at lines `now`, with other text."""
        line = suspect.line
        commits = self._repository.line_history(self._head, self._deployed, change.path, *now)
        inside = [
            hunk
            for hunk in self._hunks(change, spaces=False)
            if _overlaps(hunk, suspect.block.start_line, suspect.block.end_line)
        ]
        is_replaced = line is not None and any(_replaces(hunk, line) for hunk in inside)
        return self._said(suspect, change, commits, line_changed=is_replaced)

    def _is_layout(self, change: FileChange, block: CodeBlock, now: tuple[int, int]) -> bool:
        contents = self._repository.contents([change.old_blob, change.blob])
        old, new = (contents.get(blob, b"").decode("utf-8", "replace") for blob in (change.old_blob, change.blob))
        was = "\n".join(old.split("\n")[block.start_line - 1 : block.end_line])
        return same_code(was, "\n".join(new.split("\n")[now[0] - 1 : now[1]]), change.path)

    def _elsewhere(self, suspect: Suspect, change: FileChange) -> LaterChange | None:
        """A block that is not where it was: unchanged in another file, changed there, or gone."""
        block = suspect.block
        commits = self._repository.log(self._head, self._deployed, paths=[change.path], limit=200)
        found = self._found(block)
        if found is None:
            return self._said(suspect, change, commits, line_changed=True, is_gone=True)
        if same_code(block.text, found.text, block.path):
            return None
        failing = _line(block, suspect.line)
        kept = bool(failing) and failing in {line.strip() for line in found.text.split("\n")}
        commits = self._repository.line_history(
            self._head, self._deployed, found.path, found.start_line, found.end_line
        )
        return self._said(suspect, change, commits, line_changed=not kept, moved_to=found.path)

    def _found(self, block: CodeBlock) -> Piece | None:
        """The block on the branch, under its own or another name, in a file that changed."""
        suffix = PurePosixPath(block.path).suffix
        files = [one for one in self._changes if one.blob and one.path.endswith(suffix)][:MOST_SEARCHED]
        contents = self._repository.contents([one.blob for one in files])
        there = [piece for one in files for piece in pieces_of(one.path, contents.get(one.blob, b""))]
        same = next((piece for piece in there if piece.block_id == block.block_id), None)
        if same is not None:
            return same
        pair = next((one for one in compare([piece_of(block)], there) if one.kind in ("renamed", "body")), None)
        return next((p for p in there if pair and (p.path, p.symbol) == (pair.path, pair.symbol)), None)

    def _said(
        self,
        suspect: Suspect,
        change: FileChange,
        commits: Sequence[Commit],
        *,
        line_changed: bool,
        is_gone: bool = False,
        moved_to: str = "",
    ) -> LaterChange | None:
        """The later change, unless no commit of the branch made it: then the deployed branch is what differs."""
        paths = list(dict.fromkeys(path for path in (suspect.block.path, change.path, moved_to) if path))
        own = self._own(commits, paths)
        if not own:
            return None
        diff = self._repository.diff(self._deployed, self._head, paths, context=2)
        return LaterChange(
            symbol=suspect.block.symbol,
            path=suspect.block.path,
            branch=self._branch,
            line_changed=line_changed,
            is_gone=is_gone,
            commits=tuple(own[:MOST_COMMITS]),
            diff=excerpt(diff, most=DIFF_LINES, near=suspect.block.text.split("\n")),
            moved_to=moved_to,
        )

    def _own(self, commits: Sequence[Commit], paths: Sequence[str]) -> list[Commit]:
        """The commits that the deployed one has not, not as another commit either."""
        own = [commit for commit in commits if commit.commit not in self._repository.cut_commits]
        if len(own) < len(commits) and not own and self._notes is not None:
            self._notes.append(
                f"whether {self._branch} has changed a suspect since is not known: history is cut between it and the "
                "deployed commit (a shallow clone); `git fetch --unshallow` brings the rest"
            )
        if not own or self._repository.is_ancestor(self._deployed, self._head):
            return own
        picked = self._repository.picked(self._deployed, self._head, paths)
        return [commit for commit in own if commit.commit not in picked]

    def _hunks(self, change: FileChange, *, spaces: bool) -> Sequence[Hunk]:
        names = list(dict.fromkeys((change.old_path or change.path, change.path)))
        found = self._repository.changes(self._deployed, self._head, paths=names, spaces=spaces)
        return next((one.hunks for one in found if one.path == change.path), ())


def _line(block: CodeBlock, line: int | None) -> str:
    """The text of the line that was running, without its indentation."""
    lines = block.text.split("\n")
    index = (line or 0) - block.start_line
    return lines[index].strip() if line is not None and 0 <= index < len(lines) else ""


def moved(hunks: Sequence[Hunk], first: int, last: int) -> tuple[int, int] | None:
    """Where lines `first` to `last` of the old file stand in the new one; None when nothing of them is left."""
    start, end = first, last
    for hunk in hunks:
        grown = hunk.new_lines - hunk.old_lines
        hunk_end = hunk.old_start + hunk.old_lines - 1
        if hunk_end < first or (hunk.old_lines == 0 and hunk.old_start < first):
            start, end = start + grown, end + grown
        elif hunk.old_start <= last:
            if hunk.old_start <= first and hunk_end >= last and hunk.new_lines == 0:
                return None
            end = max(end + grown, start)
    return start, end


def _overlaps(hunk: Hunk, first: int, last: int) -> bool:
    if hunk.old_lines == 0:  # lines put in after this one
        return first <= hunk.old_start < last
    return hunk.old_start <= last and hunk.old_start + hunk.old_lines - 1 >= first


def _replaces(hunk: Hunk, line: int) -> bool:
    """Whether the line itself was changed, or something put right before it, as a guard would be."""
    if hunk.old_lines == 0:
        return hunk.old_start == line - 1
    return hunk.old_start <= line < hunk.old_start + hunk.old_lines
