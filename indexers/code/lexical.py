"""Search by words over the blocks of a commit: BM25 over split identifiers.

Method: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), k1 = 1.2, b = 0.75.
Owns: the ranking. Keeps out: what a word is (words.py), where the counts come from (commit_facts.py).
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from indexers.code.commit_facts import CommitFacts

_K1 = 1.2
_B = 0.75
_MOST_WORDS = 300  # a query is a message or a trace; beyond this only its rarer words could still matter


class LexicalIndex:
    """Built in milliseconds from a commit's facts; holds no index of its own, a query scans the postings."""

    def __init__(self, facts: CommitFacts) -> None:
        self._blocks, self._words, counts = facts.postings
        self._size = len(facts)
        mean = float(facts.lengths.mean()) if self._size else 1.0
        norm = _K1 * (1 - _B + _B * facts.lengths / max(mean, 1.0))
        self._weights = counts * (_K1 + 1) / (counts + norm[self._blocks]) if self._size else np.empty(0)

    def having(self, words: Sequence[int]) -> list[int]:
        """Numbers of the blocks that hold every one of `words` (hashes), in order; [] for no words."""
        found: set[int] | None = None
        for word in words:
            blocks = set(self._blocks[self._words == np.uint32(word)].tolist())
            found = blocks if found is None else found & blocks
        return sorted(found or ())

    def search(self, query: Mapping[int, int], limit: int) -> list[tuple[int, float]]:
        """(block number, score) of the best blocks for word hashes with their counts in the query, best first.

        A word that the query repeats counts a little more (1 + ln n), so one loud word does not drown the rest.
        """
        scores = np.zeros(self._size)
        for word, times in list(query.items())[:_MOST_WORDS]:
            hits = np.flatnonzero(self._words == np.uint32(word))
            if len(hits):
                rarity = math.log(1 + (self._size - len(hits) + 0.5) / (len(hits) + 0.5))
                scores[self._blocks[hits]] += rarity * (1 + math.log(times)) * self._weights[hits]
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(int(block), float(scores[block])) for block in best if scores[block] > 0]
