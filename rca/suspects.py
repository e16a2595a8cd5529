"""Which code is to blame: the blocks a trace went through and a few from outside it, ranked, each with reasons.

Owns: what a suspect is, and which of its reasons are worth saying. Keeps out: scores (scoring.py), the order
(suspect_order.py), the trained model (ranker.py).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from indexers.code.blocks import CodeBlock
from indexers.exceptions.chain import ExceptionRecord
from rca import ranker as ranking
from rca.codebase import Codebase
from rca.ranker import Ranker
from rca.scoring import Adjustments, Part, Scored, candidates_of
from rca.signals import Surroundings
from rca.suspect_order import in_order

__all__ = ["Adjustments", "Part", "Suspect", "rank_suspects"]

OUTSIDE_REASONS = 3
WORTH_SAYING = 0.1  # a contribution smaller than this is not given as a reason


@dataclass(frozen=True, slots=True)
class Suspect:
    """A block that may hold the cause. `score` is 0..1 and falls with the rank; it orders, it is no probability.

    `line` is the line that was running, for a block of the trace; `parts` say what the score is made of.
    """

    block: CodeBlock
    score: float
    reasons: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    in_trace: bool = False
    line: int | None = None


def rank_suspects(
    chain: Sequence[ExceptionRecord],
    code: Codebase,
    *,
    limit: int = 10,
    surroundings: Surroundings | None = None,
    adjustments: Adjustments | None = None,
    ranker: Ranker | None = None,
) -> list[Suspect]:
    """The `limit` blocks of `code` most likely to be the cause of `chain`, best first; [] when nothing fits at all.

    `chain` is one root exception with what belongs to it. The first is found by a hand-set linear ranking over named
    signals; rules and their worth were measured on Defects4J (https://github.com/rjust/defects4j) and BugsInPy traces.
    Those behind it stand in the order of `ranker` (the trained one, where there is one, unless given).
    """
    listed = candidates_of(chain, code, surroundings=surroundings, adjustments=adjustments)
    return _suspects(in_order(listed, ranker or ranking.load())[:limit])


def _suspects(ordered: list[Scored]) -> list[Suspect]:
    suspects: list[Suspect] = []
    ceiling = 1.0
    for item in ordered:
        ceiling = min(ceiling * 0.999, 1 / (1 + math.exp(-(item.raw + (1.0 if item.place else 0.0)) / 2)))
        told = [
            part.reason for part in item.parts if abs(part.contribution) >= WORTH_SAYING or part.signal == "position"
        ]
        suspects.append(
            Suspect(
                block=item.block,
                score=round(ceiling, 4),
                reasons=tuple(told if item.place else told[:OUTSIDE_REASONS]),
                parts=item.parts,
                in_trace=item.place is not None,
                line=item.place.frame.line if item.place else None,
            )
        )
    return suspects
