"""Where one class calls itself, the inner of its methods is the better guess."""

from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 when the next place inwards belongs to the same class."""
    inner = place.inner
    if (
        inner is None
        or not place.container
        or (inner.container, inner.block.path) != (place.container, place.block.path)
    ):
        return None
    return Observation(1.0, f"calls on within {place.container}: {inner.block.name} is nearer to the failure")
