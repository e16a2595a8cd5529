"""The root cause report of a cluster with all it rests on. Keeps out: how it is made."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from connectors.errors import NotFoundError
from dashboards.answers.shape import Shape
from dashboards.answers.usage import NowShape
from flows.wiring import Workspace
from indexers.exceptions.clusters import Cluster, ClusterStore
from rca.feedback import FeedbackStore
from rca.report import RcaReport
from rca.reports import ReportStore, StoredReport


class EvidenceShape(Shape):
    """One piece of evidence; `text` is what the report may quote. Lines are 0 where they mean nothing."""

    id: str
    kind: Literal["exception", "log", "code", "commit", "finding", "metric"]
    title: str
    text: str
    event_id: str
    count: int
    path: str
    symbol: str
    start_line: int
    end_line: int
    commit: str


class SuspectShape(Shape):
    """A block of code that may be the cause, with what speaks for it. `line` is where the trace passed through it."""

    path: str
    symbol: str
    start_line: int
    end_line: int
    line: int | None
    in_trace: bool
    score: float
    reasons: list[str]
    signals: dict[str, float] = Field(description="Signal -> what it added to the score")


class ChangeShape(Shape):
    """A commit that may have brought the cause."""

    commit: str
    author: str
    authored_at: datetime
    subject: str
    score: float
    reasons: list[str]
    paths: list[str]
    diff: str


class TrueCauseShape(Shape):
    """Where somebody said the cause is."""

    file: str
    symbol: str


class VerdictShape(Shape):
    """What a person said about a report."""

    id: str
    cluster_id: str
    report_id: str
    verdict: Literal["accept", "reject", "partly_correct"]
    notes: str
    true_cause: TrueCauseShape | None
    author: str
    created_at: datetime


class RcaAnswer(Shape):
    """A cluster's newest report, its evidence, ranked suspects and commits, and what people said about it."""

    report_id: str
    cluster_id: str
    created_at: datetime
    fallback: bool = Field(description="Written by the rules because the configured analyst could not")
    cached: bool = Field(description="From the store: this answer needed no new report")
    now: NowShape
    report: RcaReport
    evidence: list[EvidenceShape]
    suspects: list[SuspectShape]
    changes: list[ChangeShape]
    verdicts: list[VerdictShape]


def newest(workspace: Workspace, cluster_id: str, version: str | None = None) -> RcaAnswer:
    """The stored report. Raises NotFoundError when there is no such cluster or no report yet."""
    cluster = ClusterStore(workspace.database).get(cluster_id)
    found, stored = cluster.id, latest_report(workspace, cluster, version)
    if stored is None:
        raise NotFoundError(f"cluster {found} has no report yet; `firstcause explain {found}` makes one.")
    return _answer(workspace, stored, cluster)


def newest_or_made(workspace: Workspace, cluster_id: str, *, again: bool = False) -> RcaAnswer:
    """The stored report, or a new analysis when there is none or `again` asks for one. Raises NotFoundError."""
    cluster = ClusterStore(workspace.database).get(cluster_id)
    found, stored = cluster.id, None if again else latest_report(workspace, cluster)
    cached = stored is not None
    if stored is None:
        from flows.steps.analyse import analyse_cluster

        made = analyse_cluster(workspace, found)
        stored, cached = ReportStore(workspace.database).get(made.report_id), made.cached
    if stored is None:
        raise NotFoundError(f"the report on cluster {found} was made and not kept; run `firstcause doctor`.")
    return _answer(workspace, stored, cluster, cached=cached)


def latest_report(workspace: Workspace, cluster: Cluster, version: str | None = None) -> StoredReport | None:
    """The cluster's own newest report, else the newest on a cluster that was merged into it."""
    reports = ReportStore(workspace.database)
    own = reports.latest(cluster.id, version)
    taken_in = [report for name in cluster.merged if (report := reports.latest(name, version)) is not None]
    return own or max(taken_in, key=lambda report: report.created_at, default=None)


def _answer(workspace: Workspace, stored: StoredReport, cluster: Cluster, *, cached: bool = True) -> RcaAnswer:
    result = stored.result
    return RcaAnswer(
        report_id=result.report_id,
        cluster_id=stored.cluster_id,
        created_at=stored.created_at,
        fallback=stored.fallback,
        cached=cached,
        now=NowShape.model_validate(cluster.summary),
        report=result.report,
        evidence=[EvidenceShape.model_validate(item) for item in result.evidence.items],
        suspects=[SuspectShape.model_validate(place) for place in result.suspects],
        changes=[ChangeShape.model_validate(change) for change in result.changes],
        verdicts=verdicts(workspace, stored.cluster_id),
    )


def verdicts(workspace: Workspace, cluster_id: str) -> list[VerdictShape]:
    """What people said about a cluster's reports, the newest first."""
    from dashboards.answers.feedback import verdict_shape

    return [verdict_shape(record) for record in reversed(FeedbackStore(workspace.database).of_cluster(cluster_id))]
