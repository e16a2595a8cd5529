"""Carries look-ups out: validated, within limits, each result written down as evidence.

Whoever plans (rules or a model) only names a look-up and its arguments; nothing that a log line says can make this do
more. Owns: limits of a turn, and the record of what was looked up. Keeps out: single look-ups (tools/), planning.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from connectors.errors import FirstcauseError
from rca.conversation.notebook import Notebook
from rca.conversation.tools import LOOK_UPS, Found, LookUp
from rca.conversation.values import LookedUp
from rca.conversation.world import World
from rca.evidence import EvidenceItem


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one turn: look-ups, seconds for all of them together, pieces of evidence, and tokens that a model is given of
    what they found."""

    look_ups: int = 12
    seconds: float = 45.0
    pieces: int = 80
    tokens: int = 12_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a look-up: its evidence with ids, in words, and as data. `problem` says why there is nothing."""

    items: tuple[EvidenceItem, ...] = ()
    says: str = ""
    data: Any = None
    problem: str = ""

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass
class Desk:
    """One turn's look-ups. `clock` counts seconds."""

    world: World
    notebook: Notebook
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.monotonic
    done: list[LookedUp] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began = self.clock()
        self._pieces = 0

    @property
    def left(self) -> int:
        """How many look-ups are left; 0 also when time or room for evidence is used up."""
        if self.clock() - self._began > self.limits.seconds or self._pieces >= self.limits.pieces:
            return 0
        return max(0, self.limits.look_ups - len(self.done))

    def look(self, asked: LookUp) -> Seen:
        """Carry out a look-up. Never raises for what cannot be found; then `problem` says why."""
        if not self.left:
            return self._refused(asked.tool, asked.model_dump(mode="json"), self._spent())
        began = self.clock()
        try:
            found = asked.look(self.world)
        except FirstcauseError as error:
            self._record(asked, (), began, str(error))
            return Seen(problem=str(error))
        items = self._written(found)
        self._record(asked, items, began)
        return Seen(items, found.says, found.data)

    def call(self, name: str, arguments: Mapping[str, Any]) -> Seen:
        """Carry out a look-up as a model asked for it. An unknown name or wrong arguments are refused in words."""
        kind = LOOK_UPS.get(name)
        if kind is None or not kind.offered(self.world):
            return self._refused(name, dict(arguments), f"there is no look-up {name!r}; nothing was done")
        try:
            asked = kind.model_validate(dict(arguments))
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors(include_url=False)
            )
            return self._refused(name, dict(arguments), f"these arguments cannot be used: {wrong[:600]}")
        return self.look(asked)

    def _written(self, found: Found) -> tuple[EvidenceItem, ...]:
        room = max(0, self.limits.pieces - self._pieces)
        items = tuple(self.notebook.add(item) for item in found.items[:room])
        self._pieces += len(items)
        return items

    def _spent(self) -> str:
        return f"this turn's {self.limits.look_ups} look-ups, its time or its room for evidence are used up"

    def _refused(self, name: str, arguments: dict[str, Any], why: str) -> Seen:
        self.done.append(LookedUp(tool=name[:64], arguments=_short(arguments), problem=why))
        return Seen(problem=why)

    def _record(self, asked: LookUp, items: tuple[EvidenceItem, ...], began: float, problem: str = "") -> None:
        self.done.append(
            LookedUp(
                tool=asked.tool,
                arguments=asked.model_dump(mode="json", exclude_defaults=True),
                evidence=tuple(dict.fromkeys(item.id for item in items)),
                problem=problem,
                milliseconds=round((self.clock() - began) * 1_000),
            )
        )


def _short(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that were refused, as they are kept: enough to see what was tried."""
    return {str(name)[:64]: str(value)[:200] for name, value in list(arguments.items())[:20]}
