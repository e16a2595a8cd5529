"""Read one item ahead in a thread, so that reading and working overlap. Keeps out: what the items are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def prefetched(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, the next one being made while the caller works on this one.

    An error raised while making an item is raised at that item's turn.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="prefetch") as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]  # `next` returns T or the sentinel, which was just excluded
