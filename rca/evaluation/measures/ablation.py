"""What each signal is worth: the ranking once more without it, over the cases whose true place is known.

Sources of candidates from outside the trace count as signals, and the trained order behind the first is left out as a
whole. Keeps out: the ranking (rca/suspects.py), the measures of a whole evaluation (places.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from rca import ranker, weights
from rca.analysis import surroundings_of
from rca.evaluation.analyses import Analysed, is_any
from rca.evaluation.metrics import Table
from rca.scoring import Scored, candidates_of
from rca.signals import Surroundings
from rca.suspect_order import in_order

MOST_CASES = 60  # of which the ranking is made again for each signal that spoke
LIMIT = 10
TRAINED = "the trained order"

_Shares = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Ranked:
    one: Analysed
    surroundings: Surroundings
    rank: int | None
    spoke: frozenset[str]


def ablation_table(done: Sequence[Analysed]) -> Table:
    """A row for each signal that spoke in a case: in how many, the shares without it, and how they change; a negative
    change says that it helps. The first row is the whole ranking."""
    cases = [one for one in done if one.case.truth.causes and one.case.part != "verdicts" and one.case.cluster.code]
    ranked = [_ranked(one) for one in cases[:MOST_CASES]]
    if not ranked:
        return Table("ablation", "What each signal is worth: the ranking without it")
    whole = _shares([item.rank for item in ranked])
    rows = [_row("(nothing)", len(ranked), whole, whole)]
    known = weights.load()
    for name in (*known.trace, *known.outside):
        spoke = sum(name in item.spoke for item in ranked)
        if spoke:
            rows.append(_row(name, spoke, _shares([_rank_without(name, item) for item in ranked]), whole))
    hand_set = [_rank(item.one, _again(item.one, item.surroundings, TRAINED)) for item in ranked]
    rows.append(_row(TRAINED, len(ranked), _shares(hand_set), whole))
    return Table("ablation", "What each signal is worth: the ranking without it", rows)


def _ranked(one: Analysed) -> _Ranked:
    known = surroundings_of(one.case.cluster, [])
    found = _again(one, known)
    spoke = frozenset(part.signal for item in found for part in item.parts)
    return _Ranked(one, known, _rank(one, found), spoke)


def _rank_without(name: str, item: _Ranked) -> int | None:
    """The rank without a signal; the one with it where it said nothing."""
    if name not in item.spoke:
        return item.rank
    return _rank(item.one, _again(item.one, item.surroundings, name))


def _again(one: Analysed, known: Surroundings, without: str = "") -> list[Scored]:
    case = one.case.cluster
    if case.code is None:
        return []
    left_out = (without,) if without else ()
    listed = candidates_of(case.chain, case.code, surroundings=known, without=left_out)
    return in_order(listed, None if without == TRAINED else ranker.load())


def _rank(one: Analysed, found: Sequence[Scored]) -> int | None:
    places = enumerate(((item.block.path, item.block.symbol) for item in found[:LIMIT]), 1)
    return next((rank for rank, place in places if is_any(place, one.case.truth.causes)), None)


def _shares(ranks: Sequence[int | None]) -> _Shares:
    """First, three, five, mean reciprocal rank."""
    within = [mean(float(rank is not None and rank <= most) for rank in ranks) for most in (1, 3, 5)]
    return within[0], within[1], within[2], mean(1 / rank if rank else 0.0 for rank in ranks)


def _row(name: str, spoke: int, shares: _Shares, whole: _Shares) -> dict[str, object]:
    values = dict(zip(("first", "three", "five", "mrr"), (round(share, 4) for share in shares), strict=True))
    change = {"change of first": shares[0] - whole[0], "change of mrr": shares[3] - whole[3]}
    return {"left out": name, "spoke in": spoke, **values, **{key: round(value, 4) for key, value in change.items()}}
