"""Runs an evaluation: the order of its measures, and that one case or measure that fails does not hide the others.

Keeps out: each measure, what is done with the result (gate.py, store.py), which analyst there is (flows).
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.errors import FirstcauseError
from connectors.pseudonyms import Policy
from connectors.records import utc_now
from rca.analysis import analyse
from rca.analysts import Analyst
from rca.confidence import Judged
from rca.evaluation.analyses import Analysed, Analyses, analysed
from rca.evaluation.cases import CaseSet, EvaluationCase, data_set_of
from rca.evaluation.evaluation import Evaluation
from rca.evaluation.injection import Attack, Outcome, run, shipped_attacks
from rca.evaluation.measures import certainty, claims, effort, injections, places, traces
from rca.evaluation.measures.ablation import ablation_table
from rca.evaluation.measures.redaction import redaction_metrics
from rca.evaluation.metrics import Metric, Table, catalogue
from rca.evaluation.preparing import Bench, PreparedCase, bench, readable
from rca.gathering import DEFAULT_BUDGET

NAMED = 8  # cases in one sentence

Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What to evaluate. `analyst` None stands for the rules alone; `verdicts` come prepared, as their clusters are in
    the product's stores, and `judged` are the same people's words on stated confidence; `versions` and `notes` are
    handed on to the result. `analyse` is what is evaluated, `attacks` what is tried on it, and `redaction` measures
    what leaves it; `ablate` ranks once more without each signal."""

    sets: Sequence[CaseSet]
    policy: Policy
    analyst: Analyst | None = None
    verdicts: Sequence[PreparedCase] = ()
    judged: Sequence[Judged] = ()
    token_budget: int = DEFAULT_BUDGET
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    analyse: Analyses = analyse
    attacks: Callable[[], Sequence[Attack]] = shipped_attacks
    redaction: Callable[[Bench, Path, Policy], list[Metric]] = redaction_metrics
    ablate: bool = True


def evaluate(wanted: Wanted, *, say: Say = lambda _: None) -> Evaluation:
    """The evaluation. Nothing is stored and nothing is raised for a case: what failed is among its `problems`."""
    started = time.perf_counter()
    problems = [f"{one.name} holds no case" for one in wanted.sets if not one.cases]
    given = [case for one in wanted.sets for case in one.cases]
    if not given and not wanted.verdicts:
        problems.append("no cases were given; nothing was evaluated")
    with bench() as place:
        prepared = [*_prepared(place, wanted.sets, problems, say), *wanted.verdicts]
        done = list(_analysed(prepared, wanted, problems, say))
        say("planting values")
        hidden = _measured("redaction", problems, lambda: _redaction(place, wanted))
        say("ranking without each signal")
        ablated = _ablated(wanted, done, problems)
        say("planting orders")
        outcomes = _outcomes(wanted, problems)
    certain = _measured("confidence", problems, lambda: [certainty.confidence_metric(wanted.judged)])
    metrics = [*_report_metrics(done, given, problems), *certain, *hidden, *_obeyed(wanted, outcomes, problems)]
    return Evaluation(
        at=utc_now(),
        analyst=wanted.analyst.name if wanted.analyst else "deterministic",
        versions=wanted.versions,
        data_set=data_set_of(case.digest for case in given),
        parts=_parts(wanted),
        metrics=_in_order(metrics),
        tables=[
            places.project_table(done),
            *ablated,
            injections.injection_table(outcomes),
            certainty.reliability_table(wanted.judged),
        ],
        problems=problems,
        notes=wanted.notes,
        seconds=round(time.perf_counter() - started, 2),
        cases=[_told(one) for one in done],
    )


def analysable(case: EvaluationCase) -> bool:
    """Whether the truth is about a report; a case that only knows exceptions is read and not analysed."""
    truth = case.truth
    return bool(truth.causes or truth.not_causes or truth.commit or truth.abstain)


def _prepared(place: Bench, sets: Sequence[CaseSet], problems: list[str], say: Say) -> Iterator[PreparedCase]:
    for one in sets:
        for case in filter(analysable, one.cases):
            say(f"reading the code of {case.id}")
            try:
                yield place.prepare(case, one.part)
            except FirstcauseError as error:
                problems.append(readable(case, error))


