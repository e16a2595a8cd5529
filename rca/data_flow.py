"""Which lines of a block made the values that were in use when it failed: assignments followed backwards, line by line.

Owns: reading assignments without a syntax tree and the walk from the failing statement to what its names were made
from (a backward slice of data flow, Weiser 1981, within one block and without branches). Keeps out: the functions
that are called on those lines (candidates/producers.py).
"""

import re
from dataclasses import dataclass

from rca.source_text import IDENTIFIER, identifiers
from rca.trace import Place

FURTHEST = 4  # assignments one behind the other

_ASSIGNED = re.compile(
    r"(?<![\w.\])])(?P<name>[A-Za-z_]\w*)\s*(?::[^=\n,()]+)?(?:[-+*/|&%^]|//|<<|>>)?(?P<walrus>:?)=(?![=~>])"
)
_SEVERAL = re.compile(r"\s*(?P<names>\(?(?:[A-Za-z_]\w*\s*,\s*)+[A-Za-z_]\w*\)?)\s*:?=(?!=)")
_LOOP = re.compile(
    r"\bfor\s*\(?\s*(?:(?:const|let|var|final|await)\s+)?(?P<names>[\w\s,()<>\[\].?]+?)\s*(?:\bin\b|\bof\b|:(?!=)|:=\s*range)"
)
_AS = re.compile(r"\bas\s+(?P<names>[A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Origin:
    """A line that made `name`, `steps` assignments away from the failing statement (0: a name used there)."""

    name: str
    steps: int


def origins(place: Place) -> dict[int, Origin]:
    """The lines at or above the failure whose assignments reached it, by number; the shortest way counts."""
    last = place.frame.line or place.block.end_line
    made: dict[str, list[int]] = {}
    for number in range(place.block.start_line, last + 1):
        for name in _targets(place.text.line(number)):
            made.setdefault(name, []).append(number)
    found: dict[int, Origin] = {}
    names = dict.fromkeys(identifiers(f"{place.statement} {place.text.guard(place.frame.line)}"), 0)
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        steps = names[name]
        for number in made.get(name, ()):
            found.setdefault(number, Origin(name, steps))
            if steps + 1 < FURTHEST:
                new = [used for used in identifiers(place.text.statement(number)) if used not in names]
                names |= dict.fromkeys(new, steps + 1)
                waiting += new
    return found


def _targets(line: str) -> list[str]:
    """Names that a line gives a value to; keyword arguments are none."""
    if "=" not in line and " as " not in line and "for" not in line:
        return []
    targets = [
        match["name"]
        for match in _ASSIGNED.finditer(line)
        if match["walrus"] or line.count("(", 0, match.start()) <= line.count(")", 0, match.start())
    ]
    several = _SEVERAL.match(line)
    for match in (several, _LOOP.search(line), _AS.search(line)):
        if match:
            named = IDENTIFIER.findall(match["names"])
            # `for (Type name : all)`: the last word is the name.
            targets += named if "," in match["names"] or match is several else named[-1:]
    return targets
