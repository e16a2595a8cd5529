"""Vectors embedded in this process: one Qdrant Edge shard a collection, in a folder.

Edge takes no lock, and even opening or closing a shard for reading writes into its folder (measured with 0.9.0), so
every operation opens the shard under our own exclusive lock, works and closes it: 25 ms at 10,000 points. Other
processes wait that long and no longer, because embedding happens outside of the lock. There is no write-ahead log; a
batch is flushed before `upsert` returns, and points are derived data, so a shard that cannot be opened any more is put
aside and filled again. Owns: the above. Keeps out: what is embedded.
"""

import json
import logging
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from connectors.errors import ConfigurationError
from connectors.vectors import DENSE, WORDS, Match, Point, WordVector
from connectors.vectors.checks import check_dimension, check_words
from connectors.vectors.locking import file_lock

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeShard, Filter, SparseVector

_CONFIG = "edge_config.json"
_log = logging.getLogger(__name__)


class EdgeVectors:
    """A VectorStore over one folder; safe between processes and threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """Store points, durable on return; the same id replaces."""
        if not points:
            return
        import qdrant_edge

        dimension = len(points[0].vector)
        batch = [qdrant_edge.Point(p.point_id, _both(p), dict(p.payload)) for p in points]
        with self._shard(collection, dimension) as shard:
            if shard is not None:
                check_words(collection, self._has_words(collection), points)
                shard.update(qdrant_edge.UpdateOperation.upsert_points(batch))
                shard.flush()

    def existing(self, collection: str, point_ids: Sequence[str]) -> set[str]:
        """Which of `point_ids` are stored."""
        with self._shard(collection) as shard:
            if shard is None or not point_ids:
                return set()
            return {str(record.id) for record in shard.retrieve(list(point_ids), False, False)}

    def search(
        self,
        collection: str,
        vector: NDArray[np.float32],
        limit: int,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """The nearest points by cosine, best first; exact, because no approximate index is ever built."""
        import qdrant_edge

        nearest = qdrant_edge.Query.Nearest(_floats(vector))
        return self._query(collection, nearest, limit, where, among, dimension=len(vector))

    def search_words(
        self,
        collection: str,
        words: WordVector,
        limit: int,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """The points that share words, weighed by rarity over the shard, best first."""
        import qdrant_edge

        if not len(words.ids):
            return []
        nearest = qdrant_edge.Query.Nearest(_sparse(words), using=WORDS)
        return self._query(collection, nearest, limit, where, among)

    def _query(
        self,
        collection: str,
        query: Any,
        limit: int,
        where: Mapping[str, str | Sequence[str]] | None,
        among: Sequence[str] | None,
        *,
        dimension: int | None = None,
    ) -> list[Match]:
        import qdrant_edge

        if limit <= 0 or (among is not None and not among):
            return []
        with self._shard(collection, dimension, create=False) as shard:
            if shard is None or (dimension is None and not self._has_words(collection)):
                return []
            wanted = qdrant_edge.QueryRequest(
                limit=limit, query=query, filter=_filter(where or {}, among), with_payload=True
            )
            found = shard.query(wanted)
            return [Match(str(point.id), float(point.score), dict(point.payload or {})) for point in found]

    def vectors(self, collection: str, point_ids: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """The dense vectors of those of `point_ids` that are stored, at unit length."""
        with self._shard(collection) as shard:
            if shard is None or not point_ids:
                return {}
            return {str(record.id): _dense(record.vector) for record in shard.retrieve(list(point_ids), False, [DENSE])}

    def drop(self, collection: str) -> None:
        """Forget a collection; does nothing when there is none."""
        path = self._path(collection)
        if path.exists():
            with file_lock(self._lock(path)):
                shutil.rmtree(path, ignore_errors=True)

    def count(self, collection: str) -> int:
        """Number of points; 0 for a collection that does not exist."""
        import qdrant_edge

        with self._shard(collection) as shard:
            return 0 if shard is None else int(shard.count(qdrant_edge.CountRequest(exact=True)))

    def close(self) -> None:
        """Nothing stays open between calls."""

    @contextmanager
    def _shard(
        self, collection: str, dimension: int | None = None, *, create: bool = True
    ) -> "Iterator[EdgeShard | None]":
        """The open shard under the lock; None when it does not exist and is not to be made."""
        import qdrant_edge

        path = self._path(collection)
        if not (path / _CONFIG).exists() and (dimension is None or not create):
            yield None
            return
        with file_lock(self._lock(path)):
            shard = _open(path)
            if shard is None:
                if dimension is None or not create:
                    yield None
                    return
                path.mkdir(parents=True, exist_ok=True)
                shard = qdrant_edge.EdgeShard.create(str(path), _config(dimension))
            try:
                if dimension is not None:
                    check_dimension(collection, _settings(path)["vectors"][DENSE]["size"], dimension)
                yield shard
            finally:
                shard.close()

    def _path(self, collection: str) -> Path:
        return self._folder / quote(collection, safe=" ")

    def _lock(self, path: Path) -> Path:
        return self._folder / f"{path.name}.lock"

    def _has_words(self, collection: str) -> bool:
        """Whether an open collection was made for words as well; those of the first schema were not."""
        return WORDS in (_settings(self._path(collection)).get("sparse_vectors") or {})


def _config(dimension: int) -> "EdgeConfig":
    import qdrant_edge

    return qdrant_edge.EdgeConfig(
        vectors=qdrant_edge.EdgeVectorParams(size=dimension, distance=qdrant_edge.Distance.Cosine),
        sparse_vectors={WORDS: qdrant_edge.EdgeSparseVectorParams(modifier=qdrant_edge.Modifier.Idf)},
        wal_enabled=False,
    )


def _open(path: Path) -> "EdgeShard | None":
    import qdrant_edge

    if not (path / _CONFIG).exists():
        if path.exists() and any(path.iterdir()):
            _put_aside(path, "it has no configuration")
        return None
    try:
        return qdrant_edge.EdgeShard.load(str(path))
    except Exception as error:  # Edge raises plain exceptions of many kinds for damage
        _put_aside(path, str(error))
        return None


def _put_aside(path: Path, why: str) -> None:
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    path.rename(aside)
    _log.warning("vectors in %s could not be opened (%s); moved to %s, they will be embedded again", path, why, aside)


def _settings(path: Path) -> Any:
    return json.loads((path / _CONFIG).read_bytes())


def _filter(where: Mapping[str, str | Sequence[str]], among: Sequence[str] | None) -> "Filter | None":
    import qdrant_edge

    conditions: list[Any] = [
        qdrant_edge.FieldCondition(key, match=qdrant_edge.MatchAny([value] if isinstance(value, str) else list(value)))
        for key, value in where.items()
    ]
    if among is not None:
        conditions.append(qdrant_edge.HasIdCondition(set(among)))
    return qdrant_edge.Filter(must=conditions) if conditions else None


def _both(point: Point) -> Any:
    """What Edge takes as a point's vectors."""
    if point.words is None or not len(point.words.ids):
        return _floats(point.vector)
    return {DENSE: _floats(point.vector), WORDS: _sparse(point.words)}


def _sparse(words: WordVector) -> "SparseVector":
    import qdrant_edge

    return qdrant_edge.SparseVector(words.ids.tolist(), _floats(words.weights))


def _dense(vector: Any) -> NDArray[np.float32]:
    return np.asarray(vector[DENSE] if isinstance(vector, dict) else vector, dtype=np.float32)


def _floats(vector: NDArray[np.float32]) -> list[float]:
    return cast(list[float], np.asarray(vector, dtype=np.float32).tolist())


def open_edge(url: str) -> EdgeVectors:
    """The store in the folder that `edge:///var/lib/firstcause/vectors` names (made at the first write)."""
    parts = urlsplit(url)
    folder = unquote(f"{parts.netloc}{parts.path}")
    if not folder:
        raise ConfigurationError(f"vectors URL {url!r} names no folder; give edge:///path/to/folder.")
    return EdgeVectors(Path(folder))
