"""Taking in lines batch by batch, in memory that depends on how many kinds of lines there are.

Owns the stream: what stays open between pieces, and the end, where forms of one template become one kind. Keeps out:
how a piece is counted (`counting`), which kinds matter and what is written.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from indexers.logs.templates_rough import as_array, rough_codes
from rca.reduction.batch import Batch
from rca.reduction.counting import Lines, count_events
from rca.reduction.events import HEADED, could_begin, event_starts, mostly_headed
from rca.reduction.groups import MAX_EXAMPLE, Group
from rca.reduction.kinds import Kinds
from rca.reduction.raw import Raw
from rca.reduction.stream import Pieces, sizes_of

# Of an event that is still open at the end of a piece: beyond that only its beginning is remembered.
_MAX_CARRY = 2_000  # lines
_MAX_CARRY_BYTES = 2_000_000


class Gatherer:
    """Takes lines batch by batch; `groups()` ends it. Events that cross batches stay whole."""

    def __init__(self, must_keep: Sequence[int] = (), related: Sequence[int] = (), *, pieces: Pieces | None = None):
        self.raw: Raw | None = Raw()  # the whole input while it is small
        self._pieces = pieces or Pieces()
        self._kinds = Kinds(must_keep, related)
        self._seen = self._headed = 0
        self._carry: Batch | None = None

    @property
    def lines(self) -> int:
        """Lines of the input so far."""
        return self._pieces.taken

    def add(self, batch: Batch) -> None:
        """Take in a batch."""
        self._keep_raw(batch)
        for piece in self._pieces.add(batch):
            self._take(piece, final=False)

    def groups(self) -> list[Group]:
        """All kinds of events, kinds of one template and source as one, in the order of their first line."""
        self._take(self._pieces.rest(), final=True)
        return self._kinds.merged()

    def _take(self, piece: Batch | None, *, final: bool) -> None:
        """Count the events of what is open and of a piece; the last event may go on in the next piece."""
        parts = [part for part in (self._carry, piece) if part is not None]
        self._carry = None
        if not parts:
            return
        batch = Batch.joined(parts) if len(parts) > 1 else parts[0]
        count = len(batch.texts)
        rough = rough_codes(batch.texts)
        known = self._kinds.lines(rough.keys, rough.representatives)
        classes = np.array([line.kind for line in known], np.int8)[rough.codes]
        beginning = could_begin(classes)
        headed = mostly_headed(self._headed + int((classes == HEADED).sum()), self._seen + int(beginning.sum()))
        places = np.flatnonzero(event_starts(classes, headed=headed, borders=batch.borders()))
        end = count if final else int(places[-1])
        if end:
            lines = Lines(batch.cut(0, end), rough.codes[:end], known)
            count_events(self._kinds, lines, places[places < end])
        self._seen += int(beginning[:end].sum())
        self._headed += int((classes[:end] == HEADED).sum())
        self._carry = None if final else _bounded(batch.cut(end, count))

    def _keep_raw(self, batch: Batch) -> None:
        if self.raw is not None:
            self.raw = self.raw.followed_by(as_array(batch.texts), batch)


def _bounded(batch: Batch) -> Batch:
    """Of an endless event its beginning, as long as the example that is kept; `end` says how far the event went."""
    sizes = np.cumsum(sizes_of(batch.texts))
    if len(sizes) <= _MAX_CARRY and sizes[-1] <= _MAX_CARRY_BYTES:
        return batch
    held = max(1, min(_MAX_CARRY // 2, int(np.searchsorted(sizes, 2 * MAX_EXAMPLE))))
    return replace(batch.cut(0, held), end=batch.end)
