"""Vectors in a Qdrant server or cluster through qdrant-client.

`qdrant://host:6333` and `http://host:6333` speak plain HTTP, `https://host` TLS; the API key comes from
QDRANT_API_KEY. Owns: the client and the translation of its errors. Keeps out: what is embedded.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from connectors.errors import AuthenticationError, ConfigurationError, ThrottledError, UnavailableError
from connectors.vectors import Match, Point

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_TIMEOUT_SECONDS = 30
_UPSERT_BATCH = 500
_RETRIEVE_BATCH = 5_000


class QdrantVectors:
    """A VectorStore over a qdrant-client."""

    def __init__(self, client: "QdrantClient") -> None:
        self._client = client
        self._known: dict[str, int] = {}  # collection -> dimension

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """Store points, durable on return (the server has written its log); the same id replaces."""
        if not points:
            return
        from qdrant_client import models

        collection = _safe(collection)
        self._make(collection, len(points[0].vector))
        for start in range(0, len(points), _UPSERT_BATCH):
            batch = [
                models.PointStruct(id=p.point_id, vector=_floats(p.vector), payload=dict(p.payload))
                for p in points[start : start + _UPSERT_BATCH]
            ]
            with _translated():
                self._client.upsert(collection, batch, wait=True)

    def existing(self, collection: str, point_ids: Sequence[str]) -> set[str]:
        """Which of `point_ids` are stored."""
        found: set[str] = set()
        collection = _safe(collection)
        if self._dimension(collection) is None:
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
        from qdrant_client import models

        collection = _safe(collection)
        dimension = self._dimension(collection)
        if limit <= 0 or dimension is None or (among is not None and not among):
            return []
        _check(collection, dimension, len(vector))
        conditions: list[Any] = [
            models.FieldCondition(key=key, match=models.MatchAny(any=[v] if isinstance(v, str) else list(v)))
            for key, v in (where or {}).items()
        ]
        if among is not None:
            conditions.append(models.HasIdCondition(has_id=list(among)))
        with _translated():
            answer = self._client.query_points(
                collection,
                query=_floats(vector),
                limit=limit,
                query_filter=models.Filter(must=conditions) if conditions else None,
                with_payload=True,
            )
        return [Match(str(point.id), float(point.score), dict(point.payload or {})) for point in answer.points]

    def count(self, collection: str) -> int:
        """Number of points; 0 for a collection that does not exist."""
        collection = _safe(collection)
        if self._dimension(collection) is None:
            return 0
        with _translated():
            return self._client.count(collection, exact=True).count

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _dimension(self, collection: str) -> int | None:
        if collection not in self._known:
            with _translated():
                if not self._client.collection_exists(collection):
                    return None
                params = self._client.get_collection(collection).config.params.vectors
            self._known[collection] = int(cast(Any, params).size)
        return self._known[collection]

    def _make(self, collection: str, dimension: int) -> None:
        from qdrant_client import models

        held = self._dimension(collection)
        if held is not None:
            _check(collection, held, dimension)
            return
        try:
            with _translated():
                self._client.create_collection(
                    collection, vectors_config=models.VectorParams(size=dimension, distance=models.Distance.COSINE)
                )
        except ConfigurationError:
            if self._dimension(collection) is None:  # else another process was first, which is as good
                raise


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


def _check(collection: str, held: int, given: int) -> None:
    if held != given:
        raise ConfigurationError(
            f"collection {collection!r} holds vectors of {held} numbers, got {given}; use another collection for "
            "another model."
        )


def _safe(collection: str) -> str:
    """The name in characters that every server takes, also inside a URL; different names stay different."""
    return _UNSAFE.sub(lambda match: f"~{ord(match[0]):x}~", collection)


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
