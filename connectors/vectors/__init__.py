"""Vectors of code blocks and traces: what every vector store must do. `edge.py` embeds Qdrant, `server.py` calls one.

A point has a dense vector, its meaning, and may have a sparse one, its words. How rare a word is over the collection is
the store's part (Qdrant's IDF modifier, https://qdrant.tech/documentation/concepts/indexing/#idf-modifier), so that
rarities stay right while points come and go; Qdrant Edge 0.9 and qdrant-client 1.20 both have it, and give the same
scores. Owns the protocol and its values. Keeps out: what is embedded and why, what a word is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

DENSE, WORDS = "", "words"  # names of a point's two vectors; Qdrant calls the only dense one ""


@dataclass(frozen=True, slots=True)
class WordVector:
    """A sparse vector: `ids` are distinct hashes of words (32 bits), `weights` how much each counts in the text."""

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Point:
    """`point_id` is a UUID string derived from content; `payload` is flat JSON; `words` make it findable by words."""

    point_id: str
    vector: NDArray[np.float32]
    payload: Mapping[str, Any]
    words: WordVector | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A stored point and how near it is to the query (cosine, or the sum over shared words), best first."""

    point_id: str
    score: float
    payload: Mapping[str, Any]


class VectorStore(Protocol):
    """Collections are made on first use with the dimension of the first vector."""

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """Store points, durable on return; the same id replaces."""
        ...

    def existing(self, collection: str, point_ids: Sequence[str]) -> set[str]:
        """Which of `point_ids` are stored."""
        ...

    def search(
        self,
        collection: str,
        vector: NDArray[np.float32],
        limit: int,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """The nearest points by cosine; `where` restricts payload fields, `among` restricts to point ids."""
        ...

    def search_words(
        self,
        collection: str,
        words: WordVector,
        limit: int,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """The points that share words, by the sum of weight in the query times weight in the point times rarity.

        Rarity is ln(1 + (N - n + 0.5) / (n + 0.5)) for a word in n of the collection's N points, whatever `where` and
        `among` leave of them. Points without words, and collections made before there were any, are never found.
        """
        ...

    def vectors(self, collection: str, point_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """The dense vectors of those of `point_ids` that are stored, at unit length."""
        ...

    def drop(self, collection: str) -> None:
        """Forget a collection and all its points; does nothing when there is none."""
        ...

    def count(self, collection: str) -> int:
        """Number of points; 0 for a collection that does not exist."""
        ...

    def close(self) -> None:
        """Flush and release locks."""
        ...
