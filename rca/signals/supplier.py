"""When the value that failed came in as a bare parameter, the one who passed it is closer to the cause.

Follows a parameter outwards for as long as it is handed on unchanged. Counts for languages with declared types only:
in dynamic ones the receiver is as often the one who should have coped. Keeps out: values made inside a block.
"""

import re

from rca.signals import Observation, Surroundings
from rca.signals.validator import refused_input
from rca.source_text import THROW, BlockText, identifiers
from rca.trace import Place, Trace

LANGUAGES = frozenset({"java", "kotlin", "scala", "go", "csharp"})
_DEREFERENCED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*(?:\.|\[)")

_INDEX = re.compile(r"IndexOutOfBounds|index out of range")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]|\(([^()]*)\)")


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 when every value that could have failed at the place is a parameter that the block never changed."""
    if place.block.language not in LANGUAGES:
        return None
    supplied = supplied_names(place)
    if not supplied:
        return None
    named = ", ".join(sorted(supplied))
    return Observation(1.0, f"fails on {named}, which its caller passed in unchanged")


def supplied_names(place: Place) -> frozenset[str]:
    """The parameters that the failure at a place goes back to; empty when anything else is involved."""
    inner = place.inner
    if place.innermost_in_section:
        blamed = _failing_values(place)
    elif inner is None:
        return frozenset()
    elif refused_input(inner):
        blamed = frozenset(argument for argument in _arguments(place, inner) if argument != '""')
    else:
        inside = supplied_names(inner)
        given = dict(zip(inner.text.parameters, _arguments(place, inner), strict=False))
        blamed = frozenset(given.get(name, "") for name in inside)
    taken = frozenset(place.text.parameters)
    unchanged = all(not _assigned(name, place.text, place.frame.line) for name in blamed)
    return blamed if blamed and blamed <= taken and unchanged else frozenset()


def _failing_values(place: Place) -> frozenset[str]:
    """Names whose value can be at fault: what is dereferenced on the line, or tested before its own throw."""
    if THROW.match(place.statement):
        tested = identifiers(place.text.guard(place.frame.line))
        return frozenset(name for name in tested if not name[0].isupper())
    used = _DEREFERENCED.findall(place.statement)
    if _INDEX.search(place.error.type):
        used += [name for inside in _BRACKETED.findall(place.statement) for name in identifiers(" ".join(inside))]
    return frozenset(name for name in used if name not in ("this", "self", "super") and not name[0].isupper())


def _arguments(place: Place, inner: Place) -> list[str]:
    """The arguments of the call that led inwards; an argument that is more than a name stays as it is written."""
    start = re.search(rf"\b{re.escape(inner.block.name)}\s*\(", place.statement)
    if start is None:
        return []
    parts, depth, part = [], 0, ""
    for character in place.statement[start.end() :]:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            break
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [one.strip() for one in [*parts, part] if one.strip()]


def _assigned(name: str, text: BlockText, line: int | None) -> bool:
    change = re.compile(rf"(?<![\w.]){re.escape(name)}\s*(?:=(?!=)|\+=|-=|\+\+|--)")
    return any(change.search(before) for before in text.before(line))
