"""One lock for each product, so that two orders do not take the same piece."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager


class SkuLocks:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def holding(self, skus: Iterable[str]) -> Iterator[None]:
        """Hold the locks of all `skus`, taken in one order so that nobody waits in a circle."""
        with self._guard:
            locks = [self._locks.setdefault(sku, threading.Lock()) for sku in sorted(set(skus))]
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            yield
