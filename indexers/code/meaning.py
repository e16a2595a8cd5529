"""Search by meaning: which text of a block is embedded, the queue of blocks to embed, and the search itself.

A block is embedded once per content, repository and model: its point's id is its block id, the collection is named
after repository and model. Nothing waits for the queue. Owns: the above. Keeps out: models, vector stores.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from connectors.embeddings import Embedder
from connectors.vectors import Point, VectorStore
from indexers.code.blocks import CodeBlock
from indexers.code.commit_facts import CommitFacts

EMBED_BATCH = 32
_DOC = 300
_BODY = 500  # characters; the default model reads 256 tokens, about 900 characters, and cost grows with each
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_.$]+")


class Meaning:
    """Vectors of code blocks behind one store and one model."""

    def __init__(self, vectors: VectorStore, embedder: Embedder) -> None:
        self._vectors = vectors
        self._embedder = embedder

    @property
    def model_id(self) -> str:
        """The model whose vectors these are."""
        return self._embedder.model_id

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
            rows = self._embedder.embed([embedded_text(block) for block in batch])
            points = [
                Point(
                    _point_id(block.block_id),
                    row,
                    {
                        "block_id": block.block_id,
                        "symbol": block.symbol,
                        "path": block.path,
                        "kind": block.kind,
                        "language": block.language,
                    },
                )
                for block, row in zip(batch, rows, strict=True)
            ]
            self._vectors.upsert(self._collection(repository), points)
        return len(blocks)

    def search(self, repository: str, facts: CommitFacts, query: str, limit: int) -> list[tuple[int, float]]:
        """(block number, cosine) of the commit's blocks nearest to `query`, best first.

        Commits share nearly all blocks, so a wider search over the whole repository mostly suffices; only when other
        versions crowd the result is the search itself restricted to the commit's blocks, which costs more.
        """
        collection = self._collection(repository)
        vector = self._embedder.embed([query])[0]
        numbers = {block_id: number for number, block_id in reversed(list(enumerate(facts.ids)))}
        for among in (None, [str(UUID(bytes=block_id)) for block_id in numbers]):
            wide = limit * 4 + 16 if among is None else limit
            matches = self._vectors.search(collection, vector, wide, among=among)
            found = [(numbers[key], match.score) for match in matches if (key := UUID(match.point_id).bytes) in numbers]
            if len(found) >= limit or len(matches) < wide:
                break
        return found[:limit]

    def _collection(self, repository: str) -> str:
        return f"code {repository} {self._embedder.model_id}"


def _point_id(block_id: str) -> str:
    return str(UUID(hex=block_id))


def embedded_text(block: CodeBlock) -> str:
    """What stands for a block before the model: its name in words, signature, doc and first lines."""
    words = " ".join(part for part in _SPLIT.split(block.symbol) if part)
    return f"{words}\n{block.signature}\n{block.doc[:_DOC]}\n{block.text[:_BODY]}"
