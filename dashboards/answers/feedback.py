"""A person's verdict on a report. Keeps out: what is learnt from it (rca.feedback)."""

from connectors.errors import NotFoundError
from dashboards.answers.rca import TrueCauseShape, VerdictShape, latest_report
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from rca.feedback import FeedbackInput, FeedbackRecord, FeedbackStore
from rca.reports import ReportStore


def give(workspace: Workspace, given: FeedbackInput) -> VerdictShape:
    """Store a verdict on the named report, or on the cluster's newest.

    Raises NotFoundError when there is no such cluster, or no such report of it.
    """
    cluster = ClusterStore(workspace.database).get(given.cluster_id)
    found, reports = cluster.id, ReportStore(workspace.database)
    stored = reports.get(given.report_id) if given.report_id else latest_report(workspace, cluster)
    if given.report_id and (stored is None or stored.cluster_id not in (found, *cluster.merged)):
        raise NotFoundError(f"cluster {found} has no report {given.report_id!r}.")
    complete = given.model_copy(
        update={
            "cluster_id": stored.cluster_id if stored else found,  # a merged cluster's verdicts stay with its reports
            "report_id": stored.result.report_id if stored else given.report_id,
        }
    )
    suspects = stored.result.suspects if stored else ()
    return verdict_shape(FeedbackStore(workspace.database).add(complete, suspects=suspects))


def verdict_shape(record: FeedbackRecord) -> VerdictShape:
    """A stored verdict as it is answered."""
    file, symbol = record.true_cause
    return VerdictShape(
        id=record.feedback_id,
        cluster_id=record.cluster_id,
        report_id=record.report_id,
        verdict=record.verdict,
        notes=record.notes,
        true_cause=TrueCauseShape(file=file, symbol=symbol) if file else None,
        author=record.author,
        created_at=record.created_at,
    )
