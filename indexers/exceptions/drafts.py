"""What a language parser hands over: exceptions whose places are still indexes into its block.

Keeps out: in-app decisions and the mapping to input lines, which extract.py makes for all languages alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from indexers.exceptions.chain import Frame, Relation
from indexers.exceptions.lines import Block


@dataclass(slots=True)
class Draft:
    """One exception being read. `parent` is an index within its trace; `first` and `last` are indexes of the block."""

    type: str
    message: str | None
    first: int
    last: int
    relation: Relation = "root"
    parent: int | None = None
    frames: list[Frame] = field(default_factory=list)
    location: Frame | None = None


@dataclass(frozen=True, slots=True)
class TraceDraft:
    """The exceptions of one trace in printed order, and the block lines it takes up (inclusive)."""

    language: str
    drafts: list[Draft]
    innermost_first: bool = True

    @property
    def first(self) -> int:
        return min(draft.first for draft in self.drafts)

    @property
    def last(self) -> int:
        return max(draft.last for draft in self.drafts)


Parser = Callable[[Block], list[TraceDraft]]
