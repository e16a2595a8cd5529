"""The other methods of the class that failed, the ones that share its words first."""

from collections.abc import Iterator

from indexers.code.blocks import CodeBlock
from rca.candidates import Proposal
from rca.signals import Surroundings
from rca.source_text import identifiers
from rca.trace import Place, Trace

LOOKED_AT = 2


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Members of the class of a suspected place; more of the failing line's names in the body means a better fit."""
    for rank, place in enumerate(places[:LOOKED_AT]):
        wanted = set(identifiers(f"{place.statement} {place.text.guard(place.frame.line)}"))
        for block in members(trace, place):
            shared = wanted & set(identifiers(block.text))
            fit = len(shared) / max(len(wanted), 1)
            known = f", and also uses {', '.join(sorted(shared)[:3])}" if shared else ""
            where = place.container or place.block.path
            yield Proposal(block, fit / (1 + 0.7 * rank), f"beside {place.block.name} in {where}{known}")


def members(trace: Trace, place: Place) -> list[CodeBlock]:
    """Functions of the same class (or, in a class-less file, of the same file), the place itself left out."""
    return [
        block
        for block in trace.code.blocks_in(place.block.path)
        if block.kind != "class"
        and block.symbol.rpartition(".")[0] == place.container
        and block.start_line != place.block.start_line
    ]
