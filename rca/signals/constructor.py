"""Constructors mostly keep what they are given."""

from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a constructor."""
    if place.block.kind == "constructor" or place.block.name in ("__init__", "constructor"):
        return Observation(1.0, "a constructor, which mostly keeps what it is given")
    return None
