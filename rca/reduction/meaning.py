"""How far a template lies from all others in meaning: what no word says can still be said by the sentence.

Owns the embedding of templates and its caps: only templates that are rare, at most so many, and none after so many
seconds, as embedding is by far the dearest step. The score is the distance to the nearest neighbours, as in outlier
detection by k nearest neighbours (Ramaswamy, Rastogi and Shim, SIGMOD 2000). Keeps out: which model embeds, how much
the score counts (order.py).
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from indexers.logs.masking import WILDCARD
from rca.reduction.groups import Group

if TYPE_CHECKING:
    from rca.reduction.order import Circumstances

_NEIGHBOURS = 3
_AT_ONCE = 64
_LONGEST = 400  # characters of a template


class Embeds(Protocol):
    """The part of an embedder that is needed here (connectors.embeddings.Embedder has it): unit vectors."""

    def embed(self, texts: Sequence[str]) -> Any: ...


def outliers(groups: Sequence[Group], known: "Circumstances") -> dict[int, float]:
    """Place in `groups` -> 0 to 1, how unlike its nearest neighbours in meaning; {} without an embedder.

    The rarest kinds are embedded first. Equal input gives equal output as long as the time does not run out.
    """
    if known.embedder is None or len(groups) <= _NEIGHBOURS:
        return {}
    import numpy as np

    rarest = sorted(range(len(groups)), key=lambda place: (groups[place].events, groups[place].first))
    chosen = rarest[: known.embed_at_most]
    texts = [groups[place].template.replace(WILDCARD, " ")[:_LONGEST] for place in chosen]
    end = time.monotonic() + known.embed_seconds
    pieces: list[Any] = []
    for start in range(0, len(texts), _AT_ONCE):
        if pieces and time.monotonic() > end:
            break
        pieces.append(np.asarray(known.embedder.embed(texts[start : start + _AT_ONCE]), np.float32))
    vectors = np.concatenate(pieces)
    if len(vectors) <= _NEIGHBOURS:
        return {}
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1.0)
    nearest = np.sort(likeness, axis=1)[:, -_NEIGHBOURS:].mean(axis=1)
    values = np.clip(1.0 - nearest, 0.0, 1.0).tolist()
    return dict(zip(chosen, values, strict=False))
