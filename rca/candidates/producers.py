"""Who made the value that failed: calls whose result flowed into the names on the failing line or its guard."""

import re
from collections.abc import Iterator

from rca.candidates import Proposal
from rca.candidates.callees import called, worth
from rca.signals import Surroundings
from rca.source_text import identifiers
from rca.trace import Place, Trace

LOOKED_AT = 3
_ASSIGNMENT = (
    r"(?<![\w.]){name}\s*(?::[^=\n]+)?=(?!=)|(?:for|as)\s+[^:=]*\b{name}\b|{name}\s*:=|\b{name}\s*,[^=]*=(?!=)"
)


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Callees on lines above the failure that assign a name which the failing statement or its guard reads."""
    for rank, place in enumerate(places[:LOOKED_AT]):
        names = identifiers(f"{place.statement} {place.text.guard(place.frame.line)}")
        lines = {line: name for name in names for line in _assigning_lines(place, name)}
        callees = trace.callees(place.block)
        for call in place.block.calls:
            if call.line not in lines:
                continue
            meant = called(call, callees)
            for block in meant:
                yield Proposal(
                    block,
                    worth(block, len(meant)) / (1 + 0.7 * rank),
                    f"made {lines[call.line]}, which {place.block.name} was using when it failed",
                )


def _assigning_lines(place: Place, name: str) -> list[int]:
    pattern = re.compile(_ASSIGNMENT.format(name=re.escape(name)))
    last = place.frame.line or place.block.end_line
    return [number for number in range(place.block.start_line, last + 1) if pattern.search(place.text.line(number))]
