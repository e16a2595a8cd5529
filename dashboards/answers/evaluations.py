"""Stored evaluations as they are shown: runs, and how each metric went. Keeps out: measuring, judging."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from dashboards.answers.shape import Listing
from flows.wiring import Workspace
from rca.analysts.deterministic import DeterministicAnalyst
from rca.evaluation.metrics import catalogue
from rca.evaluation.store import EvaluationStore, StoredEvaluation

NIGHTLY = DeterministicAnalyst.name  # who is evaluated every night; models are on demand


class Value(BaseModel):
    """One metric of one run; `value` is null where it had no cases."""

    name: str
    value: float | None
    cases: int
    data_set: str


class Run(BaseModel):
    """One evaluation. `gate` is passed, accepted, failed, or first when all that was missing is something to compare
    with; `failures` are its sentences, `tables` rows by title."""

    id: str
    at: datetime
    analyst: str
    product: str
    commit: str
    data_set: str
    cases: int
    seconds: float
    gate: str
    failures: list[str]
    problems: list[str]
    metrics: list[Value]
    tables: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Trend:
    """A metric over runs, the oldest first; `most` is the top of its scale (1 for a share)."""

    name: str
    title: str
    values: Sequence[float | None]
    shown: Sequence[str]
    most: float


def runs(workspace: Workspace, limit: int) -> list[Run]:
    """The newest stored evaluations, newest first."""
    return [_run(stored) for stored in EvaluationStore(workspace.database).history(limit=limit)]


def listing(workspace: Workspace, limit: int, offset: int) -> Listing[Run]:
    """A page of them."""
    store = EvaluationStore(workspace.database)
    found = [_run(stored) for stored in store.history(limit=limit, offset=offset)]
    return Listing[Run](items=found, total=store.count(), limit=limit, offset=offset)


def trends(found: Sequence[Run]) -> list[Trend]:
    """Every metric that was ever measured in `found` (newest first, of one analyst)."""
    result = []
    for name, definition in catalogue().items():
        values = [_value(run, name) for run in reversed(found)]
        known = [value for value in values if value is not None]
        if known:
            shown = ["no cases" if value is None else definition.show(value) for value in values]
            most = 1.0 if definition.unit == "share" else max(known)
            result.append(Trend(name, definition.title, values, shown, most))
    return result


def _gate(stored: StoredEvaluation) -> str:
    if not stored.failures:
        return "passed"
    if stored.accepted:
        return "accepted"
    return "first" if stored.usable else "failed"


def _value(run: Run, name: str) -> float | None:
    return next((metric.value for metric in run.metrics if metric.name == name), None)


def _run(stored: StoredEvaluation) -> Run:
    evaluation = stored.evaluation
    return Run(
        id=evaluation.evaluation_id,
        at=evaluation.at,
        analyst=evaluation.analyst,
        product=evaluation.versions.get("product", ""),
        commit=evaluation.versions.get("commit", ""),
        data_set=evaluation.data_set,
        cases=sum(evaluation.parts.values()),
        seconds=evaluation.seconds,
        gate=_gate(stored),
        failures=list(stored.failures),
        problems=list(evaluation.problems),
        metrics=[
            Value(name=metric.name, value=metric.value, cases=metric.cases, data_set=metric.data_set)
            for metric in evaluation.metrics
        ],
        tables={table.title: [dict(row) for row in table.rows] for table in evaluation.tables},
    )
