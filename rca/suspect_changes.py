"""Which commits may have brought the fault in: those between the last good and the failing release that touch suspects.

Owns: the ranking of commits with reasons. Everything is read at the deployed commit, never at the default branch.
Keeps out: which releases those are (case.py), which blocks differ between them (changed_blocks.py), running git.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.errors import NotFoundError
from connectors.source_control import Commit
from rca.codebase import Repository
from rca.suspects import Suspect

LOOKED_AT = 5  # suspects whose lines are blamed
MOST_COMMITS = 200
FEW_COMMITS = 10
FIRST_LINE = 0.6  # for touching a suspect at all, before the share of its lines
DIFF_LINES = 60
# What is configuration rather than code, and takes part in a fault without standing in any trace.
CONFIGURATION = re.compile(
    r"(?:\.(?:toml|ya?ml|ini|cfg|conf|properties|env|sql|json|xml|gradle|mod)|requirements[^/]*\.txt|Dockerfile)$|/migrations?/"
)


@dataclass(frozen=True, slots=True)
class SuspectChange:
    """A commit, 0..1 how suspected it is, why, which suspected files it touches, and its diff of those (shortened)."""

    commit: Commit
    score: float
    reasons: tuple[str, ...]
    paths: tuple[str, ...]
    diff: str


@dataclass(slots=True)
class _Tally:
    commit: Commit
    weight: float = 0.0
    reasons: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def add(self, weight: float, reason: str, path: str) -> None:
        self.weight += weight
        if reason not in self.reasons:
            self.reasons.append(reason)
        if path not in self.paths:
            self.paths.append(path)


def suspect_changes(
    repository: Repository,
    suspects: Sequence[Suspect],
    *,
    failing: str,
    good: str | None,
    words: Sequence[str] = (),
    limit: int = 5,
) -> list[SuspectChange]:
    """Commits that may have brought the fault in, the most suspected first.

    `failing` and `good` are the deployed commits; without a good one, the commits that last changed the suspects' lines
    are given, and their reasons say so. `words` are names from the message: a diff that holds one counts more.
    Raises NotFoundError when a commit is not in the repository.
    """
    failing = repository.resolve(failing)
    tallies: dict[str, _Tally] = {}
    within = _between(repository, failing, good)
    for rank, suspect in enumerate(suspects[:LOOKED_AT]):
        _blame(repository, failing, suspect, 1 / (1 + 0.5 * rank), within=within, tallies=tallies)
    if within is not None and good is not None:
        _few(within, tallies)
        _same_files(repository, failing, good, suspects, tallies)
        _configuration(repository, failing, good, words, tallies)
    ordered = sorted(tallies.values(), key=lambda tally: (-tally.weight, tally.commit.commit))[:limit]
    return [_change(repository, tally, words) for tally in ordered]


def _between(repository: Repository, failing: str, good: str | None) -> dict[str, Commit] | None:
    if good is None:
        return None
    return {commit.commit: commit for commit in repository.log(failing, good, limit=MOST_COMMITS)}


def _few(within: dict[str, Commit], tallies: dict[str, _Tally]) -> None:
    """When only a few commits lie between the releases, each is suspected for that alone."""
    if len(within) <= FEW_COMMITS:
        only = "the only commit" if len(within) == 1 else f"one of {len(within)} commits"
        for commit in within.values():
            tally = tallies.setdefault(commit.commit, _Tally(commit))
            tally.weight += 1 / len(within)
            tally.reasons.append(f"{only} between the last release without this fault and the failing one")


def _blame(
    repository: Repository,
    failing: str,
    suspect: Suspect,
    worth: float,
    *,
    within: dict[str, Commit] | None,
    tallies: dict[str, _Tally],
) -> None:
    block = suspect.block
    try:
        lines = repository.blame(failing, block.path, block.start_line, block.end_line)
    except NotFoundError:
        return  # indexed from a folder or a patched tree: history knows nothing of this file
    newest = max((line.authored_at for line in lines), default=None)
    for line in lines:
        if (within is not None and line.commit not in within) or line.boundary:
            continue
        running = line.line == suspect.line
        if within is None and not running and line.authored_at != newest:
            continue
        commit = Commit(line.commit, line.author, line.authored_at, line.subject)
        tally = tallies.setdefault(line.commit, _Tally(commit))
        did = "wrote lines of" if within is not None else "was the last to change"
        reason = f"{did} {block.symbol}"
        if running:
            reason = f"wrote the line of {block.symbol} that was running, line {line.line}"
        first = 0.0 if reason in tally.reasons else FIRST_LINE
        tally.add(((2.0 if running else 1.0 / len(lines)) + first) * worth, reason, block.path)


def _same_files(
    repository: Repository, failing: str, good: str, suspects: Sequence[Suspect], tallies: dict[str, _Tally]
) -> None:
    for path in dict.fromkeys(suspect.block.path for suspect in suspects[:LOOKED_AT]):
        for commit in repository.log(failing, good, paths=[path], limit=MOST_COMMITS):
            tally = tallies.setdefault(commit.commit, _Tally(commit))
            if path not in tally.paths:
                tally.add(0.3, f"touches {path}", path)


def _configuration(
    repository: Repository, failing: str, good: str, words: Sequence[str], tallies: dict[str, _Tally]
) -> None:
    """Configuration and migrations that changed: suspected when the message names something in their diff."""
    for change in repository.changes(good, failing):
        if not CONFIGURATION.search(change.path):
            continue
        diff = repository.diff(good, failing, [change.path], context=0)
        named = _named(diff, words)
        for commit in repository.log(failing, good, paths=[change.path], limit=MOST_COMMITS):
            tally = tallies.setdefault(commit.commit, _Tally(commit))
            if named:
                tally.add(1.5, f"changes {change.path}, whose difference names {named}", change.path)
            else:
                tally.add(0.2, f"changes {change.path}", change.path)


def _change(repository: Repository, tally: _Tally, words: Sequence[str]) -> SuspectChange:
    commit = tally.commit.commit
    try:
        diff = repository.diff(f"{commit}^", commit, tally.paths, context=2)  # all paths, when none is suspected
    except NotFoundError:
        diff = ""  # the first commit, or the edge of a shallow clone
    named = _named(diff, words)
    if named and not any("names" in reason for reason in tally.reasons):
        tally.weight += 0.5
        tally.reasons.append(f"its difference names {named}, as the message does")
    lines = diff.splitlines()
    shown = lines if len(lines) <= DIFF_LINES else [*lines[:DIFF_LINES], f"... {len(lines) - DIFF_LINES} more lines"]
    score = round(tally.weight / (1 + tally.weight), 3)
    return SuspectChange(tally.commit, score, tuple(tally.reasons), tuple(tally.paths), "\n".join(shown))


def _named(diff: str, words: Sequence[str]) -> str:
    changed = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    text = "\n".join(changed)
    return next((word for word in words if len(word) > 3 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)), "")
