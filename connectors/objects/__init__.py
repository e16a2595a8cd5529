"""The raw archive: immutable objects under keys. `local.py` is a folder, `s3.py` a bucket.

Owns the protocol. Keeps out: what the objects hold, how keys are chosen.
"""

from collections.abc import Iterator
from typing import Protocol


class ObjectStore(Protocol):
    """Keys are relative POSIX paths (`raw/checkout/2026/11/21/04/<hash>.parquet`)."""

    def put(self, key: str, data: bytes) -> None:
        """Store `data` whole under `key`, durable on return; the same key with the same data is a no-op."""
        ...

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises NotFoundError when there is none."""
        ...

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with `prefix`, in order."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; removing one that is not there is a no-op."""
        ...
