"""Search by words and by meaning at once: what is recognised, how two rankings become one, who answers when."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from connectors.database import Database
from connectors.errors import UnavailableError
from connectors.vectors import Point
from connectors.vectors.edge import EdgeVectors
from indexers.code.hybrid import fuse, kind_of
from indexers.code.index import CodeIndex
from tests.indexers.code.shop_tree import MemoryTree

FILES = {
    "money.py": 'def convert(amount):\n    raise ValueError(f"no exchange rate for {amount}")\n',
    "people.py": "def greet(person):\n    return person.title\n",
    "stock.py": "def shelf(person):\n    return person.place\n",
}
COMMIT = "c" * 40


class TopicEmbedder:
    """Two topics: money or anything else. Counts the texts it was given."""

    model_id = "topics"
    dimension = 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        money = [any(word in text for word in ("exchange", "currency", "price")) for text in texts]
        return np.array([[1, 0] if about else [0, 1] for about in money], dtype=np.float32)


class Unreachable(TopicEmbedder):
    """A model whose service is down once `down` is set."""

    down = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.down:
            raise UnavailableError("the model cannot be reached.")
        return super().embed(texts)


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: 'tier'",
        "java.lang.IllegalStateException: no carrier for AT",
        "order failed order_id=991",
        "panic: runtime error: index out of range [3] with length 3",
        "dial tcp 10.0.0.7:5432: connect: connection refused",
        "    at shop.Cart.total(Cart.java:31)",
        "column 'gift_note' does not exist",
    ],
)
def test_what_a_program_printed_is_an_error(text: str) -> None:
    """Types with a colon, pairs, quoted values, addresses and frames."""
    assert kind_of(text) == "error"


@pytest.mark.parametrize(
    "text",
    [
        "where do we decide which carrier ships a parcel",
        "The share of the price taken off for a loyal customer.",
        "Why doesn't the customer's discount apply?",
        "retry a payment that failed",
    ],
)
def test_what_a_person_wrote_is_prose(text: str) -> None:
    """Also with an apostrophe, or with an everyday word for trouble."""
    assert kind_of(text) == "prose"


def test_an_error_goes_by_words_and_prose_by_meaning() -> None:
    """The same two rankings give another first for another kind of query."""
    words, meaning = [(1, 9.0), (2, 7.0)], [(2, 0.9), (3, 0.5)]
    assert fuse(words, meaning, "error", 1)[0][0] == 1
    assert fuse(words, meaning, "prose", 1)[0][0] == 2


def test_ranks_of_both_halves_are_told() -> None:
    """So that a reason can say what found a block; None where a half did not."""
    found = {number: ranks for number, _, ranks in fuse([(1, 2.0), (2, 1.0)], [(2, 0.9)], "prose", 5)}
    assert found == {1: (1, None), 2: (2, 1)}


def test_one_half_alone_keeps_its_order() -> None:
    """Without embeddings, or without a shared word, the other ranking stands as it is."""
    ranked = [(5, 3.0), (4, 2.0), (6, 1.0)]
    for kind in ("error", "prose"):
        assert [n for n, *_ in fuse(ranked, [], kind, 9)] == [5, 4, 6]
        assert [n for n, *_ in fuse([], ranked, kind, 9)] == [5, 4, 6]
    assert fuse([], [], "prose", 3) == []


rankings = st.dictionaries(st.integers(0, 30), st.floats(0.01, 1)).map(
    lambda found: sorted(found.items(), key=lambda item: -item[1])
)


@given(words=rankings, meaning=rankings, limit=st.integers(1, 10))
def test_scores_fall_and_stay_between_zero_and_one(
    words: list[tuple[int, float]], meaning: list[tuple[int, float]], limit: int
) -> None:
    """Whatever the halves score; nothing is given twice, and nothing that neither half found."""
    found = fuse(words, meaning, "prose", limit)
    scores = [score for _, score, _ in found]
    assert scores == sorted(scores, reverse=True)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)
    assert len({number for number, *_ in found}) == len(found) == min(limit, len(dict(words) | dict(meaning)))


def test_without_embeddings_words_answer_alone(database: Database) -> None:
    """Nothing is loaded, nothing is waited for."""
    index = CodeIndex(database)
    index.index(MemoryTree(FILES))
    hits = index.snapshot("shop", COMMIT).search("ValueError: no exchange rate for 7", 3)
    assert [(hit.block.name, hit.by_words, hit.by_meaning) for hit in hits] == [("convert", 1, None)]


def test_half_embedded_code_is_still_found_by_words(database: Database, tmp_path: Path) -> None:
    """While the queue is on its way the lexical index answers for words, over every block of the commit."""
    index = CodeIndex(database, EdgeVectors(tmp_path), TopicEmbedder())
    index.index(MemoryTree(FILES))
    index.embed_pending(1)
    snapshot = index.snapshot("shop", COMMIT)
    assert snapshot.search("who will greet a person", 1)[0].block.name == "greet"
    assert snapshot.search("what is the price in another currency", 1)[0].block.name == "convert"


def test_once_all_is_embedded_the_store_answers_for_both(database: Database, tmp_path: Path) -> None:
    """Words come from the vector store too: what it does not hold is not found by them."""
    vectors = EdgeVectors(tmp_path)
    index = CodeIndex(database, vectors, TopicEmbedder())
    index.index(MemoryTree(FILES))
    while index.embed_pending(10):
        pass
    hits = index.snapshot("shop", COMMIT).search("ValueError: no exchange rate", 3)
    assert (hits[0].block.name, hits[0].by_words, hits[0].by_meaning) == ("convert", 1, 1)
    convert = index.snapshot("shop", COMMIT).find("convert")[0]
    silent = Point(_uuid(convert.block_id), np.array([1, 0], dtype=np.float32), {})
    vectors.upsert("code2 shop topics", [silent])
    hits = index.snapshot("shop", COMMIT).search("ValueError: no exchange rate", 3)
    assert (hits[0].block.name, hits[0].by_words, hits[0].by_meaning) == ("convert", None, 1)


def test_a_model_that_is_down_leaves_the_words(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The search answers, and the log says what was missing."""
    embedder = Unreachable()
    index = CodeIndex(database, EdgeVectors(tmp_path), embedder)
    index.index(MemoryTree(FILES))
    index.embed_pending(10)
    embedder.down = True
    with caplog.at_level(logging.WARNING):
        hits = index.snapshot("shop", COMMIT).search("no exchange rate", 1)
    assert (hits[0].block.name, hits[0].by_meaning) == ("convert", None)
    assert "words answer alone: the model cannot be reached" in caplog.text


