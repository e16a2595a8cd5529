"""Vectors in a Qdrant server or cluster through qdrant-client.

`qdrant://host:6333` and `http://host:6333` speak plain HTTP, `https://host` TLS; the API key comes from
QDRANT_API_KEY. Owns: the client and the translation of its errors. Keeps out: what is embedded.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from connectors.errors import AuthenticationError, ConfigurationError, ThrottledError, UnavailableError
from connectors.vectors import DENSE, WORDS, Match, Point, WordVector
from connectors.vectors.checks import check_dimension, check_words

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import SparseVector

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_TIMEOUT_SECONDS = 30
_UPSERT_BATCH = 500
_RETRIEVE_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class _Held:
    """What a collection was made for: the length of its vectors, and whether it takes words."""

    dimension: int
    words: bool


class QdrantVectors:
    """A VectorStore over a qdrant-client."""

    def __init__(self, client: "QdrantClient") -> None:
        self._client = client
        self._known: dict[str, _Held] = {}

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """Store points, durable on return (the server has written its log); the same id replaces."""
        if not points:
            return
        from qdrant_client import models

        collection = _safe(collection)
        held = self._make(collection, len(points[0].vector))
        check_words(collection, held.words, points)
        for start in range(0, len(points), _UPSERT_BATCH):
            batch = [
                models.PointStruct(id=p.point_id, vector=_both(p), payload=dict(p.payload))
                for p in points[start : start + _UPSERT_BATCH]
            ]
            with _translated():
                self._client.upsert(collection, batch, wait=True)

    def existing(self, collection: str, point_ids: Sequence[str]) -> set[str]:
        """Which of `point_ids` are stored."""
        found: set[str] = set()
        collection = _safe(collection)
        if self._held(collection) is None:
            return found
        for start in range(0, len(point_ids), _RETRIEVE_BATCH):
            with _translated():
                records = self._client.retrieve(
                    collection, list(point_ids[start : start + _RETRIEVE_BATCH]), with_payload=False
                )
            found.update(str(record.id) for record in records)
        return found

    def search(
        self,
        collection: str,
        vector: NDArray[np.float32],
        limit: int,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """The nearest points by cosine, best first."""
        collection = _safe(collection)
        held = self._held(collection)
        if held is None:
            return []
        check_dimension(collection, held.dimension, len(vector))
        return self._query(collection, {"query": _floats(vector)}, limit, where, among)

    def search_words(
        self,
        collection: str,
        words: WordVector,
        limit: int,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """The points that share words, weighed by rarity over the collection, best first."""
        collection = _safe(collection)
        held = self._held(collection)
        if held is None or not held.words or not len(words.ids):
            return []
        return self._query(collection, {"query": _sparse(words), "using": WORDS}, limit, where, among)

    def _query(
        self,
        collection: str,
        query: Mapping[str, Any],
        limit: int,
        where: Mapping[str, str | Sequence[str]] | None,
        among: Sequence[str] | None,
    ) -> list[Match]:
        from qdrant_client import models

        if limit <= 0 or (among is not None and not among):
            return []
        conditions: list[Any] = [
            models.FieldCondition(key=key, match=models.MatchAny(any=[v] if isinstance(v, str) else list(v)))
            for key, v in (where or {}).items()
        ]
        if among is not None:
            conditions.append(models.HasIdCondition(has_id=list(among)))
        with _translated():
            answer = self._client.query_points(
                collection,
                **query,
                limit=limit,
                query_filter=models.Filter(must=conditions) if conditions else None,
                with_payload=True,
            )
        return [Match(str(point.id), float(point.score), dict(point.payload or {})) for point in answer.points]

    def vectors(self, collection: str, point_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """The dense vectors of those of `point_ids` that are stored, at unit length."""
        found: dict[str, NDArray[np.float32]] = {}
        collection = _safe(collection)
        if self._held(collection) is None:
            return found
        for start in range(0, len(point_ids), _UPSERT_BATCH):
            with _translated():
                records = self._client.retrieve(
                    collection, list(point_ids[start : start + _UPSERT_BATCH]), with_payload=False, with_vectors=[DENSE]
                )
            found.update((str(record.id), _dense(record.vector)) for record in records)
        return found

    def drop(self, collection: str) -> None:
        """Forget a collection; does nothing when there is none."""
        collection = _safe(collection)
        if self._held(collection) is not None:
            with _translated():
                self._client.delete_collection(collection)
            self._known.pop(collection, None)

    def count(self, collection: str) -> int:
        """Number of points; 0 for a collection that does not exist."""
        collection = _safe(collection)
        if self._held(collection) is None:
            return 0
        with _translated():
            return self._client.count(collection, exact=True).count

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _held(self, collection: str) -> _Held | None:
        if collection not in self._known:
            with _translated():
                if not self._client.collection_exists(collection):
                    return None
                params = self._client.get_collection(collection).config.params
            dimension = int(cast(Any, params.vectors).size)
            self._known[collection] = _Held(dimension, WORDS in (params.sparse_vectors or {}))
        return self._known[collection]

    def _make(self, collection: str, dimension: int) -> _Held:
        from qdrant_client import models

        held = self._held(collection)
        if held is not None:
            check_dimension(collection, held.dimension, dimension)
            return held
        try:
            with _translated():
                self._client.create_collection(
                    collection,
                    vectors_config=models.VectorParams(size=dimension, distance=models.Distance.COSINE),
                    sparse_vectors_config={WORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
                )
        except ConfigurationError:
            if self._held(collection) is None:  # else another process was first, which is as good
                raise
        return self._held(collection) or _Held(dimension, words=True)


@contextmanager
def _translated() -> Iterator[None]:
    from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except ResourceExhaustedResponse as error:
        raise ThrottledError(f"Qdrant asked to slow down: {error}", retry_after=float(error.retry_after_s)) from error
    except ResponseHandlingException as error:
        raise UnavailableError(f"the Qdrant server cannot be reached: {error}.") from error
    except UnexpectedResponse as error:
        said = (
            f"Qdrant answered {error.status_code} {error.reason_phrase}: {error.content[:300].decode(errors='replace')}"
        )
        if error.status_code in (401, 403):
            raise AuthenticationError(f"{said}; set QDRANT_API_KEY.") from error
        if error.status_code is not None and error.status_code >= 500:
            raise UnavailableError(said) from error
        raise ConfigurationError(said) from error
    except QdrantException as error:
        raise UnavailableError(f"Qdrant failed: {error}.") from error


def _safe(collection: str) -> str:
    """The name in characters that every server takes, also inside a URL; different names stay different."""
    return _UNSAFE.sub(lambda match: f"~{ord(match[0]):x}~", collection)


def _both(point: Point) -> Any:
    """What the client takes as a point's vectors."""
    if point.words is None or not len(point.words.ids):
        return _floats(point.vector)
    return {DENSE: _floats(point.vector), WORDS: _sparse(point.words)}


def _sparse(words: WordVector) -> "SparseVector":
    from qdrant_client import models

    return models.SparseVector(indices=words.ids.tolist(), values=_floats(words.weights))


def _dense(vector: Any) -> NDArray[np.float32]:
    return np.asarray(vector[DENSE] if isinstance(vector, dict) else vector, dtype=np.float32)


def _floats(vector: NDArray[np.float32]) -> list[float]:
    return cast(list[float], np.asarray(vector, dtype=np.float32).tolist())


def open_server(url: str) -> QdrantVectors:
    """The store behind `url`; connects at the first call."""
    from qdrant_client import QdrantClient

    parts = urlsplit(url)
    if not parts.hostname:
        raise ConfigurationError(f"vectors URL {url!r} names no host; give qdrant://host:6333 or https://host.")
    scheme = "https" if parts.scheme == "https" else "http"
    port = parts.port or (443 if scheme == "https" else 6333)
    key = os.environ.get("QDRANT_API_KEY") or None
    client = QdrantClient(
        url=f"{scheme}://{parts.hostname}:{port}{parts.path.rstrip('/')}",
        port=port,
        api_key=key,
        timeout=_TIMEOUT_SECONDS,
        check_compatibility=False,
    )
    return QdrantVectors(client)
