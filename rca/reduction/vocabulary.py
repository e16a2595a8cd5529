"""The words of kinds: how rare they are among all kinds, and how many of them the kinds already chosen have shown.

Owns novelty (few other kinds use these words) and the diverse order (a kind whose words have been shown counts less).
Keeps out: what else makes a kind matter.
"""

import heapq
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log2

from indexers.logs.masking import WILDCARD

_WORD = re.compile(r"[^\W\d_]{2,}")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
# The rarest words of a kind tell most; words of a long message beyond these do not dilute them.
_TELLING = 4


class Vocabulary:
    """The words of all kinds; `novelty[i]` is 0 to 1, how few other kinds use the telling words of kind i."""

    def __init__(self, templates: Sequence[str]) -> None:
        words = [_stems(template) for template in templates]
        distinct = dict(zip(templates, words, strict=True))
        frequency = Counter(word for found in distinct.values() for word in found)
        top = log2(1 + len(distinct)) or 1.0
        rarity = {word: log2((1 + len(distinct)) / times) / top for word, times in frequency.items()}
        self._telling = [
            sorted(((rarity[word], word) for word in found), key=lambda pair: (-pair[0], pair[1]))[:_TELLING]
            for found in words
        ]
        self._shown: Counter[str] = Counter()
        self.novelty = [
            sum(value for value, _ in telling) / (len(telling) + 0.5) if telling else 0.0 for telling in self._telling
        ]

    def diverse(self, kinds: Sequence[int], scores: Sequence[float], weight: float) -> Iterator[int]:
        """Places of `kinds`, best first, when each one's score grows by `weight` times the part of its words that no
        kind before it has shown, in this or an earlier call (each showing halves what a word still counts).

        Greedy with lazy evaluation (Minoux, 1978): what a kind gains only ever falls, so an old value is a bound.
        """
        heap = [(-scores[place] - weight, place) for place in range(len(kinds))]
        heapq.heapify(heap)
        while heap:
            bound, place = heapq.heappop(heap)
            now = -scores[place] - weight * self._fresh(kinds[place])
            if heap and (now, place) > heap[0] and now > bound:
                heapq.heappush(heap, (now, place))
                continue
            self._shown.update(word for _, word in self._telling[kinds[place]])
            yield place

    def _fresh(self, kind: int) -> float:
        """Part of a kind's words, by rarity, that has not been shown."""
        telling = self._telling[kind]
        total = sum(value for value, _ in telling)
        return sum(value * 0.5 ** self._shown[word] for value, word in telling) / total if total else 0.0


def _stems(template: str) -> set[str]:
    """Words of a template, the parts of camel case and dotted names apart."""
    text = template.replace(WILDCARD, " ")
    return {part.lower() for word in _WORD.findall(text) for part in _PART.findall(word)}
