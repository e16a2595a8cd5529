"""A small input as it is, in case it fits the budget and needs no reduction.

Keeps out: what is done when it does not fit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rca.reduction.batch import Batch
from rca.reduction.stream import sizes_of

_MAX_SIZE = 400_000  # bytes
_MAX_PARTS = 64


@dataclass(frozen=True, slots=True)
class Raw:
    """The parts of the input, each the name of a source and its text; `size` in bytes."""

    parts: tuple[tuple[str, str], ...] = ()
    size: int = 0

    def followed_by(self, texts: Any, batch: Batch) -> "Raw | None":
        """With a further batch; None when that is too much, or when sources take turns too often."""
        size = self.size + int(sizes_of(texts).sum())
        borders = batch.borders()
        starts = [0] if borders is None else np.flatnonzero(borders).tolist()
        if not len(texts):
            return self
        if size > _MAX_SIZE or len(starts) + len(self.parts) > _MAX_PARTS:
            return None
        parts = list(self.parts)
        for start, end in zip(starts, [*starts[1:], len(texts)], strict=True):
            lines = "".join(line.rstrip("\r\n") + "\n" for line in texts.slice(start, end - start).to_pylist())
            source = batch.source_at(start)
            if parts and parts[-1][0] == source:
                lines = parts.pop()[1] + lines
            parts.append((source, lines))
        return Raw(tuple(parts), size)

    def text(self) -> str:
        """All of it; several sources have their names above their lines."""
        if len(self.parts) <= 1:
            return "".join(lines for _, lines in self.parts).rstrip()
        return "".join(f"== {source or 'source not named'} ==\n{lines}" for source, lines in self.parts).rstrip()
