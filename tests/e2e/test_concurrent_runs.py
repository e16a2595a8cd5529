"""Two runs at once with a reader beside them: no duplicates, no torn reads, no lock errors. All processes are real."""

import multiprocessing
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from connectors.warehouse import LogFilter
from flows.settings import load_settings
from flows.steps.whole import run_stages
from flows.wiring import Workspace
from tests.e2e.scene import grow, make_scene, what_is_there

ROUNDS = 4


def keep_running(config: Path) -> None:
    for _ in range(ROUNDS):
        with Workspace(load_settings(config)) as workspace:
            run_stages(workspace, ("ingest", "exceptions", "maintenance"))


def keep_reading(config: Path, stop: Event, seen: "multiprocessing.Queue[str]") -> None:
    with Workspace(load_settings(config)) as workspace:
        before = 0
        while not stop.is_set():
            ids = workspace.warehouse.logs(LogFilter())["event_id"].to_pylist()
            if twice := [event for event, count in Counter(ids).items() if count > 1]:
                seen.put(f"{len(twice)} rows were read twice")
                return
            if len(ids) < before:
                seen.put(f"{before} rows became {len(ids)}")
                return
            before = len(ids)
    seen.put(f"ok {before}")


@pytest.mark.slow
def test_two_runs_and_a_reader_do_not_disturb_one_another(tmp_path: Path) -> None:
    """While the logs grow, two processes ingest, cluster and compact and a third reads; the end is as if run alone."""
    config = make_scene(tmp_path / "busy")
    context = multiprocessing.get_context("spawn")
    stop, seen = context.Event(), context.Queue()
    runs = [context.Process(target=keep_running, args=(config,)) for _ in range(2)]
    reader = context.Process(target=keep_reading, args=(config, stop, seen))
    for process in (*runs, reader):
        process.start()
    for n in range(60, 200, 20):
        grow(tmp_path / "busy", n, n + 20)
        time.sleep(0.3)
    for process in runs:
        process.join(120)
    stop.set()
    assert seen.get(timeout=60).startswith("ok ")
    reader.join(60)
    assert [process.exitcode for process in (*runs, reader)] == [0, 0, 0]
    with Workspace(load_settings(config)) as workspace:
        run_stages(workspace, final=True)
    alone = make_scene(tmp_path / "alone", lines=200)
    with Workspace(load_settings(alone)) as workspace:
        run_stages(workspace, final=True)
    busy, calm = what_is_there(config), what_is_there(alone)
    assert busy["waiting"] == []
    assert [len(busy[kind]) for kind in ("logs", "exceptions")] == [len(calm[kind]) for kind in ("logs", "exceptions")]
    assert busy["clusters"] == calm["clusters"]
