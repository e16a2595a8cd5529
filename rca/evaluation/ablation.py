"""What each signal and each source of candidates is worth: the ranking again, each of them left out in turn.

Owns: leaving out and the table. Keeps out: the ranking (rca/suspects.py), preparing cases.
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import mean
from typing import Any

from rca import ranker, weights
from rca.analysis import SUSPECTS, surroundings_of
from rca.evaluation.analyses import is_any
from rca.evaluation.metrics import Table
from rca.evaluation.preparing import PreparedCase
from rca.scoring import candidates_of
from rca.suspect_order import in_order

Rank = int | None
Ranked = Callable[[PreparedCase], Rank]


def ablation_table(cases: Sequence[PreparedCase]) -> Table:
    """Shares of `cases` with the true place first, among three and among five: with everything, then without each.

    `lost` and `gained` count the cases whose true place leaves or enters the first five. Only cases with code and a
    true place count; without any the table is empty. The trained order behind the first is left out as a whole.
    """
    usable = [case for case in cases if case.truth.causes and case.cluster.code is not None]
    whole = [_rank(case) for case in usable]
    rows = [_row("everything", whole, whole)] if usable else []
    for name in [*weights.load().trace, *weights.load().outside] if usable else ():
        rows.append(_row(f"without {name}", [_rank(case, without=name) for case in usable], whole))
    if usable:
        rows.append(_row("without the trained order", [_rank(case, trained=False) for case in usable], whole))
    return Table("ablation", "Worth of each signal and source", rows)


def _rank(case: PreparedCase, *, without: str = "", trained: bool = True) -> Rank:
    """1-based rank of the first true place among the suspects."""
    if case.cluster.code is None:
        return None
    listed = candidates_of(
        case.cluster.chain,
        case.cluster.code,
        surroundings=surroundings_of(case.cluster, []),
        without=(without,) if without else (),
    )
    ordered = in_order(listed, ranker.load() if trained else None)[:SUSPECTS]
    places = [(item.block.path, item.block.symbol) for item in ordered]
    return next((rank for rank, place in enumerate(places, 1) if is_any(place, case.truth.causes)), None)


def _row(name: str, ranks: Sequence[Rank], whole: Sequence[Rank]) -> Mapping[str, Any]:
    pairs = list(zip(ranks, whole, strict=True))
    return {
        "ranking": name,
        "cases": len(ranks),
        **{label: mean(_within(rank, most) for rank in ranks) for label, most in _SHARES},
        "lost": sum(_within(before, 5) and not _within(after, 5) for after, before in pairs),
        "gained": sum(_within(after, 5) and not _within(before, 5) for after, before in pairs),
    }


_SHARES = (("first", 1), ("three", 3), ("five", 5))


def _within(rank: Rank, most: int) -> bool:
    return rank is not None and rank <= most
