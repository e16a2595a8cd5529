"""GET rca/{cluster_id}: the report. POST rca/{cluster_id}: analyse now. GET rca/{cluster_id}/changes: what
history says. POST feedback: what a person says about it."""

from typing import Annotated

from fastapi import APIRouter, Query

from dashboards.answers import changes
from dashboards.answers import feedback as verdicts
from dashboards.answers import rca as answers
from dashboards.api.asking import Asked
from rca.feedback import FeedbackInput

router = APIRouter(tags=["root cause"])


@router.get("/rca/{cluster_id}")
def get_report(
    workspace: Asked, cluster_id: str, version: Annotated[str | None, Query(max_length=255)] = None
) -> answers.RcaAnswer:
    """The cluster's newest report, of any version or of one; 404 while there is none."""
    return answers.newest(workspace, cluster_id, version)


@router.post("/rca/{cluster_id}")
def analyse(workspace: Asked, cluster_id: str) -> answers.RcaAnswer:
    """Analyse the cluster now; with unchanged evidence the stored report is returned."""
    return answers.newest_or_made(workspace, cluster_id, again=True)


@router.get("/rca/{cluster_id}/changes")
def get_changes(workspace: Asked, cluster_id: str) -> changes.ChangesAnswer:
    """What lies between the last release without the fault and the first with it, looked up now."""
    return changes.of_cluster(workspace, cluster_id)


@router.post("/feedback", status_code=201)
def give_feedback(workspace: Asked, given: FeedbackInput) -> answers.VerdictShape:
    """Store a verdict on a report; the next ranking learns from it."""
    return verdicts.give(workspace, given)
