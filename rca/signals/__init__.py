"""What speaks for or against a place of the trace being the cause: one small file a signal, each with its reason.

Owns: the shape of a signal and the list of them. A signal looks at one `Place` of a `Trace` and says nothing (None) or
an `Observation`; how much it counts is in rca/weights.toml under the signal's name. Keeps out: candidates from outside
the trace (rca/candidates), the final order (rca/suspects.py).
Where the signals come from: patterns counted over 213 traces of real bugs in Java and Python projects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from rca.nearby import Nearby
from rca.sharing import Sharing
from rca.trace import Place, Trace


@dataclass(frozen=True, slots=True)
class Observation:
    """`value` is 0..1, how much of the signal is there (negative where a signal can also speak against itself);
    `reason` is for the engineer who reads the ranking."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beyond the trace: `changed` maps (path, symbol) to a sentence about a change in the release under
    suspicion, `sharing` says which blocks other faults of the service went through, `near` what was logged around,
    `said` is the cluster's own type and message, the same for all its occurrences."""

    changed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sharing: Sharing = field(default_factory=Sharing)
    near: Nearby = field(default_factory=Nearby)
    said: str = ""


Signal = Callable[[Place, Trace, Surroundings], Observation | None]

# In the order in which reasons are shown.
NAMES = (
    "position",
    "exception_code",
    "thrower",
    "validator",
    "supplier",
    "accessor",
    "constructor",
    "sibling",
    "substance",
    "foreign_code",
    "changed",
    "spectrum",
    "values",
)


def load() -> dict[str, Signal]:
    """Every signal by name."""
    return {name: import_module(f"rca.signals.{name}").observe for name in NAMES}
