"""The release gate: what of an evaluation forbids a release, in sentences.

Owns: the comparison with what was before, the bounds that hold always, and that empty and skipped count as failed.
Keeps out: tolerances (metrics.toml), where the references come from (baseline.py, store.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rca.evaluation.evaluation import Evaluation
from rca.evaluation.metrics import Definition, Metric, catalogue

SHOWN = 3  # examples in a sentence


@dataclass(frozen=True, slots=True)
class Reference:
    """Earlier values to compare with; `name` is how a sentence calls them ("the baseline")."""

    name: str
    metrics: Mapping[str, Metric]


@dataclass(frozen=True, slots=True)
class Change:
    """A metric beside its reference. `verdict`: better, same, worse (beyond the tolerance), within (worse, but
    allowed), or new (nothing to compare with)."""

    metric: Metric
    definition: Definition
    before: float | None
    verdict: str


@dataclass(frozen=True)
class Judgement:
    """`failures` forbid a release; `uncompared` names metrics for which there was nothing to compare with, which
    forbids one as well, but not that this run becomes the reference of the next."""

    failures: Sequence[str]
    uncompared: Sequence[str]
    changes: Sequence[Change]

    @property
    def usable(self) -> bool:
        """Whether the next run may be compared with this one."""
        return not self.failures

    @property
    def sentences(self) -> list[str]:
        """Everything that forbids a release."""
        nothing = (
            f"nothing to compare with for {', '.join(self.uncompared)}: no stored run and no baseline of these cases; "
            "run the evaluation once without --gate, or give --accept"
        )
        return [*self.failures, *([nothing] if self.uncompared else [])]


def judge(evaluation: Evaluation, references: Sequence[Reference]) -> Judgement:
    """What forbids a release of what `evaluation` measured, against every one of `references`, the nearest first."""
    failures = [f"{problem}" for problem in evaluation.problems]
    uncompared = []
    for definition in catalogue().values():
        metric = evaluation.metric(definition.name) or Metric(definition.name, None, 0)
        comparable = [one for one in references if _is_same_set(metric, one)]
        failures += _failures(metric, definition, references, comparable)
        if metric.value is not None and not comparable and definition.needs == "always":
            uncompared.append(definition.name)
    return Judgement(failures, uncompared, [*_changes(evaluation, references)])


def _failures(
    metric: Metric, definition: Definition, references: Sequence[Reference], comparable: Sequence[Reference]
) -> Iterator[str]:
    if metric.value is None:
        yield from _missing(definition, references)
        return
    bound = definition.at_least if definition.at_least is not None else definition.at_most
    if bound is not None and definition.is_worse(metric.value, bound):
        must = "at least" if definition.at_least is not None else "at most"
        yield (
            f"{definition.name} ({definition.title}) is {definition.show(metric.value)} and must be {must} "
            f"{definition.show(bound)}{_examples(metric)}"
        )
        return
    for reference in comparable:
        before = reference.metrics[definition.name].value
        if before is not None and definition.is_worse(metric.value, definition.worst(before)):
            yield (
                f"{definition.name} ({definition.title}) went from {definition.show(before)} to "
                f"{definition.show(metric.value)} against {reference.name}, beyond the tolerance "
                f"({definition.show(definition.worst(before))}){_examples(metric)}"
            )
            return


def _missing(definition: Definition, references: Sequence[Reference]) -> Iterator[str]:
    if definition.needs == "always":
        yield f"{definition.name} ({definition.title}) has no cases; it was not measured"
        return
    for reference in references:
        before = reference.metrics.get(definition.name)
        if before is not None and before.value is not None:
            yield f"{definition.name} ({definition.title}) has no cases any more; {reference.name} had {before.cases}"
            return


def _is_same_set(metric: Metric, reference: Reference) -> bool:
    before = reference.metrics.get(metric.name)
    return before is not None and before.value is not None and before.data_set == metric.data_set


def _changes(evaluation: Evaluation, references: Sequence[Reference]) -> Iterator[Change]:
    for definition in catalogue().values():
        metric = evaluation.metric(definition.name) or Metric(definition.name, None, 0)
        nearest = next((one for one in references if _is_same_set(metric, one)), None)
        before = None if nearest is None else nearest.metrics[definition.name].value
        yield Change(metric, definition, before, _verdict(metric, definition, before))


def _verdict(metric: Metric, definition: Definition, before: float | None) -> str:
    if metric.value is None or before is None:
        return "new"
    if definition.is_worse(metric.value, definition.worst(before)):
        return "worse"
    if definition.is_worse(metric.value, before):
        return "within"
    return "better" if definition.is_worse(before, metric.value) else "same"


def _examples(metric: Metric) -> str:
    if not metric.failed:
        return ""
    more = f" and {len(metric.failed) - SHOWN} more" if len(metric.failed) > SHOWN else ""
    return f": {'; '.join(metric.failed[:SHOWN])}{more}"
