"""Vectors of code blocks and traces: what every vector store must do. `edge.py` embeds Qdrant, `server.py` calls one.

Owns the protocol and its values. Keeps out: what is embedded and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Point:
    """`point_id` is a UUID string derived from content; `payload` is flat JSON."""

    point_id: str
    vector: NDArray[np.float32]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """A stored point and its cosine similarity to the query, best first."""

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

    def count(self, collection: str) -> int:
        """Number of points; 0 for a collection that does not exist."""
        ...

    def close(self) -> None:
        """Flush and release locks."""
        ...
