"""What the release under suspicion changed."""

from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace


def observe(place: Place, _trace: Trace, surroundings: Surroundings) -> Observation | None:
    """1 for a block that was changed between the last good release and the failing one."""
    reason = surroundings.changed.get((place.block.path, place.block.symbol))
    return None if reason is None else Observation(1.0, reason)
