"""The flow that measures the product on cases whose answer is known. Keeps out: measuring, judging (rca/evaluation)."""

from typing import Any

from prefect import flow, get_run_logger, task

from connectors.errors import StopError
from flows.running import TASK_OPTIONS, in_workspace, show_table
from flows.steps.evaluate import Evaluated, EvaluateOptions, evaluate_product


@task(name="evaluate", **TASK_OPTIONS)
async def evaluate_now(model: str) -> Evaluated:
    """Run, judge and store one evaluation."""
    return await in_workspace(lambda workspace: evaluate_product(workspace, EvaluateOptions(model=model)))


@flow(name="evaluate", description="Measure the analysis on known cases; fails on a regression or a skipped measure.")
async def evaluate(model: str = "") -> dict[str, Any]:
    """Evaluate the rules, or one model; the metrics by name. Raises StopError with what the release gate says, after
    the result was stored and shown: a regression, a measure without cases, a case that failed."""
    done = await evaluate_now(model)
    await show_table("evaluation", f"Evaluation of {done.evaluation.analyst}", _rows(done))
    logger = get_run_logger()
    for warning in warnings(done):
        logger.warning(warning)
    refuse(done)
    return {metric.name: metric.value for metric in done.evaluation.metrics}


def warnings(done: Evaluated) -> list[str]:
    """What a person should know of a run that is no failure: what was left out, and what had nothing to be compared
    with (the first run of a set of cases is what the next night is compared with)."""
    failed = set(done.judgement.failures)
    return [*done.evaluation.notes, *(said for said in done.judgement.sentences if said not in failed)]


def refuse(done: Evaluated) -> None:
    """Raises StopError with every failure of the gate; does nothing when there is none."""
    if done.judgement.failures:
        raise StopError("; ".join(done.judgement.failures))


def _rows(done: Evaluated) -> list[dict[str, Any]]:
    return [
        {
            "metric": change.definition.title,
            "value": "no cases" if change.metric.value is None else change.definition.show(change.metric.value),
            "before": "" if change.before is None else change.definition.show(change.before),
            "verdict": change.verdict,
            "cases": change.metric.cases,
        }
        for change in done.judgement.changes
    ]
