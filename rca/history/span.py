"""What lies between the last release without a fault and the first with it.

Owns: the commits of that span, which of them cancel out, and what must be said about it (cut, rewritten or equal
histories). Keeps out: who wrote which line (lines.py), ranking.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.source_control import Commit, FileChange
from rca.codebase import Repository

MOST_COMMITS = 5_000
_REVERTED = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
_REVERTS_BY_NAME = re.compile(r'^Revert "(.+)"(?: \(#\d+\))?$')
_PICKED = re.compile(r"\(cherry picked from commit ([0-9a-f]{7,64})\)")
_FIXES = re.compile(r"^Fixes: ([0-9a-f]{7,64})\b", re.MULTILINE)
_PULL_REQUEST = re.compile(r" \(#\d+\)$")


@dataclass(frozen=True)
class Span:
    """The commits that `failing` has and `good` has not, newest first, and the files that differ between the two.

    `cancelled` are commits that were taken back within the span, and those that took them back. `takes_back` says of
    others what they revert. `notes` are sentences about what the span cannot show.
    """

    good: str
    failing: str
    commits: Mapping[str, Commit] = field(default_factory=dict)
    changes: Sequence[FileChange] = ()
    cancelled: frozenset[str] = frozenset()
    takes_back: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def change_of(self, path: str) -> FileChange | None:
        """What happened to the file that is at `path` in the failing release."""
        return next((change for change in self.changes if change.path == path), None)

    def merges(self) -> dict[str, Commit]:
        """Commit -> the merge on the failing release's own line that brought it in; none for the line's own commits."""
        line = []
        at = self.commits.get(self.failing)
        while at is not None:
            line.append(at)
            at = self.commits.get(at.parents[0]) if at.parents else None
        own = {commit.commit for commit in line}
        brought: dict[str, Commit] = {}
        for merge in reversed([commit for commit in line if commit.is_merge]):
            pending = list(merge.parents[1:])
            while pending:
                commit = pending.pop()
                if commit in self.commits and commit not in brought and commit not in own:
                    brought[commit] = merge
                    pending += self.commits[commit].parents
        return brought

    @property
    def suspects(self) -> list[Commit]:
        """The commits that may have brought something in: no merge, nothing that was taken back again."""
        return [
            commit for commit in self.commits.values() if not commit.is_merge and commit.commit not in self.cancelled
        ]


def span_between(repository: Repository, good: str, failing: str) -> Span:
    """The span of two commits. Raises NotFoundError when one is not in the repository."""
    good, failing = repository.resolve(good), repository.resolve(failing)
    if good == failing:
        note = (
            f"both releases run commit {failing[:12]}: the code did not change between them, so look at what else did"
        )
        return Span(good, failing, notes=(note,))
    commits = {commit.commit: commit for commit in repository.between(good, failing, limit=MOST_COMMITS)}
    cancelled, takes_back = _reverts(list(commits.values()))
    return Span(
        good=good,
        failing=failing,
        commits={commit: one for commit, one in commits.items() if commit not in repository.cut_commits},
        changes=repository.changes(good, failing, hunks=False),
        cancelled=frozenset(cancelled),
        takes_back=takes_back,
        notes=tuple(_notes(repository, good, failing, commits)),
    )


def _notes(repository: Repository, good: str, failing: str, commits: Mapping[str, Commit]) -> Iterator[str]:
    cut = sorted(commits.keys() & repository.cut_commits)
    if cut:
        yield (
            f"history is cut at {cut[0][:12]} (a shallow clone), between the two releases: earlier commits are not "
            "known, and that one is not accused of what it only seems to have written; `git fetch --unshallow` helps"
        )
    elif not repository.is_ancestor(good, failing):
        if not commits:
            back = len(repository.between(failing, good, limit=MOST_COMMITS))
            yield (
                f"the failing release went back: its commit {failing[:12]} is contained in the good release's "
                f"{good[:12]}, which has {back} more; what it lacks may be the cause"
            )
        else:
            yield (
                f"the good release's commit {good[:12]} is not part of the failing one's history (another branch, or "
                "rewritten history); the two are compared by content, and commits found on both sides left out"
            )
    if len(commits) >= MOST_COMMITS:
        yield f"more than {MOST_COMMITS} commits lie between the releases; the newest of them were looked at"


def _reverts(commits: Sequence[Commit]) -> tuple[set[str], dict[str, str]]:
    """Commits that cancel out, and what the others take back; `commits` are newest first."""
    cancelled: set[str] = set()
    takes_back: dict[str, str] = {}
    for place, commit in enumerate(commits):
        if commit.commit in cancelled:
            continue
        named = reverted_by(commit)
        by_name = _REVERTS_BY_NAME.match(commit.subject)
        if not named and not by_name:
            continue
        earlier = commits[place + 1 :]
        target = next((one for one in earlier if any(one.commit.startswith(name) for name in named)), None)
        if target is None and by_name and not named:
            target = next((one for one in earlier if _same_subject(one.subject, by_name[1])), None)
        if target is not None:
            cancelled |= {commit.commit, target.commit}
        else:
            takes_back[commit.commit] = named[0][:12] if named else f'"{by_name[1]}"' if by_name else ""
    return cancelled, takes_back


def _same_subject(subject: str, named: str) -> bool:
    return _PULL_REQUEST.sub("", subject) == _PULL_REQUEST.sub("", named)


def reverted_by(commit: Commit) -> list[str]:
    """Beginnings of the ids of commits that `commit` says it reverts."""
    return _REVERTED.findall(commit.body)


def fixed_by(commit: Commit) -> list[str]:
    """Beginnings of the ids of commits that `commit` says it fixes (a "Fixes:" trailer)."""
    return _FIXES.findall(commit.body)


def picked_from(commit: Commit) -> str:
    """The id of the commit that `commit` says it was picked from, "" when it says nothing."""
    found = _PICKED.findall(commit.body)
    return found[-1] if found else ""
