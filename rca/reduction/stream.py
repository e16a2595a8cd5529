"""The caller's batches, cut anew at places that depend on the lines alone.

Owns the regrouping: whatever the batches, the same lines come out in the same pieces, each bounded in lines and in
characters, no line longer than what is kept of an example. So no result can depend on how the input was handed over.
Keeps out: what the lines mean.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs.templates_rough import as_array
from rca.reduction.batch import Batch
from rca.reduction.groups import MAX_EXAMPLE

_LINES = 100_000
_BYTES = 32_000_000


class Pieces:
    """Takes batches, gives pieces; `rest` is what has not filled a piece when the input ends."""

    def __init__(self, lines: int = _LINES, size: int = _BYTES) -> None:
        self._most_lines, self._most_bytes = lines, size
        self._waiting: list[Batch] = []
        self._lines = self._bytes = 0
        self.taken = 0  # lines of all batches so far

    def add(self, batch: Batch) -> Iterator[Batch]:
        """Take in a batch; the pieces that are full now."""
        count = len(batch.texts)
        batch = batch.numbered(self.taken, _shortened(as_array(batch.texts)))
        self.taken += count
        while len(batch.texts):
            fitting = self._fitting(batch.texts)
            if fitting:
                part = batch.cut(0, fitting)
                self._waiting.append(part)
                self._lines += fitting
                self._bytes += int(sizes_of(part.texts).sum())
                batch = batch.cut(fitting, len(batch.texts))
            if len(batch.texts) or self._lines == self._most_lines:
                yield self._piece()

    def rest(self) -> Batch | None:
        """The last piece, None when there is none."""
        return self._piece() if self._waiting else None

    def _fitting(self, texts: Any) -> int:
        """How many of `texts` the open piece still takes; an empty one takes at least one."""
        room = self._most_bytes - self._bytes
        sizes = np.cumsum(sizes_of(texts.slice(0, self._most_lines - self._lines)))
        fitting = int(np.searchsorted(sizes, room, side="right"))
        return fitting or int(not self._lines)

    def _piece(self) -> Batch:
        piece = self._waiting[0] if len(self._waiting) == 1 else Batch.joined(self._waiting)
        self._waiting, self._lines, self._bytes = [], 0, 0
        return piece


def sizes_of(texts: Any) -> Any:
    """Bytes of each text of a `pa.LargeStringArray`."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return np.diff(offsets)


def _shortened(texts: Any) -> Any:
    """Lines longer than what is kept of an example, cut; the others are not touched."""
    if not len(texts) or int(sizes_of(texts).max()) <= MAX_EXAMPLE:
        return texts
    long = pa.array(sizes_of(texts) > MAX_EXAMPLE)
    cut = pa.array([text[:MAX_EXAMPLE] for text in texts.filter(long).to_pylist()], pa.large_string())
    return pc.replace_with_mask(texts, long, cut)
