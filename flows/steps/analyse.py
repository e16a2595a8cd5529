"""Clusters -> reports: which clusters are worth an analysis now, and by whom.

Owns: the choice of clusters and of the analyst. Keeps out: the analysis (rca), what it starts from (case.py).
"""

from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote

from connectors.llm import StructuredModel
from connectors.registry import open_adapter
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
    )


def analyst(workspace: Workspace) -> Analyst | None:
    """Who writes the reports, by the settings; None stands for the rules alone."""
    chosen = workspace.settings.analyst
    if chosen.kind == "deterministic":
        return None
    from connectors.personal_data import NAME_FIELDS
    from connectors.pseudonyms import Policy, load_key
    from rca.analysts.model_analyst import ModelAnalyst

    wanted = workspace.settings.redaction
    policy = Policy(
        load_key(workspace.settings.state_dir.absolute() / "pseudonyms.key"),
        mode=wanted.mode,
        fields=(*NAME_FIELDS, *wanted.name_fields),
        allow=wanted.allow,
    )
    names = dict.fromkeys((chosen.model, *chosen.fallback_models))
    options = {"region": chosen.region, "timeout_seconds": chosen.timeout_seconds}
    return ModelAnalyst(
        {
            name: cast(StructuredModel, open_adapter("llm", f"bedrock://{quote(name, safe='')}", **options))
            for name in names
        },
        redaction=policy,
    )
