"""Functions that a suspected place had called, and that had returned, before it failed."""

import math
from collections.abc import Iterator

from indexers.code.blocks import Call, CodeBlock
from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.source_text import read_block, statements
from rca.trace import Place, Trace

LOOKED_AT = 3  # places
MOST = 12  # calls of a place


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Callees at or before the failing line, the nearest call first."""
    for rank, place in enumerate(places[:LOOKED_AT]):
        line = place.frame.line or place.block.end_line
        calls = [call for call in place.block.calls if call.line <= line]
        calls.sort(key=lambda call: -call.line)
        callees = trace.callees(place.block)
        for distance, call in enumerate(calls[:MOST]):
            meant = called(call, callees)
            for block in meant:
                here = "on the failing line" if call.line == line else f"{line - call.line} lines before it failed"
                nearness = 1 / (1 + 0.3 * distance + 0.7 * rank)
                yield Proposal(
                    block, nearness * worth(block, len(meant)), f"{place.block.name} called {block.name} {here}"
                )


def called(call: Call, callees: list[CodeBlock]) -> list[CodeBlock]:
    """Those of `callees` that a call site can mean: by name, or the constructor of the class of that name."""
    return [
        block
        for block in callees
        if block.kind != "class"
        and (block.name == call.name or (block.name in CONSTRUCTORS and _owner(block) == call.name))
    ]


def worth(block: CodeBlock, meant: int) -> float:
    """How much being called says about `block`: less when the name can mean several, half for a bare accessor."""
    return (0.5 if len(statements(read_block(block))) <= 1 else 1.0) / math.sqrt(meant)


CONSTRUCTORS = ("__init__", "constructor", "<init>")


def _owner(block: CodeBlock) -> str:
    return block.symbol.rpartition(".")[0].rpartition(".")[2]
