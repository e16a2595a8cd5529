"""What changed between the last release without a fault and the first with it: commits, symbols, and what came after.

Owns: the shapes, and which releases a cluster lies between. Keeps out: ranking (rca), printing.
"""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from connectors.errors import BadInputError, FirstcauseError
from dashboards.answers.rca import ChangeShape
from dashboards.answers.shape import Shape
from flows.wiring import Workspace
from rca.later_changes import LaterChange
from rca.suspect_changes import SuspectChange


class SymbolShape(Shape):
    """A function or method that differs; place and lines are those of the new version, of the old one when removed."""

    kind: Literal["added", "removed", "moved", "renamed", "signature", "body"]
    path: str
    symbol: str
    start_line: int
    end_line: int
    old_path: str
    old_symbol: str
    old_signature: str
    signature: str
    similarity: float = Field(description="Share of equal words with the old one, for a renamed symbol")


class CommitShape(Shape):
    """A commit by itself."""

    commit: str
    author: str
    authored_at: datetime
    subject: str


class LaterShape(Shape):
    """A place that the main branch has changed since; that is not deployed."""

    symbol: str
    path: str
    branch: str
    line_changed: bool = Field(description="The failing line, or the whole block, is different there: it may be fixed")
    is_gone: bool
    moved_to: str
    sentence: str
    commits: list[CommitShape]
    diff: str


class ChangesAnswer(Shape):
    """`good` is the commit of the last release without the fault, empty when it is not known; `failing` the first with
    it. `notes` say what history could not show."""

    repository: str
    good: str
    failing: str
    commits: list[ChangeShape]
    symbols: list[SymbolShape]
    later: list[LaterShape]
    notes: list[str]


def of_commits(
    folder: Path, *, good: str | None, failing: str, places: tuple[str, ...], message: str, limit: int
) -> ChangesAnswer:
    """Two commits of the repository in `folder`. Raises BadInputError and NotFoundError."""
    from connectors.source_control.git import GitRepository
    from rca.history.comparison import compare_commits

    repository = GitRepository(folder, name=folder.absolute().name)
    found = compare_commits(repository, good=good, failing=failing, places=places, message=message, limit=limit)
    return ChangesAnswer(
        repository=found.repository,
        good=found.good or "",
        failing=found.failing,
        commits=[_commit(change) for change in found.commits],
        symbols=[SymbolShape.model_validate(symbol) for symbol in found.symbols],
        later=[_later(later) for later in found.later],
        notes=list(found.notes),
    )


def of_cluster(workspace: Workspace, cluster_id: str) -> ChangesAnswer:
    """What the analysis of a cluster finds in history now. Raises NotFoundError, BadInputError without a repository."""
    from flows.steps.case import case_of
    from rca.analysis import prepare
    from rca.feedback import FeedbackStore
    from rca.history.bounds import bounds_of
    from rca.history.comparison import symbols_between

    case = case_of(workspace, cluster_id)
    if case.repository is None:
        raise BadInputError(f"history was not looked at: {case.repository_missing or 'no repository is known'}.")
    material = prepare(case, feedback=FeedbackStore(workspace.database), rules=workspace.finding_rules)
    bounds = bounds_of(case, [])
    notes = list(material.notes)
    symbols = []
    if bounds is not None:
        try:
            symbols = symbols_between(case.repository, bounds.good, bounds.failing)
        except FirstcauseError as error:
            notes.append(f"symbols were not compared: {error}")
    return ChangesAnswer(
        repository=case.repository.name,
        good=(bounds.good if bounds else None) or "",
        failing=bounds.failing if bounds else "",
        commits=[_commit(change) for change in material.changes],
        symbols=[SymbolShape.model_validate(symbol) for symbol in symbols],
        later=[_later(later) for later in material.later],
        notes=notes,
    )


def _commit(change: SuspectChange) -> ChangeShape:
    from rca.result import ranked_changes

    return ChangeShape.model_validate(ranked_changes([change])[0])


def _later(later: LaterChange) -> LaterShape:
    from connectors.redaction import mask

    return LaterShape(
        symbol=later.symbol,
        path=later.path,
        branch=later.branch,
        line_changed=later.line_changed,
        is_gone=later.is_gone,
        moved_to=later.moved_to,
        sentence=later.sentence,
        commits=[CommitShape.model_validate(commit) for commit in later.commits],
        diff=mask(later.diff).text,
    )
