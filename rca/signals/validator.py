"""A shared check that rejects bad input did its work; whoever handed the input over is suspected first."""

import re

from rca.signals import Observation, Surroundings
from rca.source_text import THROW
from rca.trace import Place, Trace

_CHECKER_NAME = re.compile(
    r"^_{0,2}(?:(?:validate|check|require|ensure|assert|verify|expect|guard|enforce|must)(?=[A-Z_\d]|$)|not_?[nN]ull$)"
)
_CHECKER_CLASS = re.compile(r"^(?:Preconditions|Validate|Validation|Validator|Assert|Assertions|Checks?|Args|Verify)$")


def observe(place: Place, _trace: Trace, _surroundings: Surroundings) -> Observation | None:
    """1 for a function named as a check, or in a class of checks, that was stopped at its own throw."""
    if refused_input(place):
        return Observation(1.0, f"{place.block.name} checks its input and refused it: the input came from the caller")
    return None


def refused_input(place: Place) -> bool:
    """Whether the place is a check that did its work."""
    if not THROW.match(place.statement) or not place.text.parameters:
        return False
    owner = place.container.rpartition(".")[2]
    return bool(_CHECKER_NAME.match(place.block.name) or _CHECKER_CLASS.match(owner))
