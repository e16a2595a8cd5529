"""Near-identical traces: different fingerprints, one fault. Asked only when no fingerprint matches.

scikit-learn finds the nearest traces (cosine over call names and pairs of neighbouring calls); a rule that can be
read then decides, because a wrong merge hides a fault and a missed one only costs a second line in a list:
the chain of types is the same, the application's own calls are the same, the failing call is the same, and the calls
of one trace are those of the other with some left out (a library's wrapper layer, a trace cut short).
Keeps out: exact fingerprints, who stores the decision.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.fingerprint import OWN_CODE, Fingerprint
from indexers.exceptions.naming import root_cause

LEAST_OVERLAP = 0.6  # shared calls / calls of the longer trace
LEAST_COSINE = 0.75  # shortlist only
LEAST_MEANING = 0.9  # cosine of the embedded traces, when an embedder is there
_NEIGHBOURS = 8
_FEATURES = 2**18


class Embeds(Protocol):
    """The part of an embedder that is needed here (connectors.embeddings.Embedder has it)."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Signature:
    """What is compared of a trace."""

    fingerprint: str
    root_type: str
    types: tuple[str, ...]
    calls: tuple[str, ...]  # contributing frames, innermost first
    own_calls: tuple[str, ...]  # those that are the application's
    message: str  # parameterised, of the last exception of the chain that has one

    @property
    def kin(self) -> str:
        """Equal for all traces that can be near-identical to this one: everything that the rule wants equal."""
        content = json.dumps([self.root_type, self.types, self.calls[:1], self.own_calls])
        return hashlib.sha256(content.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Near:
    """`index` of the trace that is the same fault, how alike they are (0 to 1), and why in plain words."""

    index: int
    score: float
    why: str


def signature(fingerprint: Fingerprint, chain: Sequence[ExceptionRecord]) -> Signature:
    """The comparable part of a trace."""
    own = [
        part.value for part in fingerprint.parts if part.name == "frame" and part.contributes and part.hint == OWN_CODE
    ]
    messages = [part.value for part in fingerprint.parts if part.name == "message"]
    return Signature(
        fingerprint=fingerprint.value,
        root_type=root_cause(chain).type,
        types=fingerprint.contributing("type") + fingerprint.contributing("error class"),
        calls=fingerprint.contributing("frame"),
        own_calls=tuple(own),
        message=messages[-1] if messages else "",
    )


def nearest(new: Signature, others: Sequence[Signature], embedder: Embeds | None = None) -> Near | None:
    """The trace among `others` that is the same fault as `new`, or None. Ties go to the smaller fingerprint."""
    able = [index for index, other in enumerate(others) if _could_be(new, other)]
    found: list[tuple[float, str, Near]] = []
    for index in _shortlist(new, [others[index] for index in able]) if len(able) > _NEIGHBOURS else range(len(able)):
        other = others[able[index]]
        overlap = _overlap(new.calls, other.calls)
        if overlap < LEAST_OVERLAP or not _means_the_same(new, other, embedder):
            continue
        why = (
            f"same exceptions ({' <- '.join(new.types)}), same failing call {new.calls[0]!r}, "
            f"{round(overlap * 100)} % of the calls shared; the others are only missing on one side"
        )
        found.append((-overlap, other.fingerprint, Near(able[index], overlap, why)))
    return min(found, key=lambda item: item[:2])[2] if found else None


def _could_be(new: Signature, other: Signature) -> bool:
    """The rule, all but the share of common calls: cheap, and never true across different root exceptions."""
    if new.kin != other.kin or not new.own_calls:
        return False
    shorter, longer = sorted((new.calls, other.calls), key=len)
    return _is_subsequence(shorter, longer)


def _is_subsequence(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    rest = iter(longer)
    return all(call in rest for call in shorter)


def _overlap(one: Sequence[str], two: Sequence[str]) -> float:
    return min(len(one), len(two)) / max(len(one), len(two), 1)


def _shortlist(new: Signature, others: Sequence[Signature]) -> list[int]:
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.neighbors import NearestNeighbors

    vectorizer: Any = HashingVectorizer(
        analyzer=_features, n_features=_FEATURES, alternate_sign=False, norm="l2", dtype=np.float32
    )
    vectors = vectorizer.transform(others)
    index: Any = NearestNeighbors(n_neighbors=min(_NEIGHBOURS, len(others)), metric="cosine").fit(vectors)
    distances, indexes = index.kneighbors(vectorizer.transform([new]))
    return [int(at) for at, distance in zip(indexes[0], distances[0], strict=True) if 1 - distance >= LEAST_COSINE]


def _features(trace: Signature) -> list[str]:
    """Call names, and pairs of neighbouring calls, which keep the order."""
    pairs = [f"{inner} < {outer}" for inner, outer in zip(trace.calls, trace.calls[1:], strict=False)]
    return [*trace.calls, *pairs]


def _means_the_same(new: Signature, other: Signature, embedder: Embeds | None) -> bool:
    """Without an embedder the rule stands alone; with one, the messages must also mean the same."""
    if embedder is None or new.message == other.message:
        return True
    vectors = embedder.embed([f"{new.root_type}: {new.message}", f"{other.root_type}: {other.message}"])
    return float(vectors[0] @ vectors[1]) >= LEAST_MEANING
