"""Search by words and by meaning at once: two rankings made into one.

Words find the function that raised a text nearly always, meaning finds what prose describes, so the kind of the query
decides which counts more; `python -m tests.benchmarks --only code_search` shows what each is worth. The fusion is a
convex combination of normalised scores: unlike ranks, scores say when one half is sure. Method: Bruch, Gai and Ingber,
"An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS 2023, https://arxiv.org/abs/2210.11934).
Owns: the fusion and the kinds. Keeps out: either search.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from indexers.code.blocks import CodeBlock

Kind = Literal["error", "prose"]
Scored = Sequence[tuple[int, float]]
Fused = tuple[int, float, tuple[int | None, int | None]]  # number, score, (rank by words, rank by meaning) from 1

_WORDS_SHARE: Mapping[Kind, float] = {"error": 0.9, "prose": 0.45}  # of the score; the rest is meaning's
# What programs print and people seldom write: a type with a colon, pairs, values in quotes, ids, addresses, places.
_PRINTED = re.compile(
    r"\b\w*(?:Error|Exception|Fault|Failure|Panic|Warning)\b\s*[:(]|^\s*(?:panic|error|fatal|warning|caused by)\b\s*:"
    r"|\b(?:ERROR|FATAL|WARN|CRITICAL)\b|\b[\w.]+=\S|(?<![\w`])['\"][^'\"]{1,80}['\"](?!\w)|\b(?=\w*\d)(?=\w*[a-z])\w{4,}\b"
    r"|\b\d{3,}\b|\w+://|:\d+\b|^\s+at \S",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A block that was found: `score` orders (1 at most), `by_words` and `by_meaning` are its ranks from 1, if any."""

    block: CodeBlock
    score: float
    by_words: int | None = None
    by_meaning: int | None = None


def kind_of(query: str) -> Kind:
    """`error` for what a program printed (names, numbers, quotes, marks), `prose` for what a person wrote."""
    return "error" if _PRINTED.search(query) else "prose"


def fuse(words: Scored, meaning: Scored, kind: Kind, limit: int) -> list[Fused]:
    """The best of two rankings (number, score), each given best first; one that is empty leaves all to the other."""
    share = _WORDS_SHARE[kind] if words and meaning else 1.0
    halves = [(words, share, 0.0), (meaning, 1 - share if words else 1.0, _floor(meaning))]
    scores: dict[int, float] = {}
    for found, part, floor in halves:
        for number, score in found:
            scores[number] = scores.get(number, 0.0) + part * (score - floor) / max(found[0][1] - floor, 1e-9)
    ranks = [{number: rank for rank, (number, _) in enumerate(found, 1)} for found in (words, meaning)]
    best = sorted(scores, key=lambda number: -scores[number])[:limit]  # stable: words first among equals
    return [(number, scores[number], (ranks[0].get(number), ranks[1].get(number))) for number in best]


def _floor(meaning: Scored) -> float:
    """The cosine that counts as nothing in common: no two texts of code are at right angles."""
    return min(meaning[-1][1], meaning[0][1] / 2) if meaning else 0.0
