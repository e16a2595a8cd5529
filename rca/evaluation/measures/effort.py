"""What reports took: who answered, money by list price, and time."""

from collections.abc import Sequence
from statistics import mean, median

from rca.evaluation.analyses import Analysed
from rca.evaluation.cases import data_set_of
from rca.evaluation.metrics import Metric


def effort_metrics(done: Sequence[Analysed]) -> list[Metric]:
    """Reports by the analyst that was asked, mean cost in US dollars, median and slowest time in milliseconds."""
    digest, number = data_set_of(one.case.digest for one in done), len(done)
    others = [one for one in done if one.draft.fallback]
    times = [one.milliseconds for one in done]
    slowest = max(done, key=lambda one: one.milliseconds).case.id if done else ""
    return [
        Metric(
            "analyst.answered",
            1 - len(others) / number if number else None,
            number,
            digest,
            [f"{one.case.id}: {one.draft.note}" for one in others],
        ),
        Metric("cost.usd", mean(one.draft.cost_usd for one in done) if done else None, number, digest),
        Metric("latency.median", median(times) if done else None, number, digest),
        Metric("latency.slowest", max(times, default=None), number, digest, [slowest] if slowest else ()),
    ]
