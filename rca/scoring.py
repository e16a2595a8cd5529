"""The candidates for the cause of a trace, scored by hand-set weights: places of the trace and blocks from outside it.

Owns: adding up signals and sources, the rule that keeps a plain good answer first, the features of each candidate.
Keeps out: the single signals (rca/signals), where outside candidates come from (rca/candidates), how much each counts
(rca/weights.toml), the final order (rca/suspect_order.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from indexers.code.blocks import CodeBlock
from indexers.exceptions.chain import ExceptionRecord
from rca import candidates, features, signals, weights
from rca.candidates.resources import KIND as FILE
from rca.codebase import Codebase
from rca.signals import Surroundings
from rca.signals.exception_code import exception_code
from rca.signals.foreign_code import kind_of
from rca.source_text import read_block, statements
from rca.trace import Place, Trace, block_key, lay_over
from rca.weights import Weights

_FOLLOWED = ("producers", "writers", "callees", "words")  # sources whose agreement says something


@dataclass(frozen=True, slots=True)
class Part:
    """One signal's share of a suspect's score, in plain words."""

    signal: str
    contribution: float
    reason: str


@dataclass(frozen=True)
class Adjustments:
    """What people's verdicts say: per (path, symbol) an addition to the score with its reason, per signal a factor."""

    blocks: Mapping[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scored:
    block: CodeBlock
    raw: float
    parts: tuple[Part, ...]
    place: Place | None = None


@dataclass(frozen=True)
class Candidates:
    """Every candidate by hand-set weights: places of the trace, and blocks from outside it, each the best first."""

    trace: Trace
    inside: Sequence[Scored]
    outside: Sequence[Scored]
    weighed: Weights

    @property
    def scored(self) -> list[Scored]:
        """All of them, those of the trace first."""
        return [*self.inside, *self.outside]

    @property
    def blocks(self) -> list[CodeBlock]:
        """Their code, in the order of `scored`."""
        return [item.block for item in self.scored]

    @cached_property
    def features(self) -> list[list[float]]:
        """The numbers of each candidate as features.NAMES has them, in the order of `scored`."""
        order = [item.block for item in self.inside]
        running = [item.place.statement for item in self.inside if item.place is not None]
        words = features.words_of(order, running)
        first = order[0] if order else None
        within = [_inside_features(rank, item, words) for rank, item in enumerate(self.inside)]
        return within + [_outside_features(item, words, first, len(order)) for item in self.outside]


def candidates_of(
    chain: Sequence[ExceptionRecord],
    code: Codebase,
    *,
    surroundings: Surroundings | None = None,
    adjustments: Adjustments | None = None,
    without: Collection[str] = (),
) -> Candidates:
    """What rank_suspects chooses from; the evaluation and the training look at it directly.

    `without` names signals and sources that are left out.
    """
    trace = lay_over(chain, code)
    adjusted = adjustments or Adjustments()
    weighed = weights.load().scaled(adjusted.factors)
    known = surroundings or Surroundings()
    inside = _inside(trace, known, weighed.without(without), adjusted)
    order = tuple(scored.place for scored in inside if scored.place is not None)
    return Candidates(trace, inside, _outside(trace, order, known, weighed.without(without), adjusted), weighed)


def _inside_features(rank: int, item: Scored, words: features.Words) -> list[float]:
    apart = sum(part.contribution for part in item.parts if part.signal != "position")
    innermost = item.place is not None and item.place.order == 0
    return features.inside(item.block, words, apart=apart, suspicion=item.raw, rank=rank, innermost=innermost)


def _outside_features(item: Scored, words: features.Words, first: CodeBlock | None, places: int) -> list[float]:
    said = {part.signal for part in item.parts}
    return features.outside(
        item.block,
        words,
        support=item.raw,
        sources=sum(name in said for name in _FOLLOWED),
        first=first,
        places=places,
    )


@cache
def _signals() -> dict[str, signals.Signal]:
    return signals.load()


@cache
def _sources() -> dict[str, candidates.Source]:
    return candidates.load()


def _inside(trace: Trace, known: Surroundings, weighed: Weights, adjusted: Adjustments) -> list[Scored]:
    """Places of the trace by score, the plain answer kept first unless another is clearly better."""
    scored = [_score_place(place, trace, known, weighed, adjusted) for place in trace.places]
    ranked = sorted(scored, key=lambda item: -item.raw)  # stable: equal scores stay in the order of the trace
    if ranked and ranked[0] is not scored[0] and ranked[0].raw - scored[0].raw <= weighed.clear_margin:
        ranked.remove(scored[0])
        ranked.insert(0, scored[0])
    return ranked


def _score_place(place: Place, trace: Trace, known: Surroundings, weighed: Weights, adjusted: Adjustments) -> Scored:
    parts = []
    for name, observe in _signals().items():
        seen = observe(place, trace, known) if name in weighed.trace else None
        if seen is not None:
            parts.append(Part(name, seen.value * weighed.trace[name], seen.reason + _moved(name, adjusted)))
    parts += _verdict(place.block, adjusted)
    return Scored(place.block, sum(part.contribution for part in parts), tuple(parts), place)


def _moved(signal: str, adjusted: Adjustments) -> str:
    factor = adjusted.factors.get(signal, 1.0)
    return "" if factor == 1.0 else f" (counts {factor:.2f} times, after people's verdicts)"


def _verdict(block: CodeBlock, adjusted: Adjustments) -> list[Part]:
    given = adjusted.blocks.get((block.path, block.symbol))
    return [] if given is None else [Part("verdicts", given[0], given[1])]


def _outside(
    trace: Trace, places: tuple[Place, ...], known: Surroundings, weighed: Weights, adjusted: Adjustments
) -> list[Scored]:
    """Blocks that are not in the trace, by the sum of the best proposal of each source."""
    best: dict[tuple[str, str, int], dict[str, candidates.Proposal]] = {}
    for name, propose in _sources().items():
        if name not in weighed.outside:
            continue
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
        scored.append(Scored(block, sum(part.contribution for part in parts), tuple(parts)))
    return sorted(scored, key=lambda item: (-item.raw, block_key(item.block)))


def worth_proposing(block: CodeBlock, trace: Trace) -> bool:
    """Whether a block outside the trace can hold a cause: it is a file that was named, or has a body and is neither
    a test nor exception code."""
    if block.kind == FILE:
        return True
    return bool(statements(read_block(block))) and not kind_of(block.path) and exception_code(block, trace) is None