def test_vectors_of_the_first_schema_are_taken_over(database: Database, tmp_path: Path) -> None:
    """What an earlier version embedded is not embedded again; its collection goes when nothing is left in it to use."""
    vectors, embedder = EdgeVectors(tmp_path), TopicEmbedder()
    index = CodeIndex(database, vectors, embedder)
    index.index(MemoryTree(FILES))
    convert = index.snapshot("shop", COMMIT).find("convert")[0]
    vectors.upsert("code shop topics", [Point(_uuid(convert.block_id), np.array([1, 0], dtype=np.float32), {})])
    assert index.embed_pending(2) == 2
    assert vectors.count("code shop topics") == 1
    assert index.embed_pending(10) == 1
    assert len(embedder.texts) == 2
    assert not any("convert" in text for text in embedder.texts)
    assert vectors.count("code shop topics") == 0
    found = index.snapshot("shop", COMMIT).search("the price in a currency", 1)
    assert found[0].block.name == "convert"


def _uuid(block_id: str) -> str:
    from uuid import UUID

    return str(UUID(hex=block_id))


def test_a_remembered_text_is_searched_by_without_the_model(database: Database, tmp_path: Path) -> None:
    """It is embedded once; a text that was not remembered leaves the words."""
    embedder = TopicEmbedder()
    index = CodeIndex(database, EdgeVectors(tmp_path), embedder)
    index.index(MemoryTree(FILES))
    index.embed_pending(10)
    assert index.remember(["a price", "a price", "a person"]) == 2
    assert index.remember(["a price"]) == 0
    asked = len(embedder.texts)
    snapshot = index.snapshot("shop", COMMIT)
    assert snapshot.search("qqq", 1, remembered="a price")[0].block.name == "convert"
    assert snapshot.search("who will greet", 1, remembered="never embedded")[0].by_meaning is None
    assert len(embedder.texts) == asked


def test_nothing_is_remembered_without_a_model(database: Database) -> None:
    """And nothing is loaded for no texts."""
    assert CodeIndex(database).remember(["a price"]) == 0
