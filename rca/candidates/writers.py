"""Who wrote the fields that the failing line reads: methods of the same class that assign them."""

import re
from collections.abc import Iterator

from rca.candidates import Proposal
from rca.candidates.same_class import members
from rca.signals import Surroundings
from rca.source_text import identifiers, read_block
from rca.trace import Place, Trace

LOOKED_AT = 2
_FIELD = re.compile(r"\b(?:self|this)\.([A-Za-z_]\w*)")


def propose(trace: Trace, places: tuple[Place, ...], _surroundings: Surroundings) -> Iterator[Proposal]:
    """Methods beside a suspected place that assign a field which its failing statement or guard reads."""
    for rank, place in enumerate(places[:LOOKED_AT]):
        for name in _fields(place):
            write = re.compile(
                rf"(?:\b(?:self|this)\.|^\s*){re.escape(name)}\s*(?:\[[^\]]*\]\s*)?(?::[^=\n]+)?(?:=(?!=)|\+=|-=|:=)",
                re.MULTILINE,
            )
            for block in members(trace, place):
                if write.search("\n".join(read_block(block).body)):
                    yield Proposal(block, 1 / (1 + 0.7 * rank), f"writes {name}, which {place.block.name} reads there")


def _fields(place: Place) -> list[str]:
    """Fields read where it failed: `self.x`, `this.x`, and in Java also bare names that nothing local declares."""
    read = f"{place.statement} {place.text.guard(place.frame.line)}"
    named = list(dict.fromkeys(_FIELD.findall(read)))
    if place.text.indented or not place.container:
        return named
    local = set(place.text.parameters) | {
        name
        for line in place.text.before(place.frame.line)
        for name in re.findall(r"\w[\w<>\[\], ]*\s+(\w+)\s*[=;:]", line)
    }
    bare = [
        name
        for name in identifiers(read)
        if name not in local
        and not name[0].isupper()
        and not re.search(rf"(?:\.\s*{re.escape(name)}\b|\b{re.escape(name)}\s*\()", read)
    ]
    return list(dict.fromkeys([*named, *bare]))
