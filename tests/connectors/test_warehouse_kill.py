"""A process that works on a lake is killed with SIGKILL at many points: nothing torn, nothing lost, nothing doubled."""

import multiprocessing
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from connectors.records import utc_now
from connectors.warehouse import LogFilter
from connectors.warehouse.lake import Lake
from connectors.warehouse.lake_upkeep import WRITER_GRACE
from tests.connectors.warehouse_lake_setup import ROWS, files_of, open_small_lake, page, pages_seen

ANEW = 24  # rows of the page that is read anew
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.connectors.test_warehouse_kill", "duckdb", "pyarrow.parquet"])

# What a reader may see of pages 1 and 2; page 0 is always there.
OLD, NEW = {("page-1", "as first read"): ROWS}, {("page-1", "read anew"): ANEW}
ALLOWED = [
    {("page-0", "as first read"): ROWS, **first, **second}
    for first in (OLD, NEW)
    for second in ({}, {("page-2", "as first read"): ROWS})
]
FINISHED = {("page-0", "as first read"): ROWS, **NEW, ("page-2", "as first read"): ROWS}


def tomorrow() -> datetime:
    """A clock by which every grace has passed, so that cleaning deletes whatever it may."""
    return utc_now() + timedelta(days=1)


def work(lake: Lake) -> None:
    """Everything that changes a lake: write over three days, replace a page, merge, clean."""
    lake.write("logs", page(2), "page-2")
    lake.replace("logs", page(1, ANEW, "read anew"), "page-1:2", page_ids=["page-1"])
    lake.compact()


def killed_at(folder: str, call: int) -> None:
    """Work, and be killed by SIGKILL at this call of a function of the lake or of what it calls."""
    lake = open_small_lake(Path(folder), tomorrow)
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        if "warehouse" in frame.f_code.co_filename:
            calls += 1
            if calls == call:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    work(lake)
    sys.setprofile(None)
    (Path(folder) / "calls").write_text(str(calls))


def killed_after(folder: str, seconds: float) -> None:
    """Work, and be killed by SIGKILL after that time."""
    signal.signal(signal.SIGALRM, lambda number, frame: os.kill(os.getpid(), signal.SIGKILL))
    lake = open_small_lake(Path(folder), tomorrow)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    work(lake)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two pages over three days."""
    folder = tmp_path_factory.mktemp("begun")
    lake = open_small_lake(folder)
    for number in (0, 1):
        lake.write("logs", page(number), f"page-{number}")
    lake.close()
    lake.database.close()
    return folder


def run(begun: Path, folder: Path, target: Callable[..., None], argument: float) -> int:
    """Work on a copy of the lake in a process of its own; returns its exit code."""
    shutil.copytree(begun, folder)
    process = CONTEXT.Process(target=target, args=(str(folder), argument))
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def assert_whole_and_finishable(folder: Path, undisturbed: list[dict[str, Any]]) -> None:
    """After a kill: whole pages only; the same work again ends with the same rows and no leftovers."""
    lake = open_small_lake(folder, tomorrow)
    assert pages_seen(lake) in ALLOWED
    work(lake)
    assert pages_seen(lake) == FINISHED
    assert lake.logs(LogFilter()).to_pylist() == undisturbed
    later = open_small_lake(folder, lambda: tomorrow() + WRITER_GRACE)
    later.compact()
    later.compact()
    listed = {segment.path for segment in later.segments("logs")}
    assert files_of(folder) == listed
    for opened in (lake, later):
        opened.close()
        opened.database.close()


@pytest.fixture(scope="module")
def undisturbed(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], int]:
    """The rows that an undisturbed run leaves, and how many calls it makes."""
    folder = tmp_path_factory.mktemp("undisturbed") / "lake"
    assert run(begun, folder, killed_at, 0) == 0
    lake = open_small_lake(folder)
    assert pages_seen(lake) == FINISHED
    return lake.logs(LogFilter()).to_pylist(), int((folder / "calls").read_text())


@pytest.mark.slow
def test_killed_at_calls_all_along_the_work(
    begun: Path, undisturbed: tuple[list[dict[str, Any]], int], tmp_path: Path
) -> None:
    """At twenty-four points, from the first call to the last, every kill leaves whole pages and can be finished."""
    rows, calls = undisturbed
    points = sorted({1 + point * (calls - 1) // 23 for point in range(24)})
    for point in points:
        folder = tmp_path / str(point)
        assert run(begun, folder, killed_at, point) == -signal.SIGKILL
        assert_whole_and_finishable(folder, rows)


@pytest.mark.slow
def test_killed_at_random_moments(begun: Path, undisturbed: tuple[list[dict[str, Any]], int], tmp_path: Path) -> None:
    """Kills that hit inside DuckDB, SQLite and the file system are no different."""
    delays = random.Random(7)
    killed = 0
    for attempt in range(10):
        folder = tmp_path / str(attempt)
        killed += run(begun, folder, killed_after, delays.uniform(0.005, 0.25)) == -signal.SIGKILL
        assert_whole_and_finishable(folder, undisturbed[0])
    assert killed > 2
