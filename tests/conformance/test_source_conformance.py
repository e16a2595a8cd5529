"""What every log source must do: deliver each line once, in order, resumable from the watermark of any page."""

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.records import SOURCE_SCHEMA, SourcePage, Watermark
from connectors.sources import LogSource
from connectors.sources.file import FileSource
from connectors.sources.spool import Spool, SpoolSource
from connectors.sources.stdin import StdinSource
from tests.connectors.source_reader import EVER

RESOURCE = {"service.name": "shop", "service.version": "1.0"}
LINES = [f"line {number} é" for number in range(400)]


@dataclass
class Case:
    """A source over LINES: `opened` gives a new adapter, as another process would make it."""

    opened: Callable[[], LogSource]
    append: Callable[[str], None]
    resumable: bool = True


def text(first: int, last: int) -> bytes:
    return "".join(f"{line}\n" for line in LINES[first:last]).encode()


def one_file(folder: Path) -> Case:
    log = folder / "app.log"
    log.write_bytes(text(0, 400))

    def append(line: str) -> None:
        with log.open("a") as file:
            file.write(f"{line}\n")

    return Case(lambda: FileSource(str(log), name="logs", resource=RESOURCE, page_lines=1, chunk=700), append)


def rotated_files(folder: Path) -> Case:
    (folder / "app.log.2.gz").write_bytes(gzip.compress(text(0, 150)))
    (folder / "app.log.1").write_bytes(text(150, 300))
    log = folder / "app.log"
    log.write_bytes(text(300, 400))

    def append(line: str) -> None:
        with log.open("a") as file:
            file.write(f"{line}\n")

    return Case(lambda: FileSource(str(folder), name="logs", resource=RESOURCE, page_lines=1, chunk=700), append)


def spooled_bodies(folder: Path) -> Case:
    spool = Spool(folder)
    for first in range(0, 400, 25):
        spool.put(text(first, first + 25), stream="web")
    return Case(
        lambda: SpoolSource(folder, name="http", resource=RESOURCE, page_lines=60),
        lambda line: str(spool.put(line.encode(), stream="web")) and None,
    )


def standard_input(folder: Path) -> Case:
    return Case(
        lambda: StdinSource(io.BytesIO(text(0, 400)), name="stdin", resource=RESOURCE),
        lambda line: None,
        resumable=False,
    )


@pytest.fixture(params=[one_file, rotated_files, spooled_bodies, standard_input])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    made: Case = request.param(tmp_path)
    return made


@pytest.fixture
def resumable(case: Case) -> Case:
    if not case.resumable:
        pytest.skip("a pipe cannot be read twice")
    return case


def read(case: Case, watermark: Watermark | None = None) -> list[SourcePage]:
    return list(case.opened().pages(EVER, watermark))


def lines(pages: list[SourcePage]) -> list[str]:
    return [line for page in pages for line in page.lines["line"].to_pylist()]


def test_every_line_comes_once_in_its_order(case: Case) -> None:
    """On first contact, from the oldest line to the newest."""
    assert lines(read(case)) == LINES


def test_lines_have_the_schema_exactly(case: Case) -> None:
    """Types, order of columns and which may be null."""
    for page in read(case):
        assert page.lines.schema == SOURCE_SCHEMA
        page.lines.validate(full=True)


def test_positions_rise_within_a_stream(case: Case) -> None:
    """Over pages as well: position and stream name a line."""
    last: dict[str, int] = {}
    for page in read(case):
        for row in page.lines.select(["stream", "position"]).to_pylist():
            assert row["position"] > last.get(row["stream"], -1)
            last[row["stream"]] = row["position"]


def test_every_stream_of_a_page_has_the_resource_given(case: Case) -> None:
    """Under OpenTelemetry's names."""
    for page in read(case):
        assert set(page.streams) == set(page.lines["stream"].to_pylist())
        assert all(RESOURCE.items() <= resource.items() for resource in page.streams.values())


def test_the_same_watermark_gives_the_same_pages(case: Case) -> None:
    """A page can be fetched again after a crash, and by two runs at once."""
    for once, again in zip(read(case), read(case), strict=True):
        assert once.lines.equals(again.lines)
        assert once.watermark == again.watermark
        assert once.streams == again.streams


def test_nothing_is_lost_or_doubled_from_any_watermark(resumable: Case) -> None:
    """A run that stops after any page is continued by another one, which gets the watermark as JSON."""
    delivered: list[str] = []
    watermark: Watermark | None = None
    for _ in range(100):
        page = next(iter(resumable.opened().pages(EVER, watermark)), None)
        if page is None:
            break
        delivered += lines([page])
        watermark = json.loads(json.dumps(page.watermark, sort_keys=True))
    assert delivered == LINES


def test_what_follows_a_watermark_is_the_same_whichever_run_asks(resumable: Case) -> None:
    """Going on in one run or in a new one gives the same lines at the same positions."""
    pages = read(resumable)
    rest = read(resumable, json.loads(json.dumps(pages[0].watermark)))
    columns = ["stream", "position", "line"]
    expected = [row for page in pages[1:] for row in page.lines.select(columns).to_pylist()]
    assert [row for page in rest for row in page.lines.select(columns).to_pylist()] == expected


def test_a_source_that_has_nothing_new_ends(resumable: Case) -> None:
    """No page, or empty ones that only move the watermark."""
    pages = read(resumable)
    assert lines(read(resumable, pages[-1].watermark)) == []


def test_what_is_added_later_comes_later(resumable: Case) -> None:
    """Only the new line, behind everything its stream had."""
    pages = read(resumable)
    resumable.append("one more")
    (page,) = [page for page in read(resumable, pages[-1].watermark) if page.lines.num_rows]
    assert lines([page]) == ["one more"]
    assert page.lines["position"][0].as_py() > pages[-1].lines["position"][-1].as_py()
