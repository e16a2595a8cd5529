"""A tiny accessor that was asked for an index, key or object that is not there answered rightly."""

import re

from rca.signals import Observation, Surroundings
from rca.signals.position import short
from rca.source_text import statements
from rca.trace import Place, Trace

_MISSING = re.compile(
    r"IndexOutOfBounds|IndexError|KeyError|NoSuchElement|LookupError|NoSuchKey|RangeError|index out of range"
)
_ASKED = r"(?:\[\s*{name}\b|\b(?:get|at|charAt|elementAt|item|remove|pop|getattr)\w*\(\s*{name}\b)"
LONGEST_STATEMENTS = 2


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a body of at most two statements that looks one of its parameters up and did not find it."""
    error = short(place.error.type)
    if not _MISSING.search(error) or len(statements(place.text)) > LONGEST_STATEMENTS:
        return None
    if not any(re.search(_ASKED.format(name=re.escape(name)), place.statement) for name in place.text.parameters):
        return None
    return Observation(1.0, f"a short accessor: the {error} says that it was asked for something that is not there")
