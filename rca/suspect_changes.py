"""Which commits may have brought the fault in: those between the last good and the failing release that touch suspects.

Owns: the ranking of commits with reasons. Everything is read at the deployed commit, never at the default branch.
Keeps out: which releases those are (case.py), what speaks for a commit (history), which blocks differ between the
releases (changed_blocks.py), running git.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.source_control import Commit
from rca.codebase import Repository
from rca.history.circumstances import weigh_few, weigh_same_files, weigh_settings, weigh_what_is_said, weigh_words
from rca.history.excerpt import excerpt
from rca.history.settings_files import CONFIGURATION
from rca.history.span import span_between
from rca.history.tally import Tallies, Tally, named_in_diff
from rca.history.writers import weigh_last_writers, weigh_writers
from rca.suspects import Suspect

__all__ = ["CONFIGURATION", "SuspectChange", "suspect_changes"]

LOOKED_AT = 5  # suspects whose lines are blamed
MOST_SIZED = 20  # of the likeliest commits
HUGE_FILES, HUGE_LINES = 50, 2_000  # a commit that changes more says less about each place


@dataclass(frozen=True, slots=True)
class SuspectChange:
    """A commit, 0..1 how suspected it is, why, which suspected files it touches, and what matters of its diff."""

    commit: Commit
    score: float
    reasons: tuple[str, ...]
    paths: tuple[str, ...]
    diff: str


def suspect_changes(
    repository: Repository,
    suspects: Sequence[Suspect],
    *,
    failing: str,
    good: str | None,
    deployed: str | None = None,
    words: Sequence[str] = (),
    limit: int = 5,
    trace: str = "",
    first_seen: datetime | None = None,
    notes: list[str] | None = None,
) -> list[SuspectChange]:
    """Commits that may have brought the fault in, the most suspected first.

    `failing` and `good` are the commits of the first release with the fault and the last without; without a good one,
    the commits that last changed the suspects' lines are given, and their reasons say so. `deployed` is the commit that
    the suspects' lines are of, when a later release still has the fault (default: `failing`). `words` are names from
    the message: a diff that holds one counts more. `trace` is the logged text, in which changed dependencies are looked
    for; `first_seen` is when the fault first was. What history could not show is added to `notes`. Raises NotFoundError
    when a commit is not in the repository.
    """
    names = [word for word in words if len(word) > 3]
    tallies = Tallies(repository, suspects[:LOOKED_AT], names, [] if notes is None else notes)
    deployed = repository.resolve(deployed or failing)
    if good is None:
        weigh_last_writers(tallies, deployed, first_seen)
    else:
        span = span_between(repository, good, failing)
        tallies.notes.extend(span.notes)
        weigh_writers(tallies, span, deployed)
        weigh_few(tallies, span)
        weigh_same_files(tallies, span)
        weigh_settings(tallies, span, trace)
        weigh_words(tallies, span)
        weigh_what_is_said(tallies, span)
    return _ranked(tallies, limit)


def _ranked(tallies: Tallies, limit: int) -> list[SuspectChange]:
    """The most suspected commits, with the part of their difference that matters."""
    _sizes(tallies)
    ordered = tallies.ordered()[:limit]
    changes = [_shown(tallies, tally) for tally in ordered]
    return sorted(changes, key=lambda change: -change.score)


def _sizes(tallies: Tallies) -> None:
    likely = tallies.ordered()[:MOST_SIZED]
    sizes = tallies.repository.sizes([tally.commit.commit for tally in likely])
    for tally in likely:
        size = sizes.get(tally.commit.commit)
        if size is not None and (size.files > HUGE_FILES or size.lines > HUGE_LINES):
            tally.weight *= 0.5
            tally.add(
                0.0, f"a huge commit ({size.files:,} files, {size.lines:,} lines), so each single place says less"
            )


def _shown(tallies: Tallies, tally: Tally) -> SuspectChange:
    diff = tallies.repository.introduced(tally.commit.commit, tally.paths, context=2)  # all, when none is suspected
    named = named_in_diff(diff, tallies.words)
    if named and tally.commit.parents and not any(" names" in reason for reason in tally.reasons):
        tally.add(0.5, f"its difference names {named}, as the message does")
    score = round(tally.weight / (1 + tally.weight), 3)
    shown = excerpt(diff, near=tally.near, words=tallies.words)
    return SuspectChange(tally.commit, score, tally.told(), tuple(tally.paths), shown)
