"""What the release under suspicion changed."""

from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace

FEW = 8  # changed blocks; beyond that, being among them says less and less


def observe(place: Place, _trace: Trace, surroundings: Surroundings) -> Observation | None:
    """Up to 1 for a block that was changed between the last good release and the failing one."""
    reason = surroundings.changed.get((place.block.path, place.block.symbol))
    return None if reason is None else Observation(telling(surroundings), reason)


def telling(surroundings: Surroundings) -> float:
    """How much it says that a block was changed: 1 when few were, falling with the root of their number."""
    return float(min(1.0, (FEW / max(len(surroundings.changed), 1)) ** 0.5))
