"""Functions further down the calls that a suspected place had made: what set up, parsed or found what failed later.

Calls fan out, so the walk follows the most promising first: those that share words with the code that failed (a
best-first search). Keeps out: direct callees (callees.py).
"""

import heapq
from collections.abc import Iterator

from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.features import split
from rca.signals import Surroundings
from rca.source_text import read_block, statements
from rca.trace import Place, Trace, block_key

STARTS = 2  # places
MOST_FOLLOWED = 24  # blocks whose calls are looked up; what keeps a ranking fast
DEEPEST = 6  # calls
FADES = 0.8  # for each call in between


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Up to 1 for a block, two to six calls away, that shares all words of the failing statements; the way in words."""
    wanted = split(" ".join(place.statement for place in places[:STARTS]))
    if not wanted:
        return
    seen = set(trace.own_blocks)
    waiting: list[tuple[float, tuple[str, str, int], CodeBlock, tuple[str, ...]]] = []
    for place in places[:STARTS]:
        heapq.heappush(waiting, (-1.0, block_key(place.block), place.block, (place.block.name,)))
    followed = 0
    while waiting and followed < MOST_FOLLOWED:
        _, _, block, way = heapq.heappop(waiting)
        followed += 1
        for callee in trace.callees(block):
            key = block_key(callee)
            if key in seen or callee.kind == "class":
                continue
            seen.add(key)
            fit = len(wanted & split(callee.text)) / len(wanted) * FADES ** (len(way) - 1)
            if len(way) > 1 and fit and len(statements(read_block(callee))) > 1:
                yield Proposal(callee, fit, f"reached over {len(way)} calls: {' > '.join((*way, callee.name))}")
            if len(way) < DEEPEST:
                heapq.heappush(waiting, (-fit, key, callee, (*way, callee.name)))
