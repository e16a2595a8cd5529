"""`firstcause eval`: how good the analysis is on cases whose answer is known, beside what it was.

Owns how the answer looks and the exit code of the gate. Keeps out: measuring, judging, storing (flows.steps.evaluate).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from rich.text import Text

from connectors.errors import BadInputError
from dashboards.answers.evaluations import Run, Trend, runs, trends
from dashboards.commands.opening import workspace
from dashboards.commands.progress import Progress
from dashboards.terminal.paper import Paper, write_json
from dashboards.wording import ago, stamp, utc_now
from flows.steps.evaluate import Evaluated, EvaluateOptions, evaluate_product, predict
from rca.evaluation.evaluation import to_json
from rca.evaluation.gate import Change
from rca.evaluation.metrics import Table

BAR = 20  # characters of a full bar
_SHOWN = 6  # cases against a measure; JSON has all
_STYLES = {"worse": "bold red", "within": "yellow", "better": "green", "same": "dim", "new": "dim"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as given."""

    options: EvaluateOptions
    gate: bool = False
    only_predict: bool = False


def evaluate(asked: Asked, as_json: bool) -> int:
    """Evaluate and print; the exit code: 1 when the gate was asked for and something forbids a release."""
    if asked.only_predict:
        return _predict(asked.options, as_json)
    with workspace() as opened, Progress(sys.stderr) as progress:
        done = evaluate_product(opened, asked.options, say=progress.say)
    if as_json:
        write_json(orjson.dumps(_shape(done), option=orjson.OPT_INDENT_2).decode())
    else:
        _print(done, gate=asked.gate)
    if asked.gate:
        for sentence in done.judgement.sentences:
            sys.stderr.write(f"firstcause: gate: {sentence}.\n")
    return 1 if asked.gate and done.judgement.sentences else 0


def history(limit: int, as_json: bool) -> None:
    """Print stored evaluations, the newest first, and how each metric went."""
    with workspace() as opened:
        found = runs(opened, limit)
    if as_json:
        write_json(orjson.dumps([run.model_dump(mode="json") for run in found], option=orjson.OPT_INDENT_2).decode())
        return
    paper = Paper()
    if not found:
        paper.say("Nothing was evaluated yet; `firstcause eval` does it.")
        return
    for analyst in dict.fromkeys(run.analyst for run in found):
        _print_history(paper, analyst, [run for run in found if run.analyst == analyst])


def _predict(options: EvaluateOptions, as_json: bool) -> int:
    if not options.model:
        raise BadInputError("--predict needs --model: the rules alone cost nothing.")
    with workspace() as opened:
        found = predict(opened, options)
    if as_json:
        write_json(orjson.dumps(found).decode())
    else:
        Paper().say(f"{options.model}: {found.sentence}.")
    return 0


def _shape(done: Evaluated) -> dict[str, Any]:
    return {
        "evaluation": to_json(done.evaluation),
        "prediction": done.prediction,
        "gate": {"passed": not done.judgement.sentences, "sentences": done.judgement.sentences},
        "changes": [
            {
                "metric": change.metric.name,
                "value": change.metric.value,
                "before": change.before,
                "verdict": change.verdict,
                "cases": change.metric.cases,
            }
            for change in done.judgement.changes
        ],
    }


def _print(done: Evaluated, *, gate: bool) -> None:
    paper, evaluation = Paper(), done.evaluation
    counts = ", ".join(f"{count} {name}" for name, count in evaluation.parts.items() if count)
    paper.say(f"The analyst {evaluation.analyst} on cases: {counts or 'none'} ({evaluation.seconds:.0f} s)")
    paper.table(
        ["measure", ("value", {"justify": "right"}), ("before", {"justify": "right"}), "", "", "cases"],
        [_row(change) for change in done.judgement.changes],
    )
    _print_misses(paper, done.judgement.changes)
    for table in evaluation.tables:
        _print_table(paper, table)
    for note in evaluation.notes:
        paper.say(f"note: {note}")
    if gate:  # its sentences go to standard error
        return
    for sentence in done.judgement.failures:
        paper.say(f"The gate would say: {sentence}.", style="red")
    if done.judgement.uncompared:
        paper.say("Nothing earlier on these cases to compare with; the next run is compared with this one.")


def _row(change: Change) -> list[str | Text]:
    definition, value = change.definition, change.metric.value
    shown = "no cases" if value is None else definition.show(value)
    before = "" if change.before is None else definition.show(change.before)
    bar = "█" * round(BAR * value) if value is not None and definition.unit == "share" else ""
    verdict = Text("" if change.verdict == "new" else change.verdict, style=_STYLES[change.verdict])
    return [definition.title, shown, before, verdict, bar, str(change.metric.cases)]


def _print_misses(paper: Paper, changes: Sequence[Change]) -> None:
    """What counted against each share and count; times and costs speak for themselves."""
    for change in changes:
        if change.metric.failed and change.definition.unit in ("share", "count"):
            paper.head(f"Against {change.definition.title!r} ({len(change.metric.failed)})")
            for failed in change.metric.failed[:_SHOWN]:
                paper.say(failed, indent=2)
            if len(change.metric.failed) > _SHOWN:
                paper.say(f"... and {len(change.metric.failed) - _SHOWN} more; --json has all of them.", indent=2)


def _print_table(paper: Paper, table: Table) -> None:
    if not table.rows:
        return
    paper.head(table.title)
    names = list(table.rows[0])
    paper.table(names, [[_cell(row, name) for name in names] for row in table.rows])


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, float):
        return f"{value:+.3f}" if name.startswith("change") else f"{value:.3f}"
    return "" if value is None else str(value)


def _print_history(paper: Paper, analyst: str, found: Sequence[Run]) -> None:
    now = utc_now()
    number = "1 run" if len(found) == 1 else f"{len(found)} runs"
    paper.head(f"{analyst}: {number}, the last {ago(found[0].at, now)}")
    paper.table(
        ["when", "product", "commit", "cases", "gate"],
        [
            [
                stamp(run.at),
                run.product,
                run.commit[:12] + run.commit[40:],
                f"{run.cases} ({run.data_set[:8]})",
                run.gate,
            ]
            for run in found
        ],
    )
    paper.say()
    paper.table(
        ["measure", "oldest to newest", ("first", {"justify": "right"}), ("last", {"justify": "right"})],
        [[trend.title, _spark(trend), trend.shown[0], trend.shown[-1]] for trend in trends(found)],
    )


def _spark(trend: Trend) -> str:
    """One character a run, scaled to the metric's largest; a dot where it was not measured."""
    steps = "▁▂▃▄▅▆▇█"
    highest = max(trend.most, 1e-9)
    return "".join(
        "·" if value is None else steps[min(len(steps) - 1, int(value / highest * (len(steps) - 1) + 0.5))]
        for value in trend.values
    )


def options_of(cases: Sequence[Path], model: str, accept: bool, baseline: Path | None) -> EvaluateOptions:
    """The options of a run; without `baseline` the product's own."""
    given = EvaluateOptions(cases=tuple(cases), model=model, accept=accept)
    return given if baseline is None else replace(given, baseline_file=baseline)
