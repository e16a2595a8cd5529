"""Segment files: written aside, synced, renamed, and never changed afterwards.

Owns: names, folders, durability, and which files are left over from killed writers. Keeps out: the list.
"""

import hashlib
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.errors import StopError, UnavailableError
from connectors.warehouse import TableName
from connectors.warehouse.batches import ORDER, span
from connectors.warehouse.lake_engine import Engine
from connectors.warehouse.lake_segments import Segment

TEMPORARY = ".tmp"
ASIDE = ".writing"  # the folder of files that are not whole yet


class SegmentFiles:
    """Writes, finds and removes the files of one lake folder."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self._root = root
        self._engine = engine

    def write(self, table: TableName, rows: pa.Table, batch_id: str) -> list[Segment]:
        """A durable segment for each UTC day in `rows` (a conforming batch), not listed yet.

        The same batch gives the same names, so a repeat after a kill overwrites what was left behind.
        """
        stored = (
            self._store(table, day, identity(table, batch_id, str(day)), _Content("SELECT * FROM batch", view=part))
            for day, part in _by_day(rows)
        )
        return [replace(segment, batch_id=batch_id) for segment in stored if segment is not None]

    def merge(self, group: Sequence[Segment], *, without_pages: Sequence[str] = ()) -> Segment | None:
        """One durable segment with the rows of `group` (one table, one day), not listed yet; None when none are left.

        Rows of the pages `without_pages` are left out. Raises StopError when other rows would be lost.
        """
        # A name of its own: two mergers of one group must not overwrite each other's file.
        name = identity(group[0].table_name, uuid.uuid4().hex, str(group[0].day))
        paths = [str(self.path(segment)) for segment in group]
        select = "SELECT * FROM read_parquet($1) WHERE NOT list_contains($2, page_id)"
        content = _Content(select, parameters=(paths, list(without_pages)))
        merged = self._store(group[0].table_name, group[0].day, name, content)
        expected = sum(segment.rows for segment in group)
        if not without_pages and (merged is None or merged.rows != expected):
            raise StopError(
                f"merging {len(group)} segments of {group[0].day} gave {merged.rows if merged else 0} rows "
                f"where {expected} are listed; the lake in {self._root} has been changed from outside."
            )
        return merged

    def path(self, segment: Segment) -> Path:
        """Where the segment's file is."""
        return self._root / segment.path

    def is_there(self, segment: Segment) -> bool:
        """Whether the segment's file is on disk."""
        return self.path(segment).is_file()

    def remove(self, path: str) -> None:
        """Delete a file by its path relative to the lake; one that is gone already is fine."""
        (self._root / path).unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Relative paths of whole files last changed before `moment`, listed or not."""
        for path in self._root.glob("*/*/*.parquet"):
            if _changed_before(path, moment):
                yield str(path.relative_to(self._root))

    def remove_unfinished(self, before: datetime) -> int:
        """Delete files that a killed writer left unfinished before that moment; returns how many."""
        left = [path for path in (self._root / ASIDE).glob(f"*{TEMPORARY}") if _changed_before(path, before)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _store(self, table: TableName, day: date, name: str, content: "_Content") -> Segment | None:
        folder = self._root / table / day.isoformat()
        aside = self._root / ASIDE / f"{name}-{uuid.uuid4().hex}{TEMPORARY}"
        views = {} if content.view is None else {"batch": content.view}
        try:
            make_durable_folder(folder, self._root)
            aside.parent.mkdir(exist_ok=True)
            # Newest first, as most questions are asked: a reader of the newest rows stops after the first row group.
            ordered = f"{content.select} ORDER BY {', '.join(f'{column} DESC' for column in ORDER[table])}"
            rows = self._engine.copy(ordered, content.parameters, aside, views)
            if not rows:
                return None
            sync(aside)
            first, last = span(self._engine.query("SELECT timestamp FROM read_parquet(?)", [[str(aside)]]))
            size = aside.stat().st_size
            target = folder / f"{name}.parquet"
            aside.replace(target)
            sync(folder)
        except OSError as error:
            raise UnavailableError(f"a segment cannot be written to the lake in {self._root}: {error}.") from error
        finally:
            aside.unlink(missing_ok=True)
        return Segment(name, table, day, str(target.relative_to(self._root)), rows, size, first, last)


@dataclass(frozen=True, slots=True)
class _Content:
    """What goes into a file: a SELECT with its parameters, over the table `batch` when a view is given."""

    select: str
    parameters: Sequence[Any] = ()
    view: pa.Table | None = None


def identity(*parts: str) -> str:
    """A file name from what it holds: 32 hex digits."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def sync(path: Path) -> None:
    """Make a file's content, or a folder's entries, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_durable_folder(folder: Path, root: Path) -> None:
    """Make `folder` below `root` so that a power cut does not lose it with the files in it."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for parent in (folder, *folder.parents):
        sync(parent)
        if parent == root:
            return


def _by_day(rows: pa.Table) -> Iterator[tuple[date, pa.Table]]:
    if not rows.num_rows:
        return
    first, last = span(rows)
    if first.date() == last.date():
        yield first.date(), rows
        return
    days = pc.cast(rows["timestamp"], pa.date32())
    for day in sorted(pc.unique(days).to_pylist()):
        yield day, rows.filter(pc.equal(days, pa.scalar(day, pa.date32())))


def _changed_before(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False