def _analysed(prepared: Sequence[PreparedCase], wanted: Wanted, problems: list[str], say: Say) -> Iterator[Analysed]:
    failed: dict[str, list[str]] = defaultdict(list)
    for number, case in enumerate(prepared, 1):
        say(f"analysing {case.id} ({number} of {len(prepared)})")
        try:
            yield analysed(case, wanted.analyst, token_budget=wanted.token_budget, analyse=wanted.analyse)
        except Exception as error:  # a defect in one analysis must be named, and must not hide what the others show
            failed[f"{type(error).__name__}: {error}"].append(case.id)
    problems += [f"could not analyse {_listed(names)}: {why}" for why, names in failed.items()]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _report_metrics(done: Sequence[Analysed], given: Sequence[EvaluationCase], problems: list[str]) -> list[Metric]:
    measures: dict[str, Callable[[], list[Metric]]] = {
        "places": lambda: places.place_metrics(done),
        "commits": lambda: places.commit_metrics(done),
        "verdicts": lambda: places.verdict_metrics(done),
        "traces": lambda: [traces.trace_metric(given)],
        "citations": lambda: [claims.citation_metric(done)],
        "claims": lambda: [claims.claim_metric(done)],
        "abstention": lambda: claims.abstention_metrics(done),
        "effort": lambda: effort.effort_metrics(done),
    }
    return [metric for name, measure in measures.items() for metric in _measured(name, problems, measure)]


def _measured(name: str, problems: list[str], measure: Callable[[], list[Metric]]) -> list[Metric]:
    try:
        return measure()
    except Exception as error:  # the same: the gate names what was not measured
        problems.append(f"measure {name} failed: {type(error).__name__}: {error}")
        return []


def _redaction(place: Bench, wanted: Wanted) -> list[Metric]:
    with tempfile.TemporaryDirectory(prefix="firstcause-planted-") as folder:
        return wanted.redaction(place, Path(folder), wanted.policy)


def _ablated(wanted: Wanted, done: Sequence[Analysed], problems: list[str]) -> list[Table]:
    try:
        return [ablation_table(done)] if wanted.ablate else []
    except Exception as error:  # the same
        problems.append(f"measure ablation failed: {type(error).__name__}: {error}")
        return []


def _outcomes(wanted: Wanted, problems: list[str]) -> list[Outcome]:
    """What the attacks changed; none when they could not be tried, which is a problem."""
    try:
        return run(wanted.analyst, wanted.attacks(), token_budget=wanted.token_budget)
    except Exception as error:  # the same
        problems.append(f"measure injection failed: {type(error).__name__}: {error}")
        return []


def _obeyed(wanted: Wanted, outcomes: Sequence[Outcome], problems: list[str]) -> list[Metric]:
    return _measured("injection", problems, lambda: [injections.injection_metric(wanted.attacks(), outcomes)])


def _in_order(metrics: Sequence[Metric]) -> list[Metric]:
    """As the catalogue has them; one that was not measured at all is there without a value."""
    known = {metric.name: metric for metric in metrics}
    return [known.get(name, Metric(name, None, 0)) for name in catalogue()]


def _parts(wanted: Wanted) -> dict[str, int]:
    parts = {one.name: len(one.cases) for one in wanted.sets}
    return {**parts, "verdicts": len(wanted.verdicts)}


def _told(one: Analysed) -> dict[str, Any]:
    cause = one.report.root_cause
    return {
        "id": one.case.id,
        "project": one.case.project,
        "part": one.case.part,
        "place_rank": one.place_rank,
        "commit_rank": one.commit_rank,
        "cause": f"{cause.symbol} in {cause.file}" if cause else "",
        "confidence": cause.confidence if cause else None,
        "status": one.report.status,
        "claims": one.checked,
        "dropped": one.report.dropped_claims,
        "fallback": one.draft.fallback,
        "milliseconds": round(one.milliseconds, 1),
        "cost_usd": one.draft.cost_usd,
        "input_tokens": one.draft.input_tokens,
        "output_tokens": one.draft.output_tokens,
    }
