"""What became of the suspects after the deployed commit: "already fixed on the main branch, not deployed".

Owns: which later commits changed a suspect's own lines, and how much that says. A later change of the very line that
failed may be a fix; a change elsewhere in the block is only said. Keeps out: which commit brought the fault in
(suspect_changes.py), running git (connectors).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.source_control import Commit, FileChange, Hunk
from rca.codebase import Repository
from rca.suspects import Suspect

LOOKED_AT = 5  # suspects
MOST_COMMITS = 3  # shown for each
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

    @property
    def sentence(self) -> str:
        """What it means for the engineer on call, no more than is known."""
        if self.is_gone:
            return f"{self.symbol} is no longer in {self.path} on {self.branch}; that is not deployed"
        if self.line_changed:
            return (
                f"the failing line of {self.symbol} was changed on {self.branch}, not deployed: it may be fixed there"
            )
        return f"{self.symbol} was changed on {self.branch} since, but not in the line that failed"


def later_changes(repository: Repository, suspects: Sequence[Suspect], *, deployed: str) -> list[LaterChange]:
    """The suspects that the default branch has changed since `deployed`, in the order of `suspects`.

    Empty when the branch holds nothing that is not deployed. Raises NotFoundError when a commit is not there.
    """
    branch = repository.default_branch()
    head, deployed = repository.resolve(branch), repository.resolve(deployed)
    if repository.is_ancestor(head, deployed):
        return []
    by_old_path = {change.old_path or change.path: change for change in repository.changes(deployed, head)}
    found = []
    for suspect in suspects[:LOOKED_AT]:
        change = by_old_path.get(suspect.block.path)
        if change is not None and change.status not in ("added", "copied"):
            later = _later(repository, suspect, change, branch=branch, head=head, deployed=deployed)
            found += [later] if later else []
    return found


def _later(
    repository: Repository, suspect: Suspect, change: FileChange, *, branch: str, head: str, deployed: str
) -> LaterChange | None:
    block = suspect.block
    first, last = block.start_line, block.end_line
    touching = [hunk for hunk in change.hunks if _overlaps(hunk, first, last)]
    if change.status != "deleted" and not touching:
        return None
    now = None if change.status == "deleted" else moved(change.hunks, first, last)
    line = suspect.line
    if now is None:
        commits = repository.log(head, deployed, paths=[change.path], limit=MOST_COMMITS)
    else:
        commits = repository.line_history(head, deployed, change.path, *now)[:MOST_COMMITS]
    paths = list(dict.fromkeys([block.path, change.path]))
    return LaterChange(
        symbol=block.symbol,
        path=block.path,
        branch=branch,
        line_changed=now is None or (line is not None and any(_replaces(hunk, line) for hunk in touching)),
        is_gone=now is None,
        commits=tuple(commits),
        diff=_shortened(repository.diff(deployed, head, paths, context=2)),
    )


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


def _shortened(diff: str) -> str:
    lines = diff.splitlines()
    if len(lines) <= DIFF_LINES:
        return diff.rstrip()
    return "\n".join([*lines[:DIFF_LINES], f"... {len(lines) - DIFF_LINES} more lines"])
