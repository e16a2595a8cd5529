"""The product's cases, a user's, and people's verdicts -> a stored evaluation and what the gate says of it.

Owns: which analyst is evaluated, where verdicts' clusters come from, and the order predict, evaluate, judge, store.
Keeps out: measuring and judging (rca/evaluation).
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.errors import FirstcauseError, StopError
from connectors.personal_data import NAME_FIELDS
from connectors.pseudonyms import KEY_BYTES, Policy
from flows.settings import Settings
from flows.steps.analyst import analyst
from flows.steps.case import case_of
from flows.wiring import Workspace
from rca.analysts import Analyst
from rca.analysts.deterministic import DeterministicAnalyst
from rca.confidence_verdicts import judged
from rca.evaluation import baseline, runner
from rca.evaluation.cases import CaseSet, read_cases
from rca.evaluation.evaluation import Evaluation
from rca.evaluation.gate import Judgement, judge
from rca.evaluation.injection import Attack, shipped_attacks
from rca.evaluation.injection_scene import Scenes
from rca.evaluation.prediction import Prediction, predicted
from rca.evaluation.preparing import PreparedCase, bench
from rca.evaluation.shipped import shipped_cases
from rca.evaluation.store import EvaluationStore
from rca.evaluation.verdicts import prepared, truths
from rca.evaluation.versions import versions_of
from rca.feedback import FeedbackStore
from rca.prices import Price, price_of
from rca.reports import ReportStore

MOST_VERDICTS = 200  # clusters with verdicts that one run looks at, those of the newest verdicts

Say = Callable[[str], None]


@dataclass(frozen=True)
class EvaluateOptions:
    """`cases` are files of the user's own, beside those that are `shipped` (with
    `attacks`); `model` is a Bedrock model id, empty for
    the rules alone; with `accept` the result becomes the baseline in `baseline_file`."""

    cases: tuple[Path, ...] = ()
    model: str = ""
    accept: bool = False
    baseline_file: Path = baseline.FILE
    shipped: Callable[[], CaseSet] = shipped_cases
    attacks: Callable[[], Sequence[Attack]] = shipped_attacks


@dataclass(frozen=True)
class Evaluated:
    """A stored evaluation, what the gate says of it, and what a model was expected to cost."""

    evaluation: Evaluation
    judgement: Judgement
    prediction: Prediction | None = None


def evaluate_product(
    workspace: Workspace, options: EvaluateOptions | None = None, *, say: Say = lambda _: None
) -> Evaluated:
    """Evaluate, judge and store. Raises BadInputError for a case file or a baseline that cannot be read, and StopError
    when a model may cost more than the budget of a run; then nothing was asked."""
    asked = options or EvaluateOptions()
    with _analyst(workspace, asked.model) as writer:
        known = baseline.baseline_of(writer.name if writer else DeterministicAnalyst.name, asked.baseline_file)
        wanted = _wanted(workspace, asked, writer)
        prediction = _predicted(workspace, wanted, asked.model) if asked.model else None
        if prediction is not None:
            say(prediction.sentence)
            _affordable(prediction, asked.model, workspace.settings.analyst.budget.run)
        evaluation = runner.evaluate(wanted, say=say)
    store = EvaluationStore(workspace.database)
    last = store.reference(evaluation.analyst, evaluation.data_set)
    judgement = judge(evaluation, [one for one in (last, known) if one is not None])
    if asked.accept:
        baseline.accept(evaluation, asked.baseline_file)
    store.save(evaluation, judgement, accepted=asked.accept)
    return Evaluated(evaluation, judgement, prediction)


def predict(workspace: Workspace, options: EvaluateOptions) -> Prediction:
    """What evaluating `options.model` may cost; nothing is asked and nothing stored."""
    return _predicted(workspace, _wanted(workspace, options, None), options.model)


def _wanted(workspace: Workspace, asked: EvaluateOptions, writer: Analyst | None) -> runner.Wanted:
    notes: list[str] = []
    return runner.Wanted(
        sets=[asked.shipped(), *(read_cases(path) for path in asked.cases)],
        policy=_policy(workspace.settings),
        analyst=writer,
        verdicts=list(_verdicts(workspace, notes)),
        judged=judged(
            FeedbackStore(workspace.database),
            ReportStore(workspace.database),
            analyst=writer.name if writer else DeterministicAnalyst.name,
        ),
        token_budget=workspace.settings.analyst.token_budget,
        versions=versions_of(writer),
        notes=notes,
        attacks=asked.attacks,
    )


def _verdicts(workspace: Workspace, notes: list[str]) -> Iterator[PreparedCase]:
    found = list(truths(FeedbackStore(workspace.database).all()).items())
    for cluster_id, truth in found[-MOST_VERDICTS:]:
        try:
            yield prepared(case_of(workspace, cluster_id), truth)
        except FirstcauseError as error:
            notes.append(f"the verdict on cluster {cluster_id} was left out: {error}")


@contextmanager
def _analyst(workspace: Workspace, model: str) -> Iterator[Analyst | None]:
    """The rules, or the model asked alone: a result by another than the one that is evaluated would say nothing."""
    if not model:
        yield None
        return
    settings = workspace.settings
    alone = {
        "kind": "bedrock",
        "model": model,
        "simple_model": "",
        "fallback_models": (),
        "fallback_regions": (),
    }
    changed = settings.model_copy(update={"analyst": settings.analyst.model_copy(update=alone)})
    with Workspace(changed) as other:
        yield analyst(other)


def _predicted(workspace: Workspace, wanted: runner.Wanted, model: str) -> Prediction:
    """Every case, and the fault that orders are planted in, once for each order and once without."""
    price = price_of(model, [Price(own.model, own.input, own.output) for own in workspace.settings.analyst.prices])
    with bench() as place, TemporaryDirectory(prefix="firstcause-scenes-") as folder:
        cases = [place.prepare(case, one.part) for one in wanted.sets for case in filter(runner.analysable, one.cases)]
        clusters = [case.cluster for case in (*cases, *wanted.verdicts)]
        scenes = Scenes(Path(folder))
        try:
            attacked = predicted([scenes.case()], model, price, token_budget=wanted.token_budget)
        finally:
            scenes.close()
        asked = predicted(clusters, model, price, token_budget=wanted.token_budget)
    return asked.plus(attacked, len(wanted.attacks()) + 1)


def _affordable(prediction: Prediction, model: str, limit: float | None) -> None:
    if limit is not None and prediction.usd > limit:
        raise StopError(
            f"evaluating {model}: {prediction.sentence}, and the budget of a run is ${limit:.2f}; "
            "raise analyst.budget.run, or take a cheaper model."
        )


def _policy(settings: Settings) -> Policy:
    """What is hidden by these settings; the key is for this run alone, as nothing is shown again."""
    wanted = settings.redaction
    return Policy(
        secrets.token_bytes(KEY_BYTES),
        mode=wanted.mode,
        fields=(*NAME_FIELDS, *wanted.name_fields),
        allow=wanted.allow,
    )
