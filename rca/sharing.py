"""Which blocks of a trace other faults of the same service went through as well.

Owns: from printed functions to blocks of the tree at the failing commit. Keeps out: counting
(indexers/exceptions/spectrum.py), what being shared says (signals/spectrum.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexers.exceptions.chain import ExceptionRecord
from rca.codebase import Codebase

if TYPE_CHECKING:  # brings the database along, which a ranking does not need
    from indexers.exceptions.spectrum import Spectrum


@dataclass(frozen=True, slots=True)
class Sharing:
    """Of `others` other faults of `service`, how many went through a block: (path, symbol) -> number, 0 left out."""

    service: str = ""
    others: int = 0
    touching: Mapping[tuple[str, str], int] = field(default_factory=dict)


def sharing_of(chain: Sequence[ExceptionRecord], code: Codebase, spectrum: "Spectrum", service: str) -> Sharing:
    """`spectrum` over the blocks that `chain` went through; a block is known by function and file, not by line."""
    by_function: dict[str, list[tuple[str, int]]] = {}
    for (file, function), times in spectrum.touching.items():
        by_function.setdefault(function, []).append((file, times))
    touching: dict[tuple[str, str], int] = {}
    for frame in {frame for error in chain for frame in error.frames if frame.function in by_function}:
        block = code.locate(frame)
        if block is None:
            continue
        for file, times in by_function[frame.function]:
            if file == frame.file or code.resolve_path(file, frame.function, frame.module) == block.path:
                key = (block.path, block.symbol)
                touching[key] = max(times, touching.get(key, 0))
    return Sharing(service, spectrum.others, touching)
