"""A body with something in it can be wrong in more ways than one that passes on."""

from indexers.code.blocks import CodeBlock
from rca.signals import Observation, Surroundings
from rca.source_text import read_block, statements
from rca.trace import Place, Trace

FULL_LINES = 40


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation:
    """0 for an empty body, rising to 1 at forty statements."""
    return Observation(size(place.block), f"holds {len(statements(place.text))} lines of own logic")


def size(block: CodeBlock) -> float:
    """0 for an empty body, 1 for forty statements and more."""
    return min(len(statements(read_block(block))), FULL_LINES) / FULL_LINES
