"""Evaluations made by hand for tests of what judges, stores and shows them, and a few real cases."""

from dataclasses import replace
from datetime import UTC, datetime

from rca.evaluation.cases import CaseSet
from rca.evaluation.evaluation import Evaluation
from rca.evaluation.gate import Judgement, Reference, judge
from rca.evaluation.injection import Attack, shipped_attacks
from rca.evaluation.metrics import Metric, Table, catalogue
from rca.evaluation.shipped import shipped_cases

AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
DEFAULTS = {"count": 0.0, "usd": 0.0, "ms": 150.0, "share": 0.0, "score": 0.1}


CHOSEN = (
    "shop-withdrawn-product",
    "shop-shared-counts",
    "shop-settlement-key",
    "thin-bare-reset",
    "recorded-java-17-cause",
    "recorded-python-313-group",
)


def some_cases() -> CaseSet:
    """A few shipped cases of each kind, so that an evaluation of them takes two seconds."""
    return CaseSet("some", "shipped", tuple(case for case in shipped_cases().cases if case.id in CHOSEN))


def some_attacks() -> list[Attack]:
    """Two of the shipped attacks."""
    return list(shipped_attacks()[:2])


def good(**values: float | None) -> Evaluation:
    """An evaluation in which all is well, but for the metrics given (with `_` for `.`); None: it has no cases."""
    metrics = []
    for name, definition in catalogue().items():
        usual = 1.0 if definition.better == "higher" else DEFAULTS[definition.unit]
        value = values.get(name.replace(".", "_", 1), usual)
        metrics.append(Metric(name, value, 0 if value is None else 13, "" if value is None else "d1", ["case-7"]))
    return Evaluation(
        at=AT,
        analyst="deterministic",
        versions={"product": "0.1.0", "commit": "c" * 40, "analyst": "rules-1"},
        data_set="set1",
        parts={"shipped": 13},
        metrics=tuple(metrics),
        tables=(Table("projects", "By project", [{"project": "shop", "cases": 13, "first": 1.0}]),),
        seconds=8.3,
    )


def reference(evaluation: Evaluation, name: str = "the run before") -> Reference:
    """`evaluation` as what is compared with."""
    return Reference(name, {metric.name: metric for metric in evaluation.metrics})


def judged(evaluation: Evaluation, *before: Evaluation) -> Judgement:
    """The gate's word on `evaluation`, against others."""
    return judge(evaluation, [reference(one) for one in before])


def on_other_cases(evaluation: Evaluation) -> Evaluation:
    """The same values, measured on other cases."""
    return replace(evaluation, metrics=tuple(replace(metric, data_set="d2") for metric in evaluation.metrics))
