"""What makes two exceptions the same: a value, and the record of the parts it was made of.

Owns the shapes and which dated strategy is in use. Keeps out: the strategies (strategies/), near-identical traces
with different fingerprints (similarity.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from connectors.errors import BadInputError
from indexers.exceptions.chain import ExceptionRecord

CURRENT = "2026-11-21"
OWN_CODE = "the application's own code"  # the hint of frames that are; similarity.py reads it back
STRATEGIES = {"2026-11-21": "indexers.exceptions.strategies.s2026_11_21"}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was looked at. `hint` says in plain words why it does or does not contribute."""

    name: str  # "type", "frame", "message", "error class"
    value: str
    contributes: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`value` is 32 hex digits over the contributing parts, in order; `strategy` is the date of the rules used."""

    value: str
    parts: tuple[Part, ...]
    strategy: str

    def contributing(self, name: str) -> tuple[str, ...]:
        """The values of the contributing parts called `name`."""
        return tuple(part.value for part in self.parts if part.contributes and part.name == name)


def fingerprint(chain: Sequence[ExceptionRecord], strategy: str = CURRENT) -> Fingerprint:
    """The fingerprint of one chain (as `extract.chains` gives it) under a dated strategy.

    Raises BadInputError for an empty chain or an unknown strategy.
    """
    if not chain:
        raise BadInputError("a fingerprint needs at least one exception.")
    if strategy not in STRATEGIES:
        raise BadInputError(f"grouping strategy {strategy!r} is not known; valid ones are {', '.join(STRATEGIES)}.")
    made: Fingerprint = import_module(STRATEGIES[strategy]).fingerprint(chain)
    return made
