"""A process that keeps writing points and says on standard output which batch is acknowledged; made to be killed."""

import sys
from uuid import UUID

import numpy as np

from connectors.registry import open_adapter
from connectors.vectors import Point, WordVector

DIMENSION = 32
BATCH = 20


def batch_of(writer: int, batch: int) -> list[Point]:
    """The points of one batch; ids and vectors follow from the two numbers."""
    random = np.random.default_rng(writer * 100_000 + batch)
    return [
        Point(
            str(UUID(int=(writer << 64) + (batch << 32) + n + 1)),
            random.normal(size=DIMENSION).astype(np.float32),
            {"writer": str(writer), "batch": str(batch)},
            WordVector(np.array([n, writer << 20], dtype=np.uint32), np.array([1, 2], dtype=np.float32)),
        )
        for n in range(BATCH)
    ]


def main() -> None:
    """Arguments: URL, collection, number of this writer, number of batches."""
    url, collection, writer, batches = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    store = open_adapter("vectors", url)
    for batch in range(batches):
        store.upsert(collection, batch_of(writer, batch))
        print(batch, flush=True)


if __name__ == "__main__":
    main()
