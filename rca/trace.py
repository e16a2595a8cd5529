"""A chain of exceptions laid over the code it came from: which own blocks it went through, the likeliest first.

Owns: the order of sections (root cause first) and of frames (innermost first), and the facts of a place that several
signals need. Keeps out: what makes a place suspicious (signals/).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from indexers.code.blocks import CodeBlock
from indexers.exceptions.chain import ExceptionRecord, Frame
from rca.codebase import Codebase
from rca.source_text import BlockText, read_block

# Sections further down this list are looked at later: what was raised while handling something else is the newer fault,
# what a section was caused by is the older one.
_CAUSES = frozenset({"caused_by", "cause", "inner", "group_member"})
_ASIDE = frozenset({"suppressed", "context", "goroutine"})


@dataclass(frozen=True)
class Place:
    """An own block that the trace went through. `order` counts own blocks from the likeliest; `section` counts
    exceptions from the root cause; `inner` is the own place that this one had called, if any."""

    frame: Frame
    block: CodeBlock
    error: ExceptionRecord
    section: int
    order: int
    inner: "Place | None" = None
    innermost_in_section: bool = False  # no frame at all, own or foreign, is further in

    @cached_property
    def text(self) -> BlockText:
        """The block's text without noise."""
        return read_block(self.block)

    @cached_property
    def statement(self) -> str:
        """The code that was running."""
        return self.text.statement(self.frame.line) or self.frame.source

    @cached_property
    def container(self) -> str:
        """The class (or receiver, or module) that the block belongs to; "" at the top level of a file."""
        return self.block.symbol.rpartition(".")[0]


@dataclass(frozen=True)
class Trace:
    """A chain over a code base: own `places`, likeliest first by position alone, and the foreign frames' names."""

    chain: tuple[ExceptionRecord, ...]
    code: Codebase
    places: tuple[Place, ...]
    foreign: tuple[Frame, ...] = ()
    own_blocks: frozenset[tuple[str, str, int]] = field(default_factory=frozenset)
    _callees: dict[tuple[str, str, int], list[CodeBlock]] = field(default_factory=dict, compare=False, repr=False)

    def callees(self, block: CodeBlock) -> list[CodeBlock]:
        """What `block` calls; kept, as several sources of candidates ask."""
        key = block_key(block)
        if key not in self._callees:
            self._callees[key] = self.code.callees(block)
        return self._callees[key]

    @property
    def root(self) -> ExceptionRecord | None:
        """The exception that everything else followed from."""
        return sections(self.chain)[0] if self.chain else None

    @property
    def language(self) -> str:
        """The language of the root cause; "" without an exception."""
        return self.root.language if self.root else ""

    def message(self) -> str:
        """Type and message of every exception, root cause first."""
        return "\n".join(f"{error.type}: {error.message or ''}" for error in sections(self.chain))


def block_key(block: CodeBlock) -> tuple[str, str, int]:
    """What tells one block of a tree from another; equal bodies elsewhere are other blocks."""
    return block.path, block.symbol, block.start_line


def sections(chain: Sequence[ExceptionRecord]) -> list[ExceptionRecord]:
    """The chain's exceptions, root cause first: the last link of the causes, then outward, then what stands aside."""
    depths = {index: _depth(chain, index) for index in range(len(chain))}
    return [chain[index] for index in sorted(depths, key=lambda index: (depths[index][0], -depths[index][1], index))]


def _depth(chain: Sequence[ExceptionRecord], index: int) -> tuple[bool, int]:
    """(stands aside, number of "caused by" steps from the outermost exception)."""
    steps, aside, seen = 0, False, set()
    at: int | None = index
    while at is not None and at not in seen and 0 <= at < len(chain):
        seen.add(at)
        relation = chain[at].relation
        aside = aside or relation in _ASIDE
        steps += relation in _CAUSES
        at = chain[at].parent
    return aside, steps


def lay_over(chain: Sequence[ExceptionRecord], code: Codebase) -> Trace:
    """`chain` (one root and what belongs to it) over `code`; frames outside the code are kept as foreign."""
    places: list[Place] = []
    foreign: list[Frame] = []
    seen: set[tuple[str, str, int]] = set()
    located: dict[Frame, CodeBlock | None] = {}  # an endless recursion prints the same few frames a thousand times
    for section, error in enumerate(sections(chain)):
        inner: Place | None = None
        for depth, frame in enumerate(error.innermost()):
            if frame not in located:
                located[frame] = code.locate(frame)
            block = located[frame]
            if block is None:
                foreign.append(frame)
                continue
            if block_key(block) in seen:
                continue
            seen.add(block_key(block))
            inner = Place(frame, block, error, section, len(places), inner, depth == 0)
            places.append(inner)
    return Trace(tuple(chain), code, tuple(places), tuple(foreign), frozenset(seen))
