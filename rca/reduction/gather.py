"""Taking in lines batch by batch, in memory that depends on how many kinds of lines there are.

Owns the stream: what stays open between batches, and the end, where forms of one template become one kind. Keeps out:
how a batch is counted (`counting`), which kinds matter and what is written.
"""

from collections.abc import Sequence

import numpy as np

from indexers.logs.templates_rough import as_array, rough_codes
from rca.reduction.batch import Batch
from rca.reduction.counting import Kinds, Lines, count_events
from rca.reduction.events import HEADED, event_starts, mostly_headed
from rca.reduction.groups import Group

_MAX_CARRY = 1_000  # lines of an event that is still open at the end of a batch
_MAX_RAW = 400_000  # characters kept of the input, in case it is small enough to be sent as it is


class Gatherer:
    """Takes lines batch by batch; `groups()` ends it. Events that cross batches stay whole."""

    def __init__(self, must_keep: Sequence[int] = (), related: Sequence[int] = ()) -> None:
        self.lines = 0  # of events that are counted
        self.taken = 0  # of all input
        self.raw: list[str] | None = []  # the whole input while it is small
        self._raw_size = 0
        self._kinds = Kinds(frozenset(must_keep), frozenset(related))
        self._headed = 0
        self._carry: Batch | None = None

    def add(self, batch: Batch) -> None:
        """Take in a batch."""
        batch = Batch(as_array(batch.texts), batch.severities, batch.times, batch.sources)
        self._keep_raw(batch)
        self.taken += len(batch.texts)
        if self._carry is not None:
            batch = self._carry.followed_by(batch)
        self._carry = self._take(batch, final=False)

    def groups(self) -> list[Group]:
        """All kinds of events, kinds of one template and source as one, in the order of their first line."""
        if self._carry is not None:
            self._take(self._carry, final=True)
            self._carry = None
        return self._kinds.merged()

    def _take(self, batch: Batch, *, final: bool) -> Batch | None:
        """Count the events of a batch; gives back the lines of the last one, which may go on in the next batch."""
        count = len(batch.texts)
        if not count:
            return None
        rough = rough_codes(batch.texts)
        known = [self._kinds.line(key, text) for key, text in zip(rough.keys, rough.representatives, strict=True)]
        classes = np.array([line.kind for line in known], np.int8)[rough.codes]
        headed = mostly_headed(self._headed + int((classes == HEADED).sum()), self.lines + count)
        starts = event_starts(classes, headed=headed)
        if batch.sources is not None:
            sources = batch.source_codes(np.arange(count))
            starts[1:] |= sources[1:] != sources[:-1]
        places = np.flatnonzero(starts)
        end = count if final or count - places[-1] > _MAX_CARRY else int(places[-1])
        places = places[places < end]
        if end:
            count_events(self._kinds, Lines(batch.cut(0, end), rough.codes[:end], known), places, base=self.lines)
        self.lines += end
        self._headed += int((classes[:end] == HEADED).sum())
        return batch.cut(end, count) if end < count else None

    def _keep_raw(self, batch: Batch) -> None:
        if self.raw is None:
            return
        self._raw_size += batch.texts.nbytes
        if self._raw_size > _MAX_RAW or batch.sources is not None:
            self.raw = None
        else:
            self.raw += [line.rstrip("\r\n") for line in batch.texts.to_pylist()]
