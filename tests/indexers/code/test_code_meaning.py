"""The queue of blocks to embed, and search by meaning restricted to one commit."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from connectors.database import Database
from connectors.vectors import VectorStore
from connectors.vectors.edge import EdgeVectors
from indexers.code.index import CodeIndex
from indexers.code.meaning import embedded_text
from tests.indexers.code.shop_tree import FILES, MemoryTree


class LetterEmbedder:
    """Counts letters: alike texts are near. Remembers what it was asked."""

    def __init__(self, model_id: str = "letters") -> None:
        self.model_id = model_id
        self.dimension = 26
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        rows = np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def vectors(tmp_path: Path) -> VectorStore:
    return EdgeVectors(tmp_path / "vectors")


def drain(index: CodeIndex) -> int:
    total = 0
    while done := index.embed_pending(7):
        total += done
    return total


def test_every_block_is_embedded_once(database: Database, vectors: VectorStore) -> None:
    """The queue ends when each distinct content has a vector, and another commit adds only what is new."""
    embedder = LetterEmbedder()
    index = CodeIndex(database, vectors, embedder)
    index.index(MemoryTree(FILES))
    snapshot = index.snapshot("shop", "c" * 40)
    assert drain(index) == len({block.block_id for block in snapshot.blocks()})
    changed = {**FILES, "src/shop/prices.py": FILES["src/shop/prices.py"].replace("KeyError", "ValueError")}
    index.index(MemoryTree(changed, commit="d" * 40))
    embedder.texts.clear()
    assert drain(index) == 1
    assert "ValueError" in embedder.texts[0]
    assert drain(CodeIndex(database, vectors, embedder)) == 0


def test_blocks_near_a_trace_go_first(database: Database, vectors: VectorStore) -> None:
    """Asked-for blocks are embedded before everything else, also of an older commit."""
    embedder = LetterEmbedder()
    index = CodeIndex(database, vectors, embedder)
    index.index(MemoryTree(FILES))
    index.index(MemoryTree({"new.py": "def fresh(): ...\n"}, commit="d" * 40))
    wanted = index.snapshot("shop", "c" * 40).find("price_of")[0]
    assert index.embed_pending(1, near=[wanted.block_id]) == 1
    assert embedder.texts == [embedded_text(wanted)]
    assert index.embed_pending(1, near=[wanted.block_id]) == 1
    assert "fresh" in embedder.texts[1]


def test_what_waits_is_told_without_the_model(database: Database, vectors: VectorStore) -> None:
    """Until every commit is embedded, and never where there is no model."""
    embedder = LetterEmbedder()
    index = CodeIndex(database, vectors, embedder)
    assert not index.is_pending()
    index.index(MemoryTree(FILES))
    assert index.is_pending()
    assert not embedder.texts
    drain(index)
    assert not index.is_pending()
    assert not CodeIndex(database).is_pending()


def test_own_code_before_tests_before_vendored_code(database: Database, vectors: VectorStore) -> None:
    """The order in which blocks of one commit are embedded."""
    embedder = LetterEmbedder()
    index = CodeIndex(database, vectors, embedder)
    names = {"vendor/a.py": "vendored", "tests/test_a.py": "tested", "zz.py": "own"}
    index.index(MemoryTree({path: f"def {name}(): ...\n" for path, name in names.items()}))
    drain(index)
    assert [text.split("\n")[0] for text in embedder.texts] == ["own", "tested", "vendored"]


def test_search_finds_the_nearest_of_the_commit(database: Database, vectors: VectorStore) -> None:
    """The best match by cosine, with its score."""
    index = CodeIndex(database, vectors, LetterEmbedder())
    index.index(MemoryTree(FILES))
    drain(index)
    snapshot = index.snapshot("shop", "c" * 40)
    wanted = snapshot.find("lookup")[0]
    found = snapshot.search_meaning(embedded_text(wanted), 3)
    assert len(found) == 3
    assert found[0][0] == wanted
    assert found[0][1] == pytest.approx(1.0, abs=1e-4)


def test_other_versions_do_not_crowd_the_result(database: Database, vectors: VectorStore) -> None:
    """Thirty versions of one function in other commits leave room for the two of this commit."""
    index = CodeIndex(database, vectors, LetterEmbedder())
    for version in range(30):
        index.index(MemoryTree({"a.py": f"def place(x):\n    return {version}\n"}, commit=f"{version:040x}"))
    tree = MemoryTree({"a.py": "def place(x):\n    return 'ours'\n", "b.py": "def qqq(zzz): ...\n"}, commit="f" * 40)
    index.index(tree)
    while index.embed_pending(500):
        pass
    found = index.snapshot("shop", "f" * 40).search_meaning("place x return", 2)
    assert {block.name for block, _ in found} == {"place", "qqq"}
    assert "ours" in found[0][0].text


def test_search_before_anything_is_embedded(database: Database, vectors: VectorStore) -> None:
    """Nothing waits for the queue: an empty collection finds nothing."""
    index = CodeIndex(database, vectors, LetterEmbedder())
    index.index(MemoryTree(FILES))
    assert index.snapshot("shop", "c" * 40).search_meaning("price", 5) == []


def test_a_lost_collection_is_filled_again(database: Database, tmp_path: Path) -> None:
    """Deleting the vectors' folder costs embedding once more, not the search by meaning for ever."""
    first = CodeIndex(database, EdgeVectors(tmp_path / "one"), LetterEmbedder())
    first.index(MemoryTree(FILES))
    count = drain(first)
    assert drain(CodeIndex(database, EdgeVectors(tmp_path / "two"), LetterEmbedder())) == count


def test_another_model_embeds_anew(database: Database, vectors: VectorStore) -> None:
    """Vectors of two models are kept apart."""
    first = CodeIndex(database, vectors, LetterEmbedder())
    first.index(MemoryTree(FILES))
    assert drain(CodeIndex(database, vectors, LetterEmbedder("other"))) == drain(first)


def test_without_a_model_there_is_no_queue(database: Database) -> None:
    """Nothing to do, and no error."""
    index = CodeIndex(database)
    index.index(MemoryTree(FILES))
    assert index.embed_pending(10) == 0
