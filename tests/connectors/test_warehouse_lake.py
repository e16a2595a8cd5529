"""The lake beyond what every warehouse does: merging, leftovers, lost files, many processes."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.database import Database
from connectors.errors import ConfigurationError, ConflictError, StopError, UnavailableError
from connectors.records import utc_now
from connectors.warehouse import LogFilter
from connectors.warehouse.lake import Lake, open_lake
from connectors.warehouse.lake_engine import Engine
from connectors.warehouse.lake_segments import SegmentList
from connectors.warehouse.lake_upkeep import READER_GRACE, WRITER_GRACE
from tests.benchmarks.warehouse_rows import sample
from tests.conformance.warehouse.rows import log_rows
from tests.connectors.warehouse_lake_setup import ROWS, files_of, open_small_lake, page, pages_seen


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span + timedelta(seconds=1)


def test_small_segments_of_a_day_become_one(tmp_path: Path) -> None:
    """Three pages over three days are nine files, merged three, and merging again changes nothing."""
    lake = open_small_lake(tmp_path)
    for number in range(3):
        lake.write("logs", page(number), f"page-{number}")
    assert lake.compact() == 9
    assert lake.compact() == 0
    assert pages_seen(lake) == {(f"page-{number}", "as first read"): ROWS for number in range(3)}


def test_merged_files_stay_until_no_reader_can_hold_them(tmp_path: Path) -> None:
    """Replaced files are deleted by a later run, after the grace of readers."""
    clock = Clock()
    lake = open_small_lake(tmp_path, clock)
    for number in range(2):
        lake.write("logs", page(number), f"page-{number}")
    lake.compact()
    assert len(files_of(tmp_path)) == 6 + 3
    lake.compact()
    assert len(files_of(tmp_path)) == 6 + 3
    clock.pass_by(READER_GRACE)
    lake.compact()
    assert len(files_of(tmp_path)) == 3


def test_leftovers_of_killed_writers_are_swept(tmp_path: Path) -> None:
    """Files that nobody listed go after the grace of writers; young ones and listed ones stay."""
    clock = Clock()
    lake = open_small_lake(tmp_path, clock)
    lake.write("logs", page(1), "page-1")
    listed = files_of(tmp_path)
    day = tmp_path / "lake" / "logs" / "2026-05-01"
    (day / "orphan.parquet").write_bytes(b"whole, never listed")
    (tmp_path / "lake" / ".writing" / "half.tmp").write_bytes(b"half")
    lake.compact()
    assert files_of(tmp_path) == {*listed, "logs/2026-05-01/orphan.parquet", ".writing/half.tmp"}
    clock.pass_by(WRITER_GRACE)
    lake.compact()
    assert files_of(tmp_path) == listed


class Meddling(Database):
    """A metadata database behind whose back `meddle` is done once, right after a list of segments was read."""

    meddle: Callable[[], object] | None = None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with super().read() as connection:
            yield connection
        meddle, self.meddle = self.meddle, None
        if meddle is not None:
            meddle()


def test_a_reader_survives_files_that_are_deleted_under_it(tmp_path: Path) -> None:
    """When what it listed was merged and deleted before it looked, a reader lists again and misses nothing."""
    clock = Clock()
    other = open_small_lake(tmp_path, clock)
    for number in range(3):
        other.write("logs", page(number), f"page-{number}")

    def merge_and_delete() -> None:
        assert other.compact() == 9
        clock.pass_by(READER_GRACE)
        other.compact()
        assert len(files_of(tmp_path)) == 3

    database = Meddling(other.database.url)
    reader = Lake(tmp_path / "lake", database)
    database.meddle = merge_and_delete
    assert pages_seen(reader) == {(f"page-{number}", "as first read"): ROWS for number in range(3)}
    assert database.meddle is None


def test_a_page_is_replaced_although_its_files_are_merged_meanwhile(tmp_path: Path) -> None:
    """A replacement that loses the race against a merge begins again and leaves no row of the old page."""
    other = open_small_lake(tmp_path)
    for number in range(3):
        other.write("logs", page(number), f"page-{number}")
    database = Meddling(other.database.url)
    lake = Lake(tmp_path / "lake", database)
    database.meddle = lambda: setattr(database, "meddle", other.compact)  # the second read lists what to rewrite
    assert lake.replace("logs", page(1, 9, "read anew"), "page-1:2", page_ids=["page-1"])
    assert pages_seen(lake) == {
        ("page-0", "as first read"): ROWS,
        ("page-1", "read anew"): 9,
        ("page-2", "as first read"): ROWS,
    }


def test_a_listed_file_that_is_gone_is_named(tmp_path: Path) -> None:
    """Loss of data is never silent: the reader says which file is missing and what to do."""
    lake = open_small_lake(tmp_path)
    lake.write("logs", log_rows(0, 5), "batch-1")
    (lost,) = (tmp_path / "lake").glob("logs/*/*.parquet")
    lost.unlink()
    with pytest.raises(StopError, match=rf"{lost.name}.*listed but not there.*firstcause replay"):
        lake.logs(LogFilter())


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """A segment that is no Parquet any more stops the reader."""
    lake = open_small_lake(tmp_path)
    lake.write("logs", log_rows(0, 5), "batch-1")
    (damaged,) = (tmp_path / "lake").glob("logs/*/*.parquet")
    damaged.write_bytes(b"not parquet at all")
    with pytest.raises((StopError, UnavailableError), match=damaged.name):
        lake.logs(LogFilter())


def test_a_swap_that_lost_the_race_changes_nothing(tmp_path: Path) -> None:
    """Of two compactors with the same plan one wins; the other is told and the list stays whole."""
    lake = open_small_lake(tmp_path)
    for number in range(2):
        lake.write("logs", log_rows(number * 10, number * 10 + 10), f"batch-{number}")
    listing = SegmentList(lake.database)
    old = [segment.segment_id for segment in listing.live("logs")]
    assert lake.compact() == 2
    with pytest.raises(ConflictError):
        listing.swap(old, [], is_there=lambda segment: True)
    assert lake.count(LogFilter()) == 20


def test_only_one_compactor_works_at_a_time(tmp_path: Path) -> None:
    """While one process holds the lock another has nothing to do."""
    import fcntl

    lake = open_small_lake(tmp_path)
    for number in range(2):
        lake.write("logs", log_rows(number * 10, number * 10 + 10), f"batch-{number}")
    with (tmp_path / "lake" / ".compacting").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert lake.compact() == 0
    assert lake.compact() == 2


def test_sql_reaches_nothing_but_the_lake(tmp_path: Path) -> None:
    """Files beside the lake's folder cannot be read through its engine."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    root = tmp_path / "lake"
    root.mkdir()
    engine = Engine(root)
    with pytest.raises(Exception, match=r"disabled by configuration|Permission"):
        engine.query("SELECT * FROM read_csv(?)", [str(secret)])
    engine.close()


