"""A body with something in it can be wrong in more ways than one that passes on."""

from rca.signals import Observation, Surroundings
from rca.source_text import statements
from rca.trace import Place, Trace

FULL_LINES = 40


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation:
    """0 for an empty body, rising to 1 at forty statements."""
    count = len(statements(place.text))
    return Observation(min(count, FULL_LINES) / FULL_LINES, f"holds {count} lines of own logic")
