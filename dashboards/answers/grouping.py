"""Why a cluster is one: its members, what people decided, what it began to hold, what else may belong to it.

Keeps out: how any of it is found, and acting on it (indexers.exceptions.clusters).
"""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import Field

from dashboards.answers.clusters import MemberShape, member_shape
from dashboards.answers.shape import Shape
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from indexers.exceptions.clusters import Decision as Decided

T = TypeVar("T")


class Items(Shape, Generic[T]):
    """A list that is short enough to need no pages."""

    items: list[T]


class DecisionShape(Shape):
    """A merge or split that a person made; with `undone_at` it is in force no more."""

    id: str
    kind: Literal["merge", "split"]
    cluster_id: str = Field(description="Merged into, or split")
    others: list[str] = Field(description="The clusters that a merge took in")
    result_id: str = Field(description="The cluster that a split began; empty for a merge")
    fingerprints: list[str] = Field(description="Those that changed their cluster")
    words: str
    at: datetime
    actor: str
    note: str
    undone_at: datetime | None
    undone_by: str


class SignalShape(Shape):
    """The cluster holds something it never held: a failing line, a message, a chain member, an innermost call; or, as
    information only, it was seen in another service or environment."""

    id: str
    cluster_id: str
    level: Literal["impure", "info"]
    kind: str
    version: str
    value: str
    words: str
    usual: list[tuple[str, int]] = Field(description="What it held before, with occurrences")
    count: int = Field(description="Occurrences of the new value by now")
    since: datetime
    event_id: str = Field(description="A log event that holds it")
    dismissed_at: datetime | None
    dismissed_by: str
    note: str


class SuggestionShape(Shape):
    """Another cluster that may be the same fault; `command` makes them one."""

    cluster_id: str
    title: str
    count: int
    last_seen: datetime
    why: str
    score: float
    command: str


class Grouping(Shape):
    """Why these exceptions are one cluster, from the record."""

    cluster_id: str
    asked_for: str = Field(description="The id asked for, when that cluster was merged into this one; else empty")
    merged: list[str] = Field(description="Ids of clusters that are part of this one")
    why: str
    members: list[MemberShape]
    decisions: list[DecisionShape]
    signals: list[SignalShape]
    suggestions: list[SuggestionShape]


def grouping(workspace: Workspace, cluster_id: str) -> Grouping:
    """Everything about the grouping of one cluster. Raises NotFoundError."""
    store = ClusterStore(workspace.database)
    cluster = store.get(cluster_id)
    return Grouping(
        cluster_id=cluster.id,
        asked_for=cluster.asked_for,
        merged=list(cluster.merged),
        why=cluster.summary.why,
        members=[member_shape(member) for member in cluster.members],
        decisions=[decision_shape(one) for one in store.decisions(cluster.id)],
        signals=[SignalShape.model_validate(one) for one in store.signals(cluster.id)],
        suggestions=[SuggestionShape.model_validate(one) for one in store.suggestions(cluster.id)],
    )


def signals(workspace: Workspace, cluster_id: str | None = None, *, dismissed: bool = False) -> Items[SignalShape]:
    """The signals of one cluster or of all. Raises NotFoundError."""
    found = ClusterStore(workspace.database).signals(cluster_id, dismissed=dismissed)
    return Items(items=[SignalShape.model_validate(one) for one in found])


def decision_shape(decision: Decided) -> DecisionShape:
    """A decision as it is answered."""
    moved = [decision.sides[other] for other in decision.others] or [decision.taken_out]
    return DecisionShape(
        id=decision.id,
        kind=decision.kind,
        cluster_id=decision.cluster_id,
        others=list(decision.others),
        result_id=decision.result_id,
        fingerprints=sorted(frozenset().union(*moved)),
        words=decision.words,
        at=decision.at,
        actor=decision.actor,
        note=decision.note,
        undone_at=decision.undone_at,
        undone_by=decision.undone_by,
    )
