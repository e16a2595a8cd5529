"""What makes two exceptions the same: a value, and the record of the parts it was made of.

Owns the shapes and which dated strategy is in use. Keeps out: the strategies (strategies/), near-identical traces
with different fingerprints (similarity.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module

from connectors.errors import BadInputError
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.grouping_rules import NO_RULES, GroupingRules

CURRENT = "2026-11-21.2"
OWN_CODE = "the application's own code"  # the hint of frames that are; similarity.py reads it back
OWN_HASH = "own hash"  # the part that traces of one fault share whatever called the application
STRATEGIES = {
    "2026-11-21": "indexers.exceptions.strategies.s2026_11_21",
    "2026-11-21.2": "indexers.exceptions.strategies.s2026_11_21_2",
}
_BEFORE_RULES = {"2026-11-21"}  # strategies that know a user's rules only through what is decided of a frame


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was looked at. `hint` says in plain words why it does or does not contribute."""

    name: str  # "type", "frame", "message", "error class"
    value: str
    contributes: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`value` is 32 hex digits over the contributing parts, in order.

    `strategy` is the date of the rules used, with `+` and 8 hex digits of a user's own rules where there are some.
    """

    value: str
    parts: tuple[Part, ...]
    strategy: str

    def contributing(self, name: str) -> tuple[str, ...]:
        """The values of the contributing parts called `name`."""
        return tuple(part.value for part in self.parts if part.contributes and part.name == name)


def fingerprint(
    chain: Sequence[ExceptionRecord], strategy: str = CURRENT, rules: GroupingRules = NO_RULES
) -> Fingerprint:
    """The fingerprint of one chain (as `extract.chains` gives it) under a dated strategy and a user's rules.

    Raises BadInputError for an empty chain or an unknown strategy.
    """
    if not chain:
        raise BadInputError("a fingerprint needs at least one exception.")
    if strategy not in STRATEGIES:
        raise BadInputError(f"grouping strategy {strategy!r} is not known; valid ones are {', '.join(STRATEGIES)}.")
    module = import_module(STRATEGIES[strategy])
    if strategy in _BEFORE_RULES:
        made: Fingerprint = module.fingerprint(chain)
    else:
        made = module.fingerprint(chain, rules)
    return replace(made, strategy=f"{strategy}+{rules.digest}") if rules else made