def _write_pages(folder: str, first: int) -> None:
    lake = open_small_lake(Path(folder))
    for number in range(6):
        lake.write("logs", page((first + number) % 6), f"page-{(first + number) % 6}")
        lake.compact()
    lake.close()


def test_processes_that_write_the_same_pages_store_each_once(tmp_path: Path) -> None:
    """Three processes write six pages in different orders and merge, a reader sees whole pages all the time."""
    lake = open_small_lake(tmp_path)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.connectors.warehouse_lake_setup", "duckdb"])
    writers = [context.Process(target=_write_pages, args=(str(tmp_path), first)) for first in (0, 2, 4)]
    for writer in writers:
        writer.start()
    counts = set()
    while any(writer.is_alive() for writer in writers):
        counts.update(pages_seen(lake).values())
        time.sleep(0.01)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert counts <= {ROWS}
    assert pages_seen(lake) == {(f"page-{number}", "as first read"): ROWS for number in range(6)}


def test_a_very_long_line_is_stored_whole(tmp_path: Path) -> None:
    """A body of many megabytes comes back as it was and is found by its last word."""
    body = "x" * 30_000_000 + " needle"
    lake = open_small_lake(tmp_path)
    lake.write("logs", log_rows(0, 1, body=body), "batch-1")
    (found,) = lake.logs(LogFilter(text="NEEDLE"))["body"].to_pylist()
    assert found == body


def test_rows_inside_a_segment_are_in_order_of_time(tmp_path: Path) -> None:
    """Files are sorted, newest first, so that a reader of the newest rows or of a window skips most of each."""
    import pyarrow.parquet as pq

    lake = open_small_lake(tmp_path)
    rows = sample(150_000)
    lake.write("logs", rows.take(list(range(0, 150_000, 2)) + list(range(1, 150_000, 2))), "batch-1")
    (path,) = (tmp_path / "lake").glob("logs/*/*.parquet")
    times = pq.read_table(path, columns=["timestamp"])["timestamp"].to_pylist()
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("url", ["lake://", "lake:///tmp/x?option=1", "lake:///dev/null/x"])
def test_a_url_that_cannot_be_a_folder_is_refused(url: str, tmp_path: Path) -> None:
    """The error says what was received or which folder cannot be made."""
    database = open_small_lake(tmp_path).database
    with pytest.raises(ConfigurationError, match=r"lake:///|cannot be made"):
        open_lake(url, database=database)


def test_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    """Spaces, quotes and percent signs in the folder's name are no SQL and no escape."""
    folder = tmp_path / "it's a [lake] %20*"
    folder.mkdir()
    lake = open_small_lake(folder)
    lake.write("logs", log_rows(0, 5), "batch-1")
    lake.write("logs", log_rows(5, 9), "batch-2")
    assert lake.compact() == 2
    assert lake.count(LogFilter()) == 9
