"""What every fault goes through is seldom to blame; what only this one goes through may be.

Method: Ochiai's coefficient as in Abreu, Zoeteweij and van Gemund, "On the Accuracy of Spectrum-based Fault
Localization" (TAIC PART 2007, https://doi.org/10.1109/TAIC.PART.2007.13), this cluster standing for the failing run and
the service's other clusters for the passing ones: 1 / sqrt(1 + others that went through the block).
"""

import math

from rca.signals import Observation, Surroundings
from rca.trace import Place, Trace

FEWEST = 3  # other faults; fewer say nothing about what is common
ENOUGH = 8  # with as many the signal counts in full
_COMMON = 0.25  # a block that so many of the others share is neither for nor against


def observe(place: Place, _trace: Trace, surroundings: Surroundings) -> Observation | None:
    """From 1 for a block that no other fault of the service went through to -1 for one that all went through."""
    sharing = surroundings.sharing
    if sharing.others < FEWEST:
        return None
    touching = sharing.touching.get((place.block.path, place.block.symbol), 0)
    value = specificity(touching, sharing.others) * min(1.0, sharing.others / ENOUGH)
    whose = f"other faults of {sharing.service}" if sharing.service else "other faults"
    if touching == 0:
        return Observation(value, f"only this fault goes through it, none of the {sharing.others} {whose}")
    if value < 0:
        return Observation(value, f"shared: {touching} of the {sharing.others} {whose} go through it too")
    return Observation(value, f"rarely seen: only {touching} of the {sharing.others} {whose} go through it")


def specificity(touching: int, others: int) -> float:
    """Ochiai's coefficient, moved so that 0 is a block which a quarter of the others share; -1..1."""
    ochiai, middle, least = (1 / math.sqrt(1 + number) for number in (touching, others * _COMMON, others))
    if ochiai >= middle:
        return (ochiai - middle) / (1 - middle)
    return (ochiai - middle) / (middle - least)
