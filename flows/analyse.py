"""The flow that writes reports, each kept as a document in Prefect's UI. Keeps out: the analysis (rca)."""

from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact

from flows.running import TASK_OPTIONS, in_workspace
from flows.steps.analyse import AnalyseResult, analyse_clusters
from rca.report import RcaReport


@task(name="analyse clusters", **TASK_OPTIONS)
async def analyse_open_clusters() -> AnalyseResult:
    """Report on every open cluster that needs it."""
    return await in_workspace(analyse_clusters)


@flow(name="analyse", description="Say which code caused each open cluster, with evidence.")
async def analyse() -> dict[str, Any]:
    """Analyse open clusters; which got a new report and how many kept theirs."""
    result = await analyse_open_clusters()
    for cluster_id, analysis in result.written.items():
        await acreate_markdown_artifact(
            markdown(analysis.report), key=f"cluster-{cluster_id}", description=analysis.report.summary[:200]
        )
    return {"written": sorted(result.written), "kept": result.kept}


def markdown(report: RcaReport) -> str:
    """A report as a document: cause, reasoning, fixes, what was looked at."""
    cause = report.root_cause
    lines = [f"# {report.service} {report.version}: {report.severity.level}", "", report.summary, ""]
    if cause is not None:
        lines += [
            f"**Likely cause**: `{cause.symbol}` in `{cause.file}`, lines {cause.start_line} to {cause.end_line}, "
            f"confidence {cause.confidence:.0%}",
            "",
            cause.reasoning,
            "",
        ]
    lines += [f"- **{fix.kind} fix**: {fix.description} (risk: {fix.risk})" for fix in report.fixes]
    lines += ["", *(f"- next check: {check}" for check in report.next_checks)]
    lines += ["", *(f"- looked at {stamp.what}: {stamp.result}" for stamp in report.looked_at)]
    return "\n".join(lines)
