"""How sure a report may be: given what could be confirmed of it, and given how right such reports were before.

Owns: the ceilings, the mapping that verdicts teach, the reliability curve. The ceilings are deliberately low: a
confident wrong answer at night costs more than a modest right one. Nothing is stored: the mapping is computed from the
verdicts each time. Keeps out: the checks themselves (verification.py), where verdicts come from
(confidence_verdicts.py).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rca.evidence import Evidence
from rca.report import Cause

# What the cited evidence is -> the most that may be claimed from it.
CEILING_CODE_AND_FAILURE = 0.95  # the code, and a log line or the trace
CEILING_CODE_ONLY = 0.7
CEILING_FAILURE_ONLY = 0.5  # the trace or logs alone, no code at the commit
CEILING_ELSE = 0.35

BINS = 10
# In each bin as many verdicts as this are taken to have agreed with what was stated, so that one reject at 0.55 lowers
# it to 0.49 and thirty lower it to about 0.2; with none the mapping changes nothing.
PRIOR = 8.0


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict: the confidence that the report had before any calibration, and what came true of it (accepted 1,
    partly correct 0.5, rejected 0)."""

    stated: float
    right: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Verdicts on reports of about the same confidence: its mean, the share that was right, and how many they are."""

    stated: float
    observed: float
    n: int


def reliability_curve(verdicts: Sequence[Judged], *, bins: int = BINS) -> list[ReliabilityBin]:
    """Stated confidence against the share that was right, in `bins` of equal width; empty ones are left out."""
    return [
        ReliabilityBin(
            round(sum(one.stated for one in held) / len(held), 4),
            round(sum(one.right for one in held) / len(held), 4),
            len(held),
        )
        for held in _binned(verdicts, bins)
        if held
    ]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Stated -> calibrated confidence: straight lines between `points`, never falling; `verdicts` made it."""

    points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))
    verdicts: int = 0

    def __call__(self, stated: float) -> float:
        """The calibrated confidence, 0 to 1; a higher one for no lower statement."""
        stated = min(1.0, max(0.0, stated))
        after = min(bisect_right(self.points, (stated, 2.0)), len(self.points) - 1)
        (x0, y0), (x1, y1) = self.points[after - 1], self.points[after]
        return y0 + (y1 - y0) * (stated - x0) / (x1 - x0) if x1 > x0 else y1


IDENTITY = Calibration()


def calibration(verdicts: Sequence[Judged]) -> Calibration:
    """The mapping that the verdicts so far teach.

    In each bin the share that was right is smoothed by a Beta prior of weight PRIOR around what was stated; the bins
    are then made monotone by pooling neighbours that violate the order (pool adjacent violators: Ayer et al., An
    empirical distribution function for sampling with incomplete information, 1955; as calibration: Zadrozny and Elkan,
    Transforming classifier scores into accurate multiclass probability estimates, 2002).
    """
    if not verdicts:
        return IDENTITY
    stated, weights, shares = [], [], []
    for place, held in enumerate(_binned(verdicts, BINS)):
        centre, weight = (place + 0.5) / BINS, PRIOR + len(held)
        stated.append((PRIOR * centre + sum(one.stated for one in held)) / weight)
        shares.append((PRIOR * centre + sum(one.right for one in held)) / weight)
        weights.append(weight)
    calibrated = _never_falling(shares, weights)
    low, high = calibrated[0] - stated[0], calibrated[-1] - stated[-1]
    ends = ((0.0, max(0.0, min(low, calibrated[0]))), (1.0, min(1.0, max(1.0 + high, calibrated[-1]))))
    return Calibration((ends[0], *zip(stated, calibrated, strict=True), ends[1]), len(verdicts))


def _binned(verdicts: Sequence[Judged], bins: int) -> list[list[Judged]]:
    held: list[list[Judged]] = [[] for _ in range(bins)]
    for one in verdicts:
        held[min(bins - 1, max(0, int(one.stated * bins)))].append(one)
    return held


def _never_falling(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for value, weight in zip(values, weights, strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, one_weight, one_size), (other, other_weight, other_size) = pools[-2:]
            total = one_weight + other_weight
            pools[-2:] = [((one * one_weight + other * other_weight) / total, total, one_size + other_size)]
    return [mean for mean, _, members in pools for _ in range(members)]


def ceiling_of(cause: Cause, evidence: Evidence, *, dropped: int, checked: int) -> float:
    """The most that may be claimed: by the kinds of evidence that survived, lowered by the share of claims that did
    not."""
    kinds = {item.kind for citation in cause.evidence if (item := evidence.get(citation.evidence_id))}
    code, failure = bool(kinds & {"code", "commit"}), bool(kinds & {"exception", "log", "finding"})
    ceiling = (
        CEILING_CODE_AND_FAILURE
        if code and failure
        else CEILING_CODE_ONLY
        if code
        else CEILING_FAILURE_ONLY
        if failure
        else CEILING_ELSE
    )
    return ceiling * (1 - dropped / checked if checked else 1.0)


def capped(
    cause: Cause, evidence: Evidence, *, dropped: int, checked: int, calibrated: Calibration = IDENTITY
) -> Cause:
    """`cause` with its confidence as verdicts taught it, and at most its ceiling whatever they taught."""
    ceiling = ceiling_of(cause, evidence, dropped=dropped, checked=checked)
    return cause.model_copy(update={"confidence": round(min(calibrated(min(cause.confidence, ceiling)), ceiling), 3)})
