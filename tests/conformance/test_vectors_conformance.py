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
from qdrant_client import QdrantClient, models

from connectors.errors import ConfigurationError
from connectors.registry import open_adapter
from connectors.vectors import Point, VectorStore, WordVector
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


def words(**weights: float) -> WordVector:
    """Words by one-letter names: the letter's number, and near the top of 32 bits, is its id."""
    ids = [4_294_967_000 + ord(letter) for letter in weights]
    return WordVector(np.array(ids, dtype=np.uint32), np.array(list(weights.values()), dtype=np.float32))


def fill_words(case: Case) -> None:
    """Three points with words; `a` is in all of them, `b` in one, `c` twice as heavy in one as in another."""
    said = [words(a=1, b=1), words(a=1, c=1), words(a=1, c=2)]
    case.store.upsert(
        case.collection,
        [Point(str(UUID(int=n + 1)), unit(1, n, 0), {"n": str(n + 1)}, word) for n, word in enumerate(said)],
    )


def rarity(total: int, having: int) -> float:
    return float(np.log(1 + (total - having + 0.5) / (having + 0.5)))


def test_words_are_weighed_by_rarity(case: Case) -> None:
    """The score is the sum over shared words of both weights and ln(1 + (N - n + 0.5) / (n + 0.5))."""
    fill_words(case)
    found = case.store.search_words(case.collection, words(a=1, b=2, c=1), 5)
    assert [match.payload["n"] for match in found] == ["1", "3", "2"]
    common, rare, some = rarity(3, 3), rarity(3, 1), rarity(3, 2)
    expected = [common + 2 * rare, common + 2 * some, common + some]
    assert [match.score for match in found] == pytest.approx(expected, rel=1e-4)


def test_only_points_that_share_a_word_are_found(case: Case) -> None:
    """Neither points with other words nor points without any; no words find nothing."""
    fill_words(case)
    case.store.upsert(case.collection, [point(9, unit(1, 0, 0), n="9")])
    assert [m.payload["n"] for m in case.store.search_words(case.collection, words(b=1), 5)] == ["1"]
    assert case.store.search_words(case.collection, words(z=1), 5) == []
    assert case.store.search_words(case.collection, words(), 5) == []
    assert len(case.store.search(case.collection, unit(1, 0, 0), 9)) == 4


def test_words_take_limit_where_and_among(case: Case) -> None:
    """Restricted like the search by meaning, with rarity over the whole collection."""
    fill_words(case)
    search = case.store.search_words
    assert [m.payload["n"] for m in search(case.collection, words(c=1), 1)] == ["3"]
    assert search(case.collection, words(c=1), 0) == []
    assert [m.payload["n"] for m in search(case.collection, words(c=1), 5, where={"n": ["1", "2"]})] == ["2"]
    among = search(case.collection, words(a=1, c=1), 5, among=[str(UUID(int=2)), str(UUID(int=99))])
    assert [m.score for m in among] == pytest.approx([rarity(3, 3) + rarity(3, 2)], rel=1e-4)
    assert search(case.collection, words(c=1), 5, among=[]) == []


def test_words_of_a_replaced_point_are_gone(case: Case) -> None:
    """Storing an id again changes what it is found by, and how rare its old words are."""
    fill_words(case)
    case.store.upsert(case.collection, [Point(str(UUID(int=2)), unit(1, 0, 0), {"n": "new"}, words(b=1))])
    found = case.store.search_words(case.collection, words(b=1), 5)
    assert {match.payload["n"] for match in found} == {"1", "new"}
    assert found[0].score == pytest.approx(rarity(3, 2), rel=1e-4)


def test_searching_words_where_nothing_is(case: Case) -> None:
    """A collection that does not exist has no words, vectors or points, and can be dropped."""
    assert case.store.search_words(case.collection, words(a=1), 5) == []
    assert case.store.vectors(case.collection, [str(UUID(int=1))]) == {}
    case.store.drop(case.collection)
    assert case.store.count(case.collection) == 0


def test_vectors_are_given_back_at_unit_length(case: Case) -> None:
    """Of points with words and of points without, so that they never have to be embedded again."""
    fill(case)
    case.store.upsert(case.collection, [Point(str(UUID(int=4)), unit(0, 3, 4), {}, words(a=1))])
    asked = [str(UUID(int=number)) for number in (3, 4, 99)]
    found = case.store.vectors(case.collection, asked)
    assert set(found) == set(asked[:2])
    assert found[asked[0]].tolist() == pytest.approx([0, 0, 1])
    assert found[asked[1]].tolist() == pytest.approx([0, 0.6, 0.8])
    assert case.store.vectors(case.collection, []) == {}


def test_a_dropped_collection_can_be_made_again(case: Case) -> None:
    """Even for vectors of another length."""
    fill(case)
    case.store.drop(case.collection)
    assert case.store.count(case.collection) == 0
    case.store.upsert(case.collection, [point(1, unit(1, 0), symbol="a")])
    assert len(case.store.search(case.collection, unit(1, 0), 5)) == 1


def make_old(case: Case) -> None:
    """A collection as the first version made it, for dense vectors alone, with one point."""
    if isinstance(case.store, QdrantVectors):
        client = case.store._client  # the store itself no longer makes such collections
        case.collection = "old-" + str(uuid4())
        client.create_collection(
            case.collection, vectors_config=models.VectorParams(size=3, distance=models.Distance.COSINE)
        )
    else:
        import qdrant_edge

        folder = Path(case.url.removeprefix("edge://")) / case.collection
        folder.mkdir(parents=True)
        size = qdrant_edge.EdgeVectorParams(size=3, distance=qdrant_edge.Distance.Cosine)
        qdrant_edge.EdgeShard.create(str(folder), qdrant_edge.EdgeConfig(vectors=size, wal_enabled=False)).close()
    case.store.upsert(case.collection, [point(1, unit(1, 0, 0), symbol="a")])


def test_a_collection_of_the_first_version_is_still_read(case: Case) -> None:
    """Its vectors are searched and given back, words find nothing, and writing words is refused in one sentence."""
    make_old(case)
    assert case.store.search(case.collection, unit(1, 0, 0), 5)[0].payload == {"symbol": "a"}
    assert case.store.vectors(case.collection, [str(UUID(int=1))])[str(UUID(int=1))].tolist() == [1, 0, 0]
    assert case.store.search_words(case.collection, words(a=1), 5) == []
    with pytest.raises(ConfigurationError, match="takes no words"):
        case.store.upsert(case.collection, [Point(str(UUID(int=2)), unit(1, 0, 0), {}, words(a=1))])
    assert case.store.count(case.collection) == 1


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
    said = WordVector(np.array([3], dtype=np.uint32), np.ones(1, dtype=np.float32))
    assert len(shared.store.search_words(shared.collection, said, 100)) == 2 * 25
