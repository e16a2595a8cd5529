"""What every vector store must do: embedded Edge, and qdrant-client.

qdrant-client runs against its own in-process `:memory:` mode, which is an emulator of a server in one process, so it
cannot show what several processes or a crash would do. Set FIRSTCAUSE_TEST_QDRANT_URL to run everything against a
real server as well.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from numpy.typing import NDArray
from qdrant_client import QdrantClient

from connectors.errors import ConfigurationError
from connectors.registry import open_adapter
from connectors.vectors import Point, VectorStore
from connectors.vectors.server import QdrantVectors
from tests.conformance.vector_writer import batch_of

ROOT = Path(__file__).parents[2]
SERVER = os.environ.get("FIRSTCAUSE_TEST_QDRANT_URL", "")


@dataclass
class Case:
    """A store under test; `url` is "" where another process could not open the same data."""

    store: VectorStore
    url: str
    collection: str


@pytest.fixture(params=["edge", "client", *(["server"] if SERVER else [])])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    url = {"edge": f"edge://{tmp_path / 'vectors'}", "client": "", "server": SERVER}[request.param]
    store = open_adapter("vectors", url) if url else QdrantVectors(QdrantClient(":memory:"))
    yield Case(store, url, f"test {uuid4()}")
    store.close()


@pytest.fixture
def shared(case: Case) -> Case:
    if not case.url:
        pytest.skip("qdrant-client's memory mode lives in one process; set FIRSTCAUSE_TEST_QDRANT_URL for a server")
    return case


def unit(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def point(number: int, vector: NDArray[np.float32], **payload: str) -> Point:
    return Point(str(UUID(int=number)), vector, payload)


def fill(case: Case) -> None:
    case.store.upsert(
        case.collection,
        [
            point(1, unit(1, 0, 0), symbol="a", language="python"),
            point(2, unit(0.8, 0.6, 0), symbol="b", language="java"),
            point(3, unit(0, 0, 5), symbol="c", language="go"),
        ],
    )


def test_a_collection_that_does_not_exist_is_empty(case: Case) -> None:
    """Counting, looking up and searching before the first write give nothing and no error."""
    assert case.store.count(case.collection) == 0
    assert case.store.existing(case.collection, [str(UUID(int=1))]) == set()
    assert case.store.search(case.collection, unit(1, 0, 0), 5) == []


def test_nearest_first_with_cosine_and_payload(case: Case) -> None:
    """Matches come best first, scored by the angle alone, with what was stored beside them."""
    fill(case)
    matches = case.store.search(case.collection, unit(2, 0, 0), 3)
    assert [match.payload["symbol"] for match in matches] == ["a", "b", "c"]
    assert [match.score for match in matches] == pytest.approx([1.0, 0.8, 0.0], abs=1e-5)
    assert matches[0].point_id == str(UUID(int=1))


def test_limit(case: Case) -> None:
    """No more matches than asked for, and none for a limit of 0."""
    fill(case)
    assert len(case.store.search(case.collection, unit(1, 0, 0), 2)) == 2
    assert case.store.search(case.collection, unit(1, 0, 0), 0) == []


def test_where_restricts_payload_fields(case: Case) -> None:
    """One value or any of several; all named fields must fit."""
    fill(case)
    search = case.store.search
    only = search(case.collection, unit(1, 0, 0), 5, where={"language": "go"})
    assert [match.payload["symbol"] for match in only] == ["c"]
    several = search(case.collection, unit(1, 0, 0), 5, where={"language": ["go", "java"]})
    assert [match.payload["symbol"] for match in several] == ["b", "c"]
    assert search(case.collection, unit(1, 0, 0), 5, where={"language": "go", "symbol": "a"}) == []


def test_among_restricts_ids(case: Case) -> None:
    """Only the given points are considered; ids that are not stored are ignored; none means none."""
    fill(case)
    ids = [str(UUID(int=number)) for number in (2, 3, 99)]
    found = case.store.search(case.collection, unit(1, 0, 0), 5, among=ids)
    assert [match.payload["symbol"] for match in found] == ["b", "c"]
    assert case.store.search(case.collection, unit(1, 0, 0), 5, among=[]) == []


def test_the_same_id_replaces(case: Case) -> None:
    """Storing an id again changes its vector and payload and not the count."""
    fill(case)
    case.store.upsert(case.collection, [point(3, unit(1, 0, 0), symbol="new")])
    assert case.store.count(case.collection) == 3
    best = case.store.search(case.collection, unit(1, 0, 0), 3)
    assert {match.payload["symbol"] for match in best[:2]} == {"a", "new"}


def test_existing(case: Case) -> None:
    """Of the asked ids those that are stored, also when thousands are asked for."""
    fill(case)
    asked = [str(UUID(int=number)) for number in range(2, 6_000)]
    assert case.store.existing(case.collection, asked) == {str(UUID(int=2)), str(UUID(int=3))}
    assert case.store.existing(case.collection, []) == set()


def test_writing_nothing(case: Case) -> None:
    """An empty batch makes no collection."""
    case.store.upsert(case.collection, [])
    assert case.store.count(case.collection) == 0


def test_collections_are_apart(case: Case) -> None:
    """Points of one collection are not found in another, whatever characters the names hold."""
    fill(case)
    other = f"{case.collection} ü:%2F"
    case.store.upsert(other, [point(7, unit(1, 0), symbol="x")])
    assert case.store.count(other) == 1
    assert case.store.count(case.collection) == 3


def test_another_dimension_is_refused(case: Case) -> None:
    """Vectors of another length are refused with both lengths, in writing and in searching."""
    fill(case)
    with pytest.raises(ConfigurationError, match="vectors of 3 numbers, got 2"):
        case.store.upsert(case.collection, [point(9, unit(1, 0))])
    with pytest.raises(ConfigurationError, match="vectors of 3 numbers, got 2"):
        case.store.search(case.collection, unit(1, 0), 1)
    assert case.store.count(case.collection) == 3


def test_many_points_are_searched_exactly(case: Case) -> None:
    """Among 3,000 points the nearest ones are those that NumPy finds."""
    random = np.random.default_rng(7)
    vectors = random.normal(size=(3_000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    case.store.upsert(case.collection, [point(n + 1, vector) for n, vector in enumerate(vectors)])
    query = vectors[17] + random.normal(size=16).astype(np.float32) * 0.1
    matches = case.store.search(case.collection, query, 10)
    best = np.argsort(-(vectors @ query))[:10]
    assert [match.point_id for match in matches] == [str(UUID(int=int(n) + 1)) for n in best]


def start(case: Case, writer: int, batches: int) -> "subprocess.Popen[str]":
    arguments = [case.url, case.collection, str(writer), str(batches)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.conformance.vector_writer", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_acknowledged(shared: Case) -> None:
    """Whatever moment a writer dies at, every batch whose write had returned is there, and writing goes on."""
    for writer, pause in enumerate((0.0, 0.003, 0.011, 0.023, 0.047)):
        process = start(shared, writer, 100_000)
        assert process.stdout is not None
        acknowledged = int(process.stdout.readline())
        time.sleep(pause)
        process.kill()
        for line in process.stdout:
            acknowledged = int(line) if line.endswith("\n") else acknowledged
        process.wait()
        expected = {p.point_id for batch in range(acknowledged + 1) for p in batch_of(writer, batch)}
        assert shared.store.existing(shared.collection, sorted(expected)) == expected
        sample = batch_of(writer, acknowledged)[3]
        assert shared.store.search(shared.collection, sample.vector, 1)[0].point_id == sample.point_id


@pytest.mark.slow
def test_two_writers_and_a_reader(shared: Case) -> None:
    """Two processes write while this one reads: no error, nothing torn, everything there at the end."""
    writers = [start(shared, writer, 25) for writer in (1, 2)]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        count = shared.store.count(shared.collection)
        assert count >= seen
        seen = count
        for match in shared.store.search(shared.collection, np.ones(32, dtype=np.float32), 5):
            assert set(match.payload) == {"writer", "batch"}
    assert [writer.returncode for writer in writers] == [0, 0]
    assert shared.store.count(shared.collection) == 2 * 25 * 20
