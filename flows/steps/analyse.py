"""Clusters -> reports: which clusters are worth an analysis now, and by whom.

Owns: the choice of clusters. Keeps out: who writes (analyst.py), the analysis (rca), what it starts from (case.py).
"""

from dataclasses import dataclass, field

from flows.steps.analyst import analyst
from flows.steps.case import case_of
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterQuery, ClusterStore
from rca.analysis import AnalysisResult, Analyst, analyse
from rca.feedback import FeedbackStore
from rca.reports import ReportStore

MOST_A_RUN = 200  # clusters; the rest wait for the next run, the newest come first


@dataclass(frozen=True, slots=True)
class AnalyseResult:
    """Reports by cluster id: those written in this run, and how many were there already."""

    written: dict[str, AnalysisResult] = field(default_factory=dict)
    kept: int = 0


def analyse_clusters(workspace: Workspace) -> AnalyseResult:
    """A report for every cluster that is new, regressed or going on and has none for the version it was seen in.

    A cluster whose evidence has not changed keeps its report, so repeating this costs look-ups only.
    """
    writer = analyst(workspace)
    written: dict[str, AnalysisResult] = {}
    kept = 0
    for summary in ClusterStore(workspace.database).list(ClusterQuery(limit=MOST_A_RUN)):
        if summary.status == "resolved":
            continue
        result = analyse_cluster(workspace, summary.id, writer=writer)
        if result.cached:
            kept += 1
        else:
            written[summary.id] = result
    return AnalyseResult(written, kept)


def analyse_cluster(workspace: Workspace, cluster_id: str, *, writer: Analyst | None = None) -> AnalysisResult:
    """The analysis of one cluster, stored. Raises NotFoundError when there is no such cluster."""
    return analyse(
        case_of(workspace, cluster_id),
        analyst=writer or analyst(workspace),
        reports=ReportStore(workspace.database),
        feedback=FeedbackStore(workspace.database),
        token_budget=workspace.settings.analyst.token_budget,
        rules=workspace.finding_rules,
    )
