"""The same method elsewhere in the class hierarchy: what it overrides, what overrides it, and its siblings.

A method that is right for one kind of object often copies, forgets or contradicts what its relatives do. Keeps out:
members of the same class (same_class.py).
"""

from collections.abc import Iterator

from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.candidates.callees import CONSTRUCTORS
from rca.signals import Surroundings
from rca.trace import Place, Trace

LOOKED_AT = 3
MOST = 30  # methods of one name; a commoner one (toString, run) says nothing
DIRECT, SIBLING = 1.0, 0.6


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Methods of a suspected place's name in classes that it extends, that extend it, or that share a base with it."""
    for rank, place in enumerate(places[:LOOKED_AT]):
        own = _class_of(trace, place.block)
        if own is None or place.block.name in CONSTRUCTORS:
            continue
        alike = trace.code.find(place.block.name)
        for block in alike if len(alike) <= MOST else ():
            other = _class_of(trace, block)
            if other is None or other == own:
                continue
            value, how = _relation(own, other)
            if value:
                yield Proposal(block, value / (1 + 0.7 * rank), f"{how} {own.name}.{place.block.name}")


def _relation(own: CodeBlock, other: CodeBlock) -> tuple[float, str]:
    if other.name in own.bases:
        return DIRECT, "is overridden by"
    if own.name in other.bases:
        return DIRECT, "overrides"
    if set(own.bases) & set(other.bases):
        return SIBLING, "does for its class what is done by"
    return 0.0, ""


def _class_of(trace: Trace, block: CodeBlock) -> CodeBlock | None:
    holder = block.symbol.rpartition(".")[0]
    if block.kind != "method" or not holder:
        return None
    return next((one for one in trace.code.blocks_in(block.path) if one.kind == "class" and one.symbol == holder), None)
