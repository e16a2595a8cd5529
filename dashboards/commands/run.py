"""`firstcause run`: the path once in this process, without Prefect. Keeps out: the order (flows.steps.whole)."""

import sys
from dataclasses import asdict
from typing import Any

import orjson
import typer

from dashboards.commands.opening import workspace
from dashboards.commands.progress import Progress
from dashboards.terminal.paper import Column, Paper, write_json
from flows.steps.whole import STAGES, WholeResult, run_stages


def run(stages: tuple[str, ...], final: bool, as_json: bool) -> None:
    """Run some stages; exit code 1 when a source or repository failed while the others went on.

    Without stages everything but the housekeeping, which would drop rows past their retention: who looks at an old log
    wants to see it. `nightly` is all of it.
    """
    wanted = stages or tuple(stage for stage in STAGES if stage != "maintenance")
    chosen = STAGES if "nightly" in wanted else tuple(stage for stage in STAGES if stage in wanted)
    with workspace() as opened, Progress(sys.stderr) as progress:
        result = run_stages(opened, chosen, final=final, say=progress.say)
    if as_json:
        write_json(orjson.dumps(_as_json(result)).decode())
    else:
        _tell(Paper(), result, chosen)
    if result.problems:
        raise typer.Exit(1)


def _as_json(result: WholeResult) -> dict[str, Any]:
    """The counts; of reports the clusters they are about, as `explain --json` has the rest."""
    return {
        "pulls": [asdict(one) for one in result.pulls],
        "clusters": asdict(result.clusters),
        "commits": [asdict(one) for one in result.commits],
        "embedded": result.embedded,
        "analyses": {"written": list(result.analyses.written), "kept": result.analyses.kept},
        "maintenance": asdict(result.maintenance),
        "problems": result.problems,
    }


def _tell(paper: Paper, result: WholeResult, chosen: tuple[str, ...]) -> None:
    if "ingest" in chosen:
        columns: list[Column] = [
            "SOURCE",
            *((name, {"justify": "right"}) for name in ("PAGES", "LINES", "EVENTS", "REJECTS")),
        ]
        rows = [
            [one.source, f"{one.pages:,}", f"{one.lines:,}", f"{one.rows:,}", f"{one.rejects:,}"]
            for one in result.pulls
        ]
        paper.table(columns, rows)
    if "exceptions" in chosen:
        clusters = result.clusters
        paper.say(
            f"{clusters.exceptions:,} exceptions in {len(clusters.touched)} clusters, {len(clusters.new)} of them new."
        )
    if "index" in chosen:
        paper.say(f"{len(result.commits)} commits indexed, {result.embedded:,} blocks embedded.")
        for commit in result.commits:
            if commit.problem:
                paper.say(f"{commit.repository} {commit.commit[:12]}: {commit.problem}", style="yellow", indent=2)
    if "analyse" in chosen:
        analyses = result.analyses
        paper.say(f"{len(analyses.written):,} reports written, {analyses.kept:,} kept as their evidence is the same.")
    if "maintenance" in chosen:
        kept = result.maintenance
        paper.say(
            f"{kept.compacted:,} segments merged, {kept.expired:,} dropped for their age, "
            f"{kept.rolled_up:,} rows of old activity rolled up."
        )
    for problem in result.problems:
        paper.say(problem, style="red")
