"""The flow that writes reports, each kept as a document in Prefect's UI. Keeps out: the analysis (rca)."""

import re
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact

from flows.running import TASK_OPTIONS, in_workspace
from flows.steps.analyse import AnalyseResult, analyse_clusters
from rca.report import RcaReport

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>#|!~()&])")


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


def plain(text: str) -> str:
    """`text` without any meaning in Markdown or HTML."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))


def markdown(report: RcaReport) -> str:
    """A report as a document: cause, reasoning, fixes, what was looked at.

    What was written by analysts or taken from logs is shown as it is: nothing in it becomes a heading, an image, a tag
    or a link with other words on it.
    """
    cause = report.root_cause
    lines = [
        f"# {plain(report.service)} {plain(report.version)}: {report.severity.level}",
        "",
        plain(report.summary),
        "",
    ]
    if cause is not None:
        lines += [
            f"**Likely cause**: {plain(cause.symbol)} in {plain(cause.file)}, "
            f"lines {cause.start_line} to {cause.end_line}, confidence {cause.confidence:.0%}",
            "",
            plain(cause.reasoning),
            "",
        ]
    lines += [f"- **{fix.kind} fix**: {plain(fix.description)} (risk: {plain(fix.risk)})" for fix in report.fixes]
    lines += ["", *(f"- next check: {plain(check)}" for check in report.next_checks)]
    lines += ["", *(f"- looked at {plain(stamp.what)}: {plain(stamp.result)}" for stamp in report.looked_at)]
    return "\n".join(lines)
