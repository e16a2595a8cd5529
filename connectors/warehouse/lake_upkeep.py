"""Housekeeping of a lake: merging small segments, deleting what no reader can hold any more, sweeping leftovers.

Owns: what is worth merging, grace times, one compactor at a time. Keeps out: how files and the list are written.
"""

import fcntl
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from connectors.errors import ConflictError, UnavailableError
from connectors.warehouse import TableName
from connectors.warehouse.batches import SCHEMAS
from connectors.warehouse.lake_files import SegmentFiles
from connectors.warehouse.lake_segments import Segment, SegmentList

FULL_ROWS = 1_000_000  # a segment of this size is left alone: merging it again gains no query anything
FULL_BYTES = 256 << 20  # for rows that are much longer than usual
LARGE = 4  # a segment this many times as large as all smaller ones of its day together waits for them to grow
READER_GRACE = timedelta(minutes=15)  # longer than any query may run on a retired file
WRITER_GRACE = timedelta(hours=1)  # longer than any writer takes from writing a file to listing it


class Upkeep:
    """Compaction and cleaning; several processes may call it, one at a time does it."""

    def __init__(self, root: Path, segments: SegmentList, files: SegmentFiles, clock: Callable[[], datetime]) -> None:
        self._root = root
        self._list = segments
        self._files = files
        self._clock = clock

    def compact(self) -> int:
        """Clean up, then merge what is worth merging; returns how many segments were replaced.

        0 when another process is at it.
        """
        with _alone(self._root / ".compacting") as alone:
            if not alone:
                return 0
            self._clean()
            groups = [group for table in SCHEMAS for group in plan(self._list.live(table))]
            return sum(self._merge(group) for group in groups)

    def _merge(self, group: Sequence[Segment]) -> int:
        merged = None
        try:
            merged = self._files.merge(group)
            old = [segment.segment_id for segment in group]
            self._list.swap(old, [merged] if merged else [], is_there=self._files.is_there)
        except (ConflictError, UnavailableError):
            # Expiry, a replacement or another machine's compactor took one of the group: next time.
            if merged is not None:
                self._files.remove(merged.path)
            return 0
        return len(group)

    def _clean(self) -> None:
        retired = self._list.retired(self._clock() - READER_GRACE)
        for segment in retired:
            self._files.remove(segment.path)
        self._list.forget([segment.segment_id for segment in retired])
        before = self._clock() - WRITER_GRACE
        self._files.remove_unfinished(before)
        self._list.remove_unlisted(list(self._files.older_than(before)), self._files.remove)


def plan(live: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Groups of small segments of one table and day that are worth merging, each into at most one full segment."""
    days: dict[tuple[TableName, date], list[Segment]] = defaultdict(list)
    for segment in live:
        if segment.rows < FULL_ROWS // 2 and segment.bytes < FULL_BYTES // 2:
            days[segment.table_name, segment.day].append(segment)
    for small in days.values():
        group: list[Segment] = []
        for segment in sorted(_worth_merging(small), key=lambda segment: (segment.first_timestamp, segment.segment_id)):
            if group and not _fits([*group, segment]):
                yield from _several(group)
                group = []
            group.append(segment)
        yield from _several(group)


def _worth_merging(small: list[Segment]) -> list[Segment]:
    """`small` without those that are several times as large as all smaller ones together.

    Rewriting a day's large segment for each small one that comes would cost the square of the day's rows; this way a
    row is rewritten once each time its segment grows by a quarter, and few segments stay beside one another.
    """
    by_size = sorted(small, key=lambda segment: segment.rows)
    smaller = list(accumulate((segment.rows for segment in by_size), initial=0))
    last = next((index for index in reversed(range(len(by_size))) if smaller[index] * LARGE >= by_size[index].rows), -1)
    return by_size[: last + 1]


def _several(group: list[Segment]) -> list[list[Segment]]:
    return [group] if len(group) > 1 else []


def _fits(group: Sequence[Segment]) -> bool:
    return sum(segment.rows for segment in group) <= FULL_ROWS and sum(part.bytes for part in group) <= FULL_BYTES


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """True for the one process of this machine that holds the lock, which ends with the process."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
