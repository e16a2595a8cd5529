"""Blocks that share words with the exception and the failing lines, over the whole tree."""

from collections.abc import Iterator

from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.trace import Place, Trace

MOST = 30


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Word search (BM25) for the messages and the statements of the three most suspected places."""
    query = "\n".join([trace.message(), *(f"{place.block.name} {place.statement}" for place in places[:3])])
    found = [(block, score) for block, score in trace.code.search_words(query, MOST) if block.kind != "class"]
    best = found[0][1] if found else 0.0
    for block, score in found:
        if best > 0:
            yield Proposal(block, score / best, "shares words with the exception and the failing lines")
