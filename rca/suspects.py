"""Which code is to blame: ranks the blocks a trace went through and a few from outside it, each with reasons.

Owns: the order of the ranking's steps and the two rules that keep a plain good answer first. Keeps out: the single
signals (rca/signals), where outside candidates come from (rca/candidates), how much each counts (rca/weights.toml).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from indexers.code.blocks import CodeBlock
from indexers.exceptions.chain import ExceptionRecord
from rca import candidates, signals, weights
from rca.codebase import Codebase
from rca.signals import Surroundings
from rca.signals.exception_code import exception_code
from rca.signals.foreign_code import kind_of
from rca.source_text import read_block, statements
from rca.trace import Place, Trace, block_key, lay_over
from rca.weights import Weights

OUTSIDE_REASONS = 3
TELLING = 0.5  # a change among so many others that it adds less than this vouches for nothing
WORTH_SAYING = 0.1  # a contribution smaller than this is not given as a reason


@dataclass(frozen=True, slots=True)
class Part:
    """One signal's share of a suspect's score, in plain words."""

    signal: str
    contribution: float
    reason: str


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


@dataclass(frozen=True)
class Adjustments:
    """What people's verdicts say: per (path, symbol) an addition to the score with its reason, per signal a factor."""

    blocks: Mapping[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Scored:
    block: CodeBlock
    raw: float
    parts: tuple[Part, ...]
    place: Place | None = None


def rank_suspects(
    chain: Sequence[ExceptionRecord],
    code: Codebase,
    *,
    limit: int = 10,
    surroundings: Surroundings | None = None,
    adjustments: Adjustments | None = None,
) -> list[Suspect]:
    """The `limit` blocks of `code` most likely to be the cause of `chain`, best first; [] when nothing fits at all.

    `chain` is one root exception with what belongs to it. The method is a hand-set linear ranking over named signals;
    rules and their worth were measured on Defects4J (https://github.com/rjust/defects4j) and BugsInPy traces.
    """
    trace = lay_over(chain, code)
    adjusted = adjustments or Adjustments()
    weighed = weights.load().scaled(adjusted.factors)
    known = surroundings or Surroundings()
    inside = _inside(trace, known, weighed, adjusted)
    order = tuple(scored.place for scored in inside if scored.place is not None)
    outside = _outside(trace, order, known, weighed, adjusted)
    return _suspects(_interleave(inside, outside, weighed)[:limit])


@cache
def _signals() -> dict[str, signals.Signal]:
    return signals.load()


@cache
def _sources() -> dict[str, candidates.Source]:
    return candidates.load()


def _inside(trace: Trace, known: Surroundings, weighed: Weights, adjusted: Adjustments) -> list[_Scored]:
    """Places of the trace by score, the plain answer kept first unless another is clearly better."""
    scored = [_score_place(place, trace, known, weighed, adjusted) for place in trace.places]
    ranked = sorted(scored, key=lambda item: -item.raw)  # stable: equal scores stay in the order of the trace
    if ranked and ranked[0] is not scored[0] and ranked[0].raw - scored[0].raw <= weighed.clear_margin:
        ranked.remove(scored[0])
        ranked.insert(0, scored[0])
    return ranked


def _score_place(place: Place, trace: Trace, known: Surroundings, weighed: Weights, adjusted: Adjustments) -> _Scored:
    parts = []
    for name, observe in _signals().items():
        seen = observe(place, trace, known)
        if seen is not None:
            parts.append(Part(name, seen.value * weighed.trace[name], seen.reason + _moved(name, adjusted)))
    parts += _verdict(place.block, adjusted)
    return _Scored(place.block, sum(part.contribution for part in parts), tuple(parts), place)


def _moved(signal: str, adjusted: Adjustments) -> str:
    factor = adjusted.factors.get(signal, 1.0)
    return "" if factor == 1.0 else f" (counts {factor:.2f} times, after people's verdicts)"


def _verdict(block: CodeBlock, adjusted: Adjustments) -> list[Part]:
    given = adjusted.blocks.get((block.path, block.symbol))
    return [] if given is None else [Part("verdicts", given[0], given[1])]


def _outside(
    trace: Trace, places: tuple[Place, ...], known: Surroundings, weighed: Weights, adjusted: Adjustments
) -> list[_Scored]:
    """Blocks that are not in the trace, by the sum of the best proposal of each source."""
    best: dict[tuple[str, str, int], dict[str, candidates.Proposal]] = {}
    for name, propose in _sources().items():
        for proposal in propose(trace, places, known):
            key = block_key(proposal.block)
            if key in trace.own_blocks or not worth_proposing(proposal.block, trace):
                continue
            held = best.setdefault(key, {}).get(name)
            if held is None or held.value < proposal.value:
                best[key][name] = proposal
    scored = []
    for proposals in best.values():
        block = next(iter(proposals.values())).block
        parts = [
            Part(name, item.value * weighed.outside[name], item.reason + _moved(name, adjusted))
            for name, item in proposals.items()
        ]
        parts += _verdict(block, adjusted)
        parts.sort(key=lambda part: -part.contribution)
        scored.append(_Scored(block, sum(part.contribution for part in parts), tuple(parts)))
    return sorted(scored, key=lambda item: (-item.raw, block_key(item.block)))


def worth_proposing(block: CodeBlock, trace: Trace) -> bool:
    """Whether a block outside the trace can hold a cause: it has a body, and is neither a test nor exception code."""
    return bool(statements(read_block(block))) and not kind_of(block.path) and exception_code(block, trace) is None


def _interleave(inside: list[_Scored], outside: list[_Scored], weighed: Weights) -> list[_Scored]:
    """The trace's best places, then what is strongly supported from outside, the rest of the trace, the rest.

    What has more than guesswork for it, a change in the failing release or a person's word, may stand further up.
    """
    head = weighed.first_outside_rank - 1
    vouched = [item for item in outside if _is_vouched(item, inside)][: weighed.outside_at_once]
    others = [item for item in outside if item not in vouched]
    early = [item for item in others[: weighed.outside_at_once] if item.raw >= weighed.outside_needs]
    first = inside[0].raw + weighed.clear_margin if inside else 0.0
    before = [item for item in vouched if item.raw > first]
    after = [item for item in vouched if item.raw <= first]
    top = [*before, *inside[:1], *after]
    return [*top, *inside[1:head], *early, *inside[head:], *others[len(early) :]]


def _is_vouched(item: _Scored, inside: list[_Scored]) -> bool:
    """Confirmed by people; or changed by the failing release and called from or written beside the trace, while no
    place of the trace was changed itself."""
    said = {part.signal: part.contribution for part in item.parts}
    if said.get("verdicts", 0.0) > 0:
        return True
    trace_changed = any(part.signal == "changed" for place in inside for part in place.parts)
    reached = bool(said.keys() & {"producers", "writers", "callees"})
    return said.get("changed_blocks", 0.0) >= TELLING and reached and not trace_changed


def _suspects(ordered: list[_Scored]) -> list[Suspect]:
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
