"""Blocks that the release under suspicion changed and that a suspected place can reach."""

from collections.abc import Iterator

from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.signals.changed import telling
from rca.trace import Place, Trace


def propose(trace: Trace, places: tuple[Place, ...], surroundings: Surroundings) -> Iterator[Proposal]:
    """Changed blocks: up to 1 when they lie in a file of the trace, half elsewhere."""
    files = {place.block.path for place in places}
    for path in sorted({path for path, _ in surroundings.changed}):
        for block in trace.code.blocks_in(path):
            reason = surroundings.changed.get((block.path, block.symbol))
            if reason is not None and block.kind != "class":
                yield Proposal(block, telling(surroundings) * (1.0 if path in files else 0.5), reason)
