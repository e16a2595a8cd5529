"""Who made the value that failed: calls whose result flowed, over any number of names, into the failing statement."""

from collections.abc import Iterator

from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.candidates.callees import called, worth
from rca.data_flow import Origin, origins
from rca.signals import Surroundings
from rca.signals.substance import size
from rca.trace import Place, Trace

LOOKED_AT = 3
STEP = 0.4  # how much less each assignment in between counts
INSIDE = 0.8  # of what the producer itself gets: a function that it returned may be what was called


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Callees on the lines that made what the failing statement or its guard reads, and functions inside of them."""
    for rank, place in enumerate(places[:LOOKED_AT]):
        lines = origins(place)
        callees = trace.callees(place.block)
        for call in place.block.calls:
            origin = lines.get(call.line)
            if origin is None:
                continue
            meant = called(call, callees)
            for block in meant:
                value = worth(block, len(meant)) / (1 + 0.7 * rank + STEP * origin.steps)
                yield Proposal(block, value, f"made {_what(origin, place)}")
                for inner in _inside(trace, block):
                    part = value * INSIDE * size(inner)
                    yield Proposal(inner, part, f"is part of {block.name}, which made {_what(origin, place)}")


def _what(origin: Origin, place: Place) -> str:
    user = place.block.name
    if not origin.steps:
        return f"{origin.name}, which {user} was using when it failed"
    return f"{origin.name}, from which came what {user} was using when it failed"


def _inside(trace: Trace, block: CodeBlock) -> list[CodeBlock]:
    return [
        other
        for other in trace.code.blocks_in(block.path)
        if other.symbol.rpartition(".")[0] == block.symbol and other.kind != "class"
    ]
