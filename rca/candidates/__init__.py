"""Blocks outside the trace that may hold the cause: one small file for each way to find them.

Owns: the shape of a proposal and the list of sources. In one real bug out of four the faulty function had returned
before the trace was printed, so it is not in it. Keeps out: places of the trace (rca/signals), the final order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from indexers.code.blocks import CodeBlock
from rca.signals import Surroundings
from rca.trace import Place, Trace


@dataclass(frozen=True, slots=True)
class Proposal:
    """A block with how well it fits its source, 0..1, and why it is proposed."""

    block: CodeBlock
    value: float
    reason: str


Source = Callable[[Trace, tuple[Place, ...], Surroundings], Iterable[Proposal]]

# Each takes the trace and its most suspected places, the best first.
NAMES = (
    "producers",
    "writers",
    "callees",
    "reached",
    "same_class",
    "relatives",
    "words",
    "messages",
    "changed_blocks",
    "resources",
    "meaning",
    "log_lines",
    "value_holders",
)


def load() -> dict[str, Source]:
    """Every source by name."""
    return {name: import_module(f"rca.candidates.{name}").propose for name in NAMES}
