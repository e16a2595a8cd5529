"""What every look-up is: typed arguments that say what is wanted, and evidence that comes back.

Owns the base class and the result. Keeps out: single look-ups, limits over a turn (desk.py).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rca.conversation.world import World
from rca.evidence import EvidenceItem

Words = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(max_length=255)]
Path = Annotated[str, Field(max_length=1_000)]
Line = Annotated[int, Field(ge=0, le=10_000_000)]
When = AwareDatetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """`items` are pieces of evidence without ids; `says` puts in words what came of it; `data` is what the items were
    made of, for answers that are written by rules."""

    items: tuple[EvidenceItem, ...] = ()
    says: str = ""
    data: Any = None


class LookUp(BaseModel, ABC):
    """One look-up. The docstring of a subclass is what a model is told about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: ClassVar[str]

    @abstractmethod
    def look(self, world: World) -> Found:
        """Carry it out. Raises NotFoundError or BadInputError in words that help whoever asked."""

    @classmethod
    def offered(cls, world: World) -> bool:
        """Whether it can find anything in this world at all."""
        return True
