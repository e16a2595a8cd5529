"""Blocks in the vector store: what of a block is embedded, the words beside it, and the search by either.

A block is embedded once per content, repository and model: its point's id is its block id, the collection is named
after repository and model. A point holds the block's words too, so that the store answers both halves of a search;
collections of the first schema held none, and their vectors are taken over instead of being made again. Nothing waits
for the queue. Owns: the above. Keeps out: models, vector stores, which half counts more (hybrid.py).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from connectors.embeddings import Embedder
from connectors.vectors import Match, Point, VectorStore, WordVector
from indexers.code.blocks import CodeBlock
from indexers.code.commit_facts import CommitFacts
from indexers.code.words import count_block_words

EMBED_BATCH = 32
SCHEMA = 2  # of a collection; 1 had no words
_DOC = 300
_BODY = 500  # characters; the default model reads 256 tokens, about 900 characters, and cost grows with each
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_.$]+")
# BM25's saturation, with the usual length of a block in the place of a commit's mean: a point belongs to many commits.
_K1, _B, _USUAL_LENGTH = 1.2, 0.75, 80.0

_Ask = Callable[[int, Sequence[str] | None], list[Match]]


class Meaning:
    """Vectors of code blocks behind one store and one model."""

    def __init__(self, vectors: VectorStore, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder

    @property
    def mark(self) -> str:
        """What a commit is marked with when all its blocks are stored: the model and what is kept of a block."""
        return f"{self._embedder.model_id} {SCHEMA}"

    def is_empty(self, repository: str) -> bool:
        """Whether nothing of the repository is embedded yet."""
        return self._vectors.count(self._collection(repository)) == 0

    def missing(self, repository: str, block_ids: Sequence[str]) -> list[str]:
        """Those of `block_ids` that are not embedded, in the given order."""
        have = self._vectors.existing(self._collection(repository), [_point_id(block) for block in block_ids])
        return [block for block in block_ids if _point_id(block) not in have]

    def add(self, repository: str, blocks: Sequence[CodeBlock]) -> int:
        """Embed and store `blocks`, a batch at a time; each batch is durable before the next is begun."""
        for start in range(0, len(blocks), EMBED_BATCH):
            batch = blocks[start : start + EMBED_BATCH]
            rows = self._embedded(repository, batch)
            self._vectors.upsert(self._collection(repository), [_point(block, rows[block.block_id]) for block in batch])
        return len(blocks)

    def drop_earlier(self, repository: str) -> None:
        """Forget the collection of the first schema, once everything in it has been taken over."""
        self._vectors.drop(self._earlier(repository))

    def remember(self, queries: Sequence[str]) -> int:
        """Embed texts that will be searched by, so that a search needs no model; returns how many were new."""
        known = self._vectors.existing(self._queries, [_query_id(query) for query in queries])
        new = [query for query in dict.fromkeys(queries) if _query_id(query) not in known]
        for start in range(0, len(new), EMBED_BATCH):
            batch = new[start : start + EMBED_BATCH]
            rows = self._embedder.embed(batch)
            points = [Point(_query_id(query), row, {}) for query, row in zip(batch, rows, strict=True)]
            self._vectors.upsert(self._queries, points)
        return len(new)

    def search(
        self, repository: str, facts: CommitFacts, query: str, limit: int, *, remembered: bool = False
    ) -> list[tuple[int, float]]:
        """(block number, cosine) of the commit's blocks nearest to `query`, best first.

        With `remembered`, only a query whose vector is kept is searched by, and the model is left alone.
        """
        collection = self._collection(repository)
        kept = self._vectors.vectors(self._queries, [_query_id(query)]) if remembered else {}
        if remembered and not kept:
            return []
        vector = kept[_query_id(query)] if remembered else self._embedder.embed([query])[0]
        return _of_commit(facts, limit, lambda wide, among: self._vectors.search(collection, vector, wide, among=among))

    def search_words(
        self, repository: str, facts: CommitFacts, query: Mapping[int, int], limit: int
    ) -> list[tuple[int, float]]:
        """(block number, score) of the commit's stored blocks that share words with `query`, best first."""
        collection = self._collection(repository)
        words = query_words(query)
        return _of_commit(
            facts, limit, lambda wide, among: self._vectors.search_words(collection, words, wide, among=among)
        )

    def _embedded(self, repository: str, batch: Sequence[CodeBlock]) -> dict[str, NDArray[np.float32]]:
        """Block id -> vector; the model sees only what no earlier collection holds."""
        held = self._vectors.vectors(self._earlier(repository), [_point_id(block.block_id) for block in batch])
        found = {
            block.block_id: held[_point_id(block.block_id)] for block in batch if _point_id(block.block_id) in held
        }
        new = [block for block in batch if block.block_id not in found]
        rows = self._embedder.embed([embedded_text(block) for block in new]) if new else ()
        return found | {block.block_id: row for block, row in zip(new, rows, strict=True)}

    @property
    def _queries(self) -> str:
        return f"queries {self._embedder.model_id}"

    def _collection(self, repository: str) -> str:
        return f"code{SCHEMA} {repository} {self._embedder.model_id}"

    def _earlier(self, repository: str) -> str:
        return f"code {repository} {self._embedder.model_id}"


def _of_commit(facts: CommitFacts, limit: int, ask: _Ask) -> list[tuple[int, float]]:
    """Matches that are blocks of one commit, by number.

    Commits share nearly all blocks, so a wider search over the whole repository mostly suffices; only when other
    versions crowd the result is the search itself restricted to the commit's blocks, which costs more.
    """
    found: list[tuple[int, float]] = []
    for restricted in (False, True):
        wide = limit if restricted else limit * 4 + 16
        matches = ask(wide, [str(UUID(bytes=block_id)) for block_id in facts.numbers] if restricted else None)
        numbered = ((facts.numbers.get(UUID(match.point_id).bytes), match.score) for match in matches)
        found = [(number, score) for number, score in numbered if number is not None]
        if len(found) >= limit or len(matches) < wide:
            break
    return found[:limit]


def _point(block: CodeBlock, row: NDArray[np.float32]) -> Point:
    payload = {name: getattr(block, name) for name in ("block_id", "symbol", "path", "kind", "language")}
    words = block_words(count_block_words(block.text, block.doc, block.symbol))
    return Point(_point_id(block.block_id), row, payload, words)


def block_words(counts: Counter[int]) -> WordVector:
    """A block's words as BM25 weighs them within a text: more of a word counts ever less, more so in a long block.

    Method: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
    """
    times = np.array(list(counts.values()), dtype=np.float32)
    norm = _K1 * (1 - _B + _B * float(times.sum()) / _USUAL_LENGTH)
    return WordVector(np.array(list(counts), dtype=np.uint32), times * (_K1 + 1) / (times + norm))


def query_words(counts: Mapping[int, int]) -> WordVector:
    """A query's words: one that is repeated counts a little more, so that one loud word does not drown the rest."""
    times = np.array(list(counts.values()), dtype=np.float32)
    return WordVector(np.array(list(counts), dtype=np.uint32), 1 + np.log(times))


def _query_id(query: str) -> str:
    return str(uuid5(NAMESPACE_OID, query))


def _point_id(block_id: str) -> str:
    return str(UUID(hex=block_id))


def embedded_text(block: CodeBlock) -> str:
    """What stands for a block before the model: its name in words, signature, doc and first lines."""
    words = " ".join(part for part in _SPLIT.split(block.symbol) if part)
    return f"{words}\n{block.signature}\n{block.doc[:_DOC]}\n{block.text[:_BODY]}"
