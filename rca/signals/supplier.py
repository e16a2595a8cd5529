"""When the value that failed came in as a bare parameter, the one who passed it is closer to the cause.

Counts for languages with declared types only: in dynamic ones the receiver is as often the one who should have coped.
"""

import re

from rca.signals import Observation, Surroundings
from rca.source_text import THROW, BlockText, identifiers
from rca.trace import Place, Trace

LANGUAGES = frozenset({"java", "kotlin", "scala", "go", "csharp"})
_DEREFERENCED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*(?:\.|\[)")


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 when every value that could have failed at the place is a parameter that the block never changed."""
    if place.block.language not in LANGUAGES or not place.innermost_in_section:
        return None
    blamed = failing_values(place)
    parameters = set(place.text.parameters)
    if not blamed or not blamed <= parameters or any(_assigned(name, place.text, place.frame.line) for name in blamed):
        return None
    named = ", ".join(sorted(blamed))
    return Observation(1.0, f"fails on {named}, which its caller passed in unchanged")


def failing_values(place: Place) -> set[str]:
    """Names whose value can be at fault: what is dereferenced on the line, or tested before its own throw."""
    if THROW.match(place.statement):
        return {name for name in identifiers(place.text.guard(place.frame.line)) if not name[0].isupper()}
    return {
        name
        for name in _DEREFERENCED.findall(place.statement)
        if name not in ("this", "self", "super") and not name[0].isupper()
    }


def _assigned(name: str, text: BlockText, line: int | None) -> bool:
    change = re.compile(rf"(?<![\w.]){re.escape(name)}\s*(?:=(?!=)|\+=|-=|\+\+|--)")
    return any(change.search(before) for before in text.before(line))
