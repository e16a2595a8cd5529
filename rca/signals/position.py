"""The further a place is from the point of failure, the less it is suspected."""

from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace

FURTHEST = 8


def observe(place: Place, trace: Trace, _surroundings: Surroundings) -> Observation:
    """0 for the innermost own block of the root cause, 1 for the eighth and beyond."""
    value = min(place.order, FURTHEST) / FURTHEST
    if place.order == 0:
        chained = len(trace.chain) > 1
        where = f" of the root cause, {short(place.error.type)}" if chained else ""
        return Observation(value, f"innermost own frame{where}")
    return Observation(value, f"{place.order} own {'frame' if place.order == 1 else 'frames'} outside the failing one")


def short(type_name: str) -> str:
    """An exception's type without its package."""
    return type_name.rsplit(".", 1)[-1]
