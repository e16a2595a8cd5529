"""Two commits side by side, for a person who asks: which commits lie between, ranked, and which symbols differ.

Owns: putting the parts together without a cluster. Keeps out: the parts, printing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.errors import BadInputError
from rca.codebase import Repository
from rca.history.places import suspects_at
from rca.history.span import span_between
from rca.history.symbols import SymbolChange, compare_releases
from rca.later_changes import LaterChange, later_changes
from rca.source_text import identifiers
from rca.suspect_changes import SuspectChange, suspect_changes


@dataclass(frozen=True, slots=True)
class Comparison:
    """`good` is None where no older commit was given. `notes` say what history could not show."""

    repository: str
    good: str | None
    failing: str
    commits: Sequence[SuspectChange]
    symbols: Sequence[SymbolChange]
    later: Sequence[LaterChange]
    notes: Sequence[str]


def compare_commits(
    repository: Repository,
    *,
    good: str | None,
    failing: str,
    places: Sequence[str] = (),
    message: str = "",
    limit: int = 20,
) -> Comparison:
    """The `limit` commits that may have changed `places` (FILE, FILE:LINE or FILE:FIRST-LAST at `failing`), best first.

    Without places every commit between the two is given; without `good` those that last changed the places. Names in
    `message` make a commit that holds them more likely. Raises NotFoundError for a commit or file that is not there.
    """
    if good is None and not places:
        raise BadInputError("give an older commit, or a place (FILE:LINE) whose last changes are wanted.")
    notes: list[str] = []
    suspects = suspects_at(repository, failing, places)
    commits = suspect_changes(
        repository,
        suspects,
        failing=failing,
        good=good,
        words=identifiers(message),
        trace=message,
        limit=limit,
        notes=notes,
    )
    return Comparison(
        repository=repository.name,
        good=repository.resolve(good) if good is not None else None,
        failing=repository.resolve(failing),
        commits=commits,
        symbols=symbols_between(repository, good, failing),
        later=later_changes(repository, suspects, deployed=failing, notes=notes),
        notes=list(dict.fromkeys(notes)),
    )


def symbols_between(repository: Repository, good: str | None, failing: str) -> list[SymbolChange]:
    """The symbols that differ, none where there is nothing to compare with."""
    return [] if good is None else compare_releases(repository, span_between(repository, good, failing).changes)
