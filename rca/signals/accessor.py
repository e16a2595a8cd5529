"""A tiny accessor that was asked for an index, key or object that is not there answered rightly."""

import re

from rca.signals import Observation, Surroundings
from rca.signals.position import short
from rca.source_text import statements
from rca.trace import Place, Trace

_MISSING = re.compile(r"IndexOutOfBounds|IndexError|KeyError|NullPointer|NoSuchElement|Lookup|NilPointer|TypeError$")
LONGEST_STATEMENTS = 3


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a body of at most three statements that has parameters, failing with an error about a missing value."""
    error = short(place.error.type)
    if not _MISSING.search(error) or not place.text.parameters or len(statements(place.text)) > LONGEST_STATEMENTS:
        return None
    return Observation(1.0, f"a short accessor: the {error} says that it was asked for something that is not there")
