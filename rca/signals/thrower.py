"""A function that always ends in a throw, or only passes on to one that does, says no more than "report this"."""

import re

from rca.signals import Observation, Surroundings
from rca.source_text import THROW, BlockText, statements
from rca.trace import Place, Trace

_RETURNS_VALUE = re.compile(r"^\s*return\b\s*[^;\s]")
LONGEST_LINES = 14


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a function that cannot end otherwise than by throwing; the same for one that relays to such a function."""
    if always_throws(place.text):
        return Observation(1.0, "always throws: a helper that reports what its caller found")
    inner = place.inner
    if inner is not None and _ends_in_call(place) and (always_throws(inner.text) or _relays(inner)):
        return Observation(1.0, f"only passes on to {inner.block.name}, which always throws")
    return None


def always_throws(text: BlockText) -> bool:
    """Whether the last statement at the top level of a short body throws and no other way out returns a value."""
    lines = [line for line in text.body if line.strip(" \t{}();,")]
    if not lines or len(lines) > LONGEST_LINES or any(_RETURNS_VALUE.match(line) for line in lines):
        return False
    outermost = min(len(line) - len(line.lstrip()) for line in lines)
    ends = [line for line in lines if len(line) - len(line.lstrip()) == outermost]
    return bool(THROW.match(ends[-1]))


def _ends_in_call(place: Place) -> bool:
    """Whether the place was at the last statement of a short body that returns nothing."""
    lines = statements(place.text)
    if not lines or len(lines) > LONGEST_LINES or any(_RETURNS_VALUE.match(line) for line in lines):
        return False
    return lines[-1] in place.statement or place.statement in lines[-1]


def _relays(place: Place) -> bool:
    return place.inner is not None and _ends_in_call(place) and always_throws(place.inner.text)
