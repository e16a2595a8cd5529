"""Where the truth stands in the analysis: among the suspects, among the commits, and as the report's cause."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from rca.evaluation.analyses import Analysed, is_any, place_of
from rca.evaluation.cases import data_set_of
from rca.evaluation.metrics import Metric, Table


def place_metrics(done: Sequence[Analysed]) -> list[Metric]:
    """First, three, five, mean reciprocal rank and mean over projects, over cases with true places that no person's
    verdict gave."""
    cases = [one for one in done if one.case.truth.causes and one.case.part != "verdicts"]
    digest = data_set_of(one.case.digest for one in cases)
    missed = [_missed(one) for one in cases if one.place_rank != 1]
    metrics = [
        Metric(f"places.{name}", _within(cases, most), len(cases), digest, missed if most == 1 else ())
        for name, most in (("first", 1), ("three", 3), ("five", 5))
    ]
    shares = _by_project(cases)
    metrics.append(Metric("places.mrr", _mrr(cases), len(cases), digest))
    overall = mean(_within(some, 1) or 0.0 for some in shares.values()) if shares else None
    return [*metrics, Metric("places.project_mean", overall, len(cases), digest), _cause_metric(cases)]


def project_table(done: Sequence[Analysed]) -> Table:
    """The same by project."""
    cases = [one for one in done if one.case.truth.causes and one.case.part != "verdicts"]
    rows = [
        {
            "project": project,
            "cases": len(some),
            "first": _within(some, 1),
            "three": _within(some, 3),
            "five": _within(some, 5),
            "mrr": _mrr(some),
        }
        for project, some in sorted(_by_project(cases).items())
    ]
    return Table("projects", "True place by project", rows)


def commit_metrics(done: Sequence[Analysed]) -> list[Metric]:
    """How often the commit that brought the fault is the first suspected one, and among three."""
    cases = [one for one in done if one.case.truth.commit]
    digest = data_set_of(one.case.digest for one in cases)
    metrics = []
    for name, most in (("first", 1), ("three", 3)):
        missed = [one for one in cases if not one.commit_rank or one.commit_rank > most]
        share = 1 - len(missed) / len(cases) if cases else None
        named = [f"{one.case.id}: the true commit is {_numbered(one.commit_rank)}" for one in missed]
        metrics.append(Metric(f"commits.{name}", share, len(cases), digest, named))
    return metrics


def verdict_metrics(done: Sequence[Analysed]) -> list[Metric]:
    """Against what people said: confirmed places that stand first, rejected ones that still do."""
    confirmed = [one for one in done if one.case.part == "verdicts" and one.case.truth.causes]
    rejected = [one for one in done if one.case.part == "verdicts" and one.case.truth.not_causes]
    again = [one for one in rejected if _first_is(one, rejected=True)]
    return [
        Metric(
            "verdicts.first",
            _within(confirmed, 1),
            len(confirmed),
            data_set_of(one.case.digest for one in confirmed),
            [_missed(one) for one in confirmed if one.place_rank != 1],
        ),
        Metric(
            "verdicts.repeated",
            len(again) / len(rejected) if rejected else None,
            len(rejected),
            data_set_of(one.case.digest for one in rejected),
            [one.case.id for one in again],
        ),
    ]


def _cause_metric(cases: Sequence[Analysed]) -> Metric:
    wrong = [one for one in cases if not _names_truth(one)]
    share = 1 - len(wrong) / len(cases) if cases else None
    named = [f"{one.case.id}: {_said(one)}" for one in wrong]
    return Metric("cause.right", share, len(cases), data_set_of(one.case.digest for one in cases), named)


def _names_truth(one: Analysed) -> bool:
    place = place_of(one.report.root_cause)
    return place is not None and is_any(place, one.case.truth.causes)


def _first_is(one: Analysed, *, rejected: bool) -> bool:
    if not one.result.suspects:
        return False
    first = one.result.suspects[0]
    wanted = one.case.truth.not_causes if rejected else one.case.truth.causes
    return is_any((first.path, first.symbol), wanted)


def _within(cases: Sequence[Analysed], most: int) -> float | None:
    return mean(float(bool(one.place_rank and one.place_rank <= most)) for one in cases) if cases else None


def _mrr(cases: Sequence[Analysed]) -> float | None:
    return mean(1 / one.place_rank if one.place_rank else 0.0 for one in cases) if cases else None


def _by_project(cases: Sequence[Analysed]) -> dict[str, list[Analysed]]:
    projects: dict[str, list[Analysed]] = defaultdict(list)
    for one in cases:
        projects[one.case.project].append(one)
    return projects


def _missed(one: Analysed) -> str:
    first = one.result.suspects[0] if one.result.suspects else None
    said = f"{first.symbol} in {first.path}" if first else "nothing"
    return f"{one.case.id}: first is {said}, the truth is {_numbered(one.place_rank)}"


def _numbered(rank: int | None) -> str:
    return f"number {rank}" if rank else "not among them"


def _said(one: Analysed) -> str:
    cause = one.report.root_cause
    return f"{cause.symbol} in {cause.file}" if cause else "no cause"
