"""Clusters: the list, and everything about one. Keeps out: what makes exceptions one cluster."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dashboards.answers.shape import Listing, Shape
from flows.wiring import Workspace
from indexers.exceptions.cluster_values import Member
from indexers.exceptions.clusters import Cluster, ClusterQuery, ClusterStore

Status = Literal["new", "ongoing", "regressed", "resolved"]
Sort = Literal["last_seen", "first_seen", "count", "trend"]
Relation = Literal["root", "caused_by", "cause", "inner", "context", "suppressed", "group_member", "goroutine"]


class FrameShape(Shape):
    """One call of a stack trace as printed. `culprit` marks the frame the cluster is blamed on."""

    file: str
    function: str
    line: int | None
    column: int | None
    in_app: bool | None = Field(description="Own code or not; null where that could not be decided")
    module: str
    source: str = Field(description="The source line printed under the frame, if any")
    culprit: bool = False


class ExceptionShape(Shape):
    """One exception of a chain in printed order; `parent` is the index of the enclosing one."""

    type: str
    message: str | None
    language: str
    relation: Relation
    parent: int | None
    frames: list[FrameShape]


class TrendShape(Shape):
    """Occurrences in equal steps up to the newest data, oldest first."""

    hours: list[int] = Field(description="The last 24 hours")
    days: list[int] = Field(description="The last 14 days")
    slope: float = Field(description="Change of occurrences an hour, each hour")
    words: str


class ClusterItem(Shape):
    """One fault in a list. `services`, `environments` and `versions` map names to occurrences."""

    id: str
    title: str
    type: str
    message: str
    language: str
    culprit: FrameShape | None
    services: dict[str, int]
    environments: dict[str, int]
    versions: dict[str, int]
    count: int
    first_seen: datetime
    last_seen: datetime
    status: Status
    status_why: str
    trend: TrendShape
    why: str = Field(description="Why these exceptions are one cluster")
    fingerprints: int
    impure: int = Field(default=0, description="Signals that it began to hold something different, not dismissed")


class PartShape(Shape):
    """One thing the fingerprint looked at, whether it contributes, and why."""

    name: str
    value: str
    contributes: bool
    hint: str


class MemberShape(Shape):
    """A fingerprint of the cluster and why it belongs there; score 1.0: it began a cluster."""

    fingerprint: str
    strategy: str
    parts: list[PartShape]
    reason: str
    score: float
    joined_at: datetime
    title: str
    count: int
    decisions: list[str] = Field(description="What people decided that holds it here")


class ActivityShape(Shape):
    """Occurrences in one hour at one place."""

    hour: datetime
    service: str
    environment: str
    version: str
    count: int


class StatusEventShape(Shape):
    """Something a person decided or the product noticed."""

    at: datetime
    kind: str
    actor: str
    note: str


class ClusterDetail(ClusterItem):
    """Everything about one fault. `trace` and `chain` are its representative.

    `asked_for` is the id asked for when that cluster was merged into this one, else empty.
    """

    asked_for: str
    merged: list[str] = Field(description="Ids of clusters that are part of this one")

    trace: str
    chain: list[ExceptionShape]
    members: list[MemberShape]
    activity: list[ActivityShape]
    events: list[StatusEventShape]
    sample_event_ids: list[str] = Field(description="Log events that hold it, newest first")


def listing(workspace: Workspace, query: ClusterQuery) -> Listing[ClusterItem]:
    """One page of the clusters that match `query`."""
    store = ClusterStore(workspace.database)
    items = [ClusterItem.model_validate(summary) for summary in store.list(query)]
    full = len(items) == query.limit or (query.offset and not items)
    total = store.count(query) if full else query.offset + len(items)
    return Listing(items=items, total=total, limit=query.limit, offset=query.offset)


def detail(workspace: Workspace, cluster_id: str) -> ClusterDetail:
    """One cluster by its id or a unique beginning of it. Raises NotFoundError."""
    cluster = ClusterStore(workspace.database).get(cluster_id)
    return ClusterDetail(
        **dict(ClusterItem.model_validate(cluster.summary)),
        asked_for=cluster.asked_for,
        merged=list(cluster.merged),
        trace=cluster.text,
        chain=_chain(cluster),
        members=[member_shape(member) for member in cluster.members],
        activity=[ActivityShape.model_validate(activity) for activity in cluster.activity],
        events=[StatusEventShape.model_validate(event) for event in cluster.events],
        sample_event_ids=list(cluster.sample_event_ids),
    )


def member_shape(member: Member) -> MemberShape:
    """A member as it is answered."""
    return MemberShape(
        fingerprint=member.fingerprint.value,
        strategy=member.fingerprint.strategy,
        parts=[PartShape.model_validate(part) for part in member.fingerprint.parts],
        reason=member.reason,
        score=member.score,
        joined_at=member.joined_at,
        title=member.title,
        count=member.count,
        decisions=list(member.decisions),
    )


def _chain(cluster: Cluster) -> list[ExceptionShape]:
    at = culprit_position(cluster)
    return [
        ExceptionShape(
            type=record.type,
            message=record.message,
            language=record.language,
            relation=record.relation,
            parent=record.parent,
            frames=[
                FrameShape.model_validate(frame).model_copy(update={"culprit": (number, place) == at})
                for place, frame in enumerate(record.frames)
            ],
        )
        for number, record in enumerate(cluster.chain)
    ]


def culprit_position(cluster: Cluster) -> tuple[int, int] | None:
    """(exception, frame) in the representative chain that the cluster is blamed on: the last printed one that fits."""
    culprit = cluster.summary.culprit
    if culprit is None:
        return None
    places = [
        (number, place, frame)
        for number, record in enumerate(cluster.chain)
        for place, frame in enumerate(record.frames)
        if (frame.file, frame.function) == (culprit.file, culprit.function)
    ]
    exact = [place for place in places if place[2].line == culprit.line]
    chosen = (exact or places)[-1:]
    return (chosen[0][0], chosen[0][1]) if chosen else None
