"""Other ways to cut a log to a token budget, to compare with: each gives the 0-based lines it would send.

`keywords` is the honest rival: what most teams do, done well. `density` follows the method that Cordon publishes
(https://github.com/calebevans/cordon, version 1.1): windows of four lines are embedded, a window's score is its mean
cosine distance to its five nearest neighbours, and the part of the windows that the budget is of the whole log's
tokens is kept, best first. Its budget is no cap; here the surplus counts against it only in the tokens reported.
Keeps out: the logs, and how a choice is scored.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_KEYWORDS = re.compile(
    r"error|fail|fatal|exception|panic|critical|warn|timed? ?out"
    r"|refused|denied|abort|crash|killed|unable|cannot|invalid",
    re.IGNORECASE,
)
_WINDOW, _NEIGHBOURS = 4, 5


@dataclass(frozen=True)
class Sent:
    """Lines that a method sends, and the tokens they take."""

    places: frozenset[int]
    tokens: int


def keywords(texts: Sequence[str], budget: int) -> Sent:
    """A keyword filter that shows one whole line for each template until the budget is spent."""
    from indexers.logs.templates import mine
    from rca import tokens

    codes = mine(texts).codes.tolist()
    kept: set[int] = set()
    seen: set[int] = set()
    used = 0
    for place, (text, code) in enumerate(zip(texts, codes, strict=True)):
        if code in seen or not _KEYWORDS.search(text):
            continue
        seen.add(code)
        cost = tokens.count(text + "\n")
        if used + cost <= budget:
            used += cost
            kept.add(place)
    return Sent(frozenset(kept), used)


class Density:
    """Windows that are far from their neighbours in meaning; embeds a log once for all budgets."""

    def __init__(self, texts: Sequence[str], embedder: Any) -> None:
        from rca import tokens

        self._starts = list(range(0, len(texts), _WINDOW))
        self._windows = ["\n".join(texts[start : start + _WINDOW]) for start in self._starts]
        self._costs = [tokens.count(window) for window in self._windows]
        vectors = np.asarray(embedder.embed(self._windows), np.float32)
        distances = np.clip(1.0 - vectors @ vectors.T, 0.0, 2.0)
        self._scores = np.sort(distances, axis=1)[:, 1 : _NEIGHBOURS + 1].mean(axis=1)
        self._lines = len(texts)

    def sent(self, budget: int) -> Sent:
        """What is kept for a budget."""
        part = min(1.0, budget / max(sum(self._costs), 1))
        threshold = np.percentile(self._scores, (1.0 - part) * 100)
        windows = np.flatnonzero(self._scores >= threshold).tolist()
        places = {
            place
            for window in windows
            for place in range(self._starts[window], min(self._starts[window] + _WINDOW, self._lines))
        }
        return Sent(frozenset(places), sum(self._costs[window] for window in windows))
