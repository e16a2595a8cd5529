"""Pulling a source: pages, carried events, quiet streams, two runs at once. Stores are real, the source is a list."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from connectors.records import SOURCE_SCHEMA, SourcePage, TimeWindow, Watermark
from connectors.warehouse import LogFilter
from flows.settings import Settings
from flows.steps.pull import PullResult, pull
from flows.steps.replay import replay
from flows.wiring import Workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = "2026-03-01 12:00:00 ERROR failed"


class ListSource:
    """Pages of lines by stream; a later call goes on where the watermark says."""

    name = "list"

    def __init__(self, *pages: dict[str, list[str]]) -> None:
        self.todo = list(pages)

    def pages(self, window: TimeWindow, watermark: Watermark | None) -> Iterator[SourcePage]:
        done = int((watermark or {}).get("done", 0))
        for number, page in enumerate(self.todo[done:], done):
            rows = [
                {"stream": stream, "position": number * 1000 + place, "timestamp": None, "line": line}
                for stream, lines in page.items()
                for place, line in enumerate(lines)
            ]
            table = pa.Table.from_pylist(rows, SOURCE_SCHEMA)
            yield SourcePage(table, {"done": number + 1}, {stream: {"service.name": stream} for stream in page})


class Clock:
    """Advances by `step` each time it is asked."""

    def __init__(self, step: timedelta) -> None:
        self.now, self.step = NOON, step

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(state_dir=tmp_path, embeddings="none")) as workspace:
        yield workspace


def run(workspace: Workspace, source: ListSource, *, final: bool = True, step: float = 0.1) -> PullResult:
    return pull(workspace, source, final=final, clock=Clock(timedelta(seconds=step)), sleep=lambda _: None)


def bodies(workspace: Workspace) -> list[str]:
    return sorted(workspace.warehouse.logs(LogFilter())["body"].to_pylist())


def test_a_trace_cut_by_a_page_boundary_is_one_row(workspace: Workspace) -> None:
    """The event that is open at the end of one page is finished by the next."""
    run(workspace, ListSource({"a": [HEAD, "Traceback (most recent call last):"]}, {"a": ["ValueError: x"]}))
    assert bodies(workspace) == [f"{HEAD}\nTraceback (most recent call last):\nValueError: x"]


def test_a_carried_event_keeps_its_streams_resource(workspace: Workspace) -> None:
    """An event that comes out pages later still knows its service."""
    run(workspace, ListSource({"a": [HEAD]}, {"b": [HEAD]}))
    assert sorted(workspace.warehouse.logs(LogFilter())["service_name"].to_pylist()) == ["a", "b"]


def test_a_busy_stream_does_not_keep_anothers_last_event_waiting(workspace: Workspace) -> None:
    """A stream that is silent for longer than the quiet period is complete."""
    run(workspace, ListSource({"a": [HEAD], "b": [HEAD]}, {"b": [HEAD, HEAD]}), final=False, step=5)
    rows = workspace.warehouse.logs(LogFilter())
    assert "a" in rows["service_name"].to_pylist()


def test_pulling_again_brings_nothing_twice(workspace: Workspace) -> None:
    """The watermark moved with the rows."""
    source = ListSource({"a": [HEAD]}, {"a": [HEAD]})
    run(workspace, source)
    assert run(workspace, source) == PullResult("list")
    assert len(bodies(workspace)) == 2


def test_a_page_that_another_run_claimed_is_finished_first(workspace: Workspace) -> None:
    """A run that finds a claimed page writes its rows from the archive and goes on behind it."""
    source = ListSource({"a": [HEAD]}, {"a": ["2026-03-01 12:00:01 INFO next"]})

    class Dying:
        def __init__(self, warehouse: object) -> None:
            self.warehouse = warehouse

        def write(self, *_: object) -> bool:
            raise KeyboardInterrupt

    real = workspace.warehouse
    vars(workspace)["warehouse"] = Dying(real)
    with pytest.raises(KeyboardInterrupt):
        run(workspace, source)
    vars(workspace)["warehouse"] = real
    assert len(workspace.ledger.pending("archived")) == 1
    run(workspace, source)
    assert bodies(workspace) == [HEAD, "2026-03-01 12:00:01 INFO next"]


def test_replaying_gives_the_same_rows_in_the_place_of_the_old(workspace: Workspace) -> None:
    """The archive is enough to write everything again, events cut by pages included; twice changes nothing more."""
    run(workspace, ListSource({"a": [HEAD, "Traceback (most recent call last):"]}, {"a": ["ValueError: x", HEAD]}))
    before = workspace.warehouse.logs(LogFilter()).drop_columns(["page_id"])
    for _ in range(2):
        replay(workspace)
        assert workspace.warehouse.logs(LogFilter()).drop_columns(["page_id"]).equals(before)
    assert workspace.ledger.pending("stored") == []
