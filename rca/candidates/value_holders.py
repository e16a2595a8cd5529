"""Blocks outside the trace that hold a rare value of the failing request: a key, a column, a constant."""

from collections.abc import Iterator

from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.signals.values import reason, standing
from rca.trace import Place, Trace

MOST_HOLDERS = 4  # a value that more blocks hold is no trail


def propose(trace: Trace, _places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for the only block that holds a value of the failing event in quotes; less for each that shares it."""
    for value in surroundings.near.values:
        holders, blocks = trace.code.having(value.text, MOST_HOLDERS)
        if not 0 < holders <= MOST_HOLDERS:
            continue
        for block in blocks:
            literal = standing(value.text, block)
            if literal:
                yield Proposal(block, literal * value.nearness / holders**0.5, reason(value))
