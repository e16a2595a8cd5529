"""The facts of all files of one commit side by side, so that a look-up over every block is one NumPy expression.

Owns: concatenation and the mapping from a block's number to its file. Keeps out: decoding blocks, ranking.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexers.code.packing import Facts
from indexers.code.words import hash_of

Ints = NDArray[np.int64]


class CommitFacts:
    """Blocks are numbered from 0 in order of path, then of place in the file."""

    def __init__(self, paths: Sequence[str], facts: Mapping[str, Facts]) -> None:
        """`paths` are the code files of the commit in order, `facts` those of each path."""
        self.paths = tuple(paths)
        self._facts = [facts[path] for path in self.paths]
        sizes = [len(fact.names) for fact in self._facts]
        self.offsets: Ints = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)
        self._place = {path: place for place, path in enumerate(self.paths)}

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def place(self, block: int) -> tuple[str, int]:
        """The path of a block and its place in the file."""
        file = int(np.searchsorted(self.offsets, block, side="right")) - 1
        return self.paths[file], block - int(self.offsets[file])

    def number(self, path: str, place: int) -> int:
        """The number of the block at `place` of `path`."""
        return int(self.offsets[self._place[path]]) + place

    def named(self, name: str) -> list[int]:
        """Blocks whose last name hashes like `name`; nearly always those that have it."""
        return [int(block) for block in np.flatnonzero(self._names == hash_of(name))]

    def calling(self, name: str) -> list[int]:
        """Blocks that call something whose name hashes like `name`."""
        callers, called = self._calls
        return [int(block) for block in callers[called == hash_of(name)]]

    def names_in(self, path: str, name: str) -> bool:
        """Whether a block of `path` has this name."""
        place = self._place.get(path)
        return place is not None and bool((self._facts[place].names == hash_of(name)).any())

    @cached_property
    def ids(self) -> list[bytes]:
        """The 16 bytes of each block's id."""
        raw = b"".join(fact.ids.tobytes() for fact in self._facts)
        return [raw[start : start + 16] for start in range(0, len(raw), 16)]

    @cached_property
    def numbers(self) -> dict[bytes, int]:
        """The first block with each id; equal bodies share one."""
        return {block_id: number for number, block_id in reversed(list(enumerate(self.ids)))}

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """Number of words of each block."""
        return np.concatenate([fact.lengths for fact in self._facts] or [np.empty(0, np.uint32)]).astype(np.float32)

    @cached_property
    def postings(self) -> tuple[Ints, NDArray[np.uint32], NDArray[np.uint8]]:
        """Block, word and count of every (block, word) pair."""
        words = np.concatenate([fact.word for fact in self._facts] or [np.empty(0, np.uint32)])
        counts = np.concatenate([fact.count for fact in self._facts] or [np.empty(0, np.uint8)])
        return self._numbers([fact.words for fact in self._facts]), words, counts

    @cached_property
    def _names(self) -> NDArray[np.uint32]:
        return np.concatenate([fact.names for fact in self._facts] or [np.empty(0, np.uint32)])

    @cached_property
    def _calls(self) -> tuple[Ints, NDArray[np.uint32]]:
        called = np.concatenate([fact.called for fact in self._facts] or [np.empty(0, np.uint32)])
        return self._numbers([fact.calls for fact in self._facts]), called

    def _numbers(self, entries: Sequence[NDArray[np.uint32]]) -> Ints:
        """The block of each entry, from how many entries each block of each file has."""
        return np.repeat(np.arange(len(self)), np.concatenate(entries) if entries else np.empty(0, np.uint32))
