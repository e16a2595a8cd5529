"""Near-identical traces: different fingerprints, one fault. Asked only when no fingerprint matches.

A rule that can be read decides, because a wrong merge hides a fault and a missed one only costs a second line in a
list. The chain of types, the failing call and the application's innermost call are always the same. Beyond that one of
these, and nothing else, may differ:
- what called the application (a server, a thread pool, an event loop), unless one caller stands for another call of
  the same class or file: that is another way in, not another version of it,
- a library's calls are only missing on one side (a wrapper of another version),
- the application's calls are only missing at the outer end of a trace that was cut at a limit,
- a compiler that inlines left out calls between the same ends,
- a library was rebuilt between the same entry and the same failing call, the message is the same, and an embedder
  says that the calls in between mean the same; without an embedder this is not believed.
scikit-learn shortlists where there are many candidates (cosine over call names and pairs of neighbouring calls).
`related` is for people: what may be the same fault but is never merged by itself. Keeps out: exact fingerprints, who
stores the decision.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.fingerprint import OWN_CODE, OWN_HASH, Fingerprint
from indexers.exceptions.naming import root_cause

LEAST_OVERLAP = 0.6  # shared calls / calls of the longer trace
LEAST_REBUILT = 0.5  # the same, where a library was rebuilt
LEAST_COSINE = 0.75  # shortlist only
LEAST_MEANING = 0.9  # cosine of the embedded messages, when an embedder is there
LEAST_KINSHIP = 0.8  # cosine of the embedded names of rebuilt calls
EMBEDDED_A_PAGE = 200  # texts; about a second of one core
_NEIGHBOURS = 8
_RELATED = 10
_FEATURES = 2**18
_CUT_AT = {10, 20, 25, 30, 32, 50, 64, 100, 128, 200, 256, 1024}  # frames: what runtimes and log libraries stop at
_PLACE = re.compile(r"[^.:>\\#/]*$")  # a call without the name of its function
_INLINING = {"cpp", "c", "rust", "go", "dotnet", "dart"}


class Embeds(Protocol):
    """The part of an embedder that is needed here (connectors.embeddings.Embedder has it)."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class CappedEmbeds:
    """An embedder that takes at most `most` texts; when they are used up, nothing is alike any more."""

    def __init__(self, embedder: Embeds, most: int = EMBEDDED_A_PAGE) -> None:
        self._embedder, self.left = embedder, most

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, one a text; zeros where the cap is reached."""
        if len(texts) > self.left:
            return np.zeros((len(texts), 1), dtype=np.float32)
        self.left -= len(texts)
        return self._embedder.embed(texts)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is compared of a trace."""

    fingerprint: str
    root_type: str
    types: tuple[str, ...]
    calls: tuple[str, ...]  # contributing frames, innermost first
    own_calls: tuple[str, ...]  # those that are the application's
    message: str  # parameterised, of the last exception of the chain that has one
    language: str = ""
    cut: bool = False  # as many frames as runtimes and log libraries stop at
    told: tuple[str, ...] = ()  # messages that count
    own_hash: str = ""  # equal where the application's calls and what failed below them are; empty without such

    @property
    def kin(self) -> str:
        """Equal for all traces that can be near-identical or related: everything that is always wanted equal."""
        content = json.dumps([self.root_type, self.types, self.told, self.calls[:1], self.own_calls[:1]])
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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
    own_hashes = [part.value for part in fingerprint.parts if part.name == OWN_HASH]
    if own_hashes == [""]:  # own calls without names say nothing
        own = []
    root = root_cause(chain)
    return Signature(
        fingerprint=fingerprint.value,
        root_type=root.type,
        types=fingerprint.contributing("type") + fingerprint.contributing("error class"),
        calls=fingerprint.contributing("frame"),
        own_calls=tuple(own),
        message=messages[-1] if messages else "",
        language=root.language,
        cut=any(len(record.frames) in _CUT_AT for record in chain),
        told=fingerprint.contributing("message"),
        own_hash=own_hashes[0] if own_hashes else "",
    )


def nearest(new: Signature, others: Sequence[Signature], embedder: Embeds | None = None) -> Near | None:
    """The trace among `others` that is the same fault as `new`, or None. Ties go to the smaller fingerprint."""
    kin = [index for index, other in enumerate(others) if new.own_calls and new.kin == other.kin]
    if len(kin) > _NEIGHBOURS:
        kin = [kin[at] for at in _shortlist(new, [others[index] for index in kin])]
    found: list[tuple[float, str, Near]] = []
    for index in kin:
        other = others[index]
        said = _difference(new, other, embedder)
        if said and _means_the_same(new, other, embedder):
            overlap = _overlap(new.calls, other.calls)
            why = (
                f"same exceptions ({' <- '.join(new.types)}), same failing call {new.calls[0]!r}, "
                f"{round(overlap * 100)} % of the calls shared; {said}"
            )
            found.append((-overlap, other.fingerprint, Near(index, overlap, why)))
    return min(found, key=lambda item: item[:2])[2] if found else None


def related(new: Signature, others: Sequence[Signature]) -> list[Near]:
    """What may be the same fault, reached another way: same types, same failing call, same innermost own call.

    For people to judge; at most 10, the most alike first. Nothing is merged because of it.
    """
    found = []
    for index, other in enumerate(others):
        if other.fingerprint == new.fingerprint or not new.own_calls or new.kin != other.kin:
            continue
        ways = [
            next((call for call in one.own_calls if call not in two.own_calls), "")
            for one, two in ((new, other), (other, new))
        ]
        apart = " and the other ".join(f"through {way!r}" for way in ways if way) or "by the same own calls"
        why = (
            f"the same exceptions ({' <- '.join(new.types)}) from the same failing call {new.calls[0]!r} "
            f"below {new.own_calls[0]!r}, one reached {apart}"
        )
        found.append(Near(index, _overlap(new.calls, other.calls), why))
    return sorted(found, key=lambda near: (-near.score, others[near.index].fingerprint))[:_RELATED]


def _difference(new: Signature, other: Signature, embedder: Embeds | None) -> str:
    """What alone differs, in words; empty where too much does."""
    if new.own_hash and new.own_hash == other.own_hash:
        another = _another_way_in(new.calls, other.calls)
        return (
            "" if another else "the application's calls and what failed below them are the same, what called it differs"
        )
    shorter, longer = sorted((new, other), key=lambda one: len(one.calls))
    overlap = _overlap(new.calls, other.calls)
    if _is_subsequence(shorter.calls, longer.calls):
        if shorter.own_calls == longer.own_calls:
            return "the others are a library's, only missing on one side" if overlap >= LEAST_OVERLAP else ""
        if shorter.cut and longer.calls[: len(shorter.calls)] == shorter.calls:
            return f"one trace was cut after {len(shorter.calls)} calls"
        ends = shorter.own_calls[-1] == longer.own_calls[-1]
        if new.language in _INLINING and ends and overlap >= LEAST_OVERLAP:
            return "the others lie between the same calls and are only missing on one side, as a compiler inlines them"
    if embedder is not None and overlap >= LEAST_REBUILT and new.message == other.message:
        return _rebuilt(new, other, embedder)
    return ""


def _another_way_in(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether, where the traces differ, a call of the one and a call of the other are of the same class or file."""
    for tag, a, b, c, d in _opcodes(one, two):
        places = {_PLACE.sub("", call) for call in one[a:b]} if tag == "replace" else set()
        if any(_PLACE.sub("", call) in places for call in two[c:d]):
            return True
    return False


def _rebuilt(new: Signature, other: Signature, embedder: Embeds) -> str:
    """Own calls equal, and each differing stretch is a library's, between shared calls, and not one call for one."""
    if new.own_calls != other.own_calls:
        return ""
    one, two = (_below(trace) for trace in (new, other))
    if len(one) < 2 or len(two) < 2 or one[-1] != two[-1] or new.calls[len(one) :] != other.calls[len(two) :]:
        return ""
    stretches = [(one[a:b], two[c:d]) for tag, a, b, c, d in _opcodes(one, two) if tag != "equal"]
    if any(len(before) == len(after) for before, after in stretches):  # another path, not another version
        return ""
    texts = [" ".join(side) for pair in stretches for side in pair if all(pair)]
    vectors = embedder.embed([_words(text) for text in texts]) if texts else np.zeros((0, 1), dtype=np.float32)
    if any(float(vectors[at] @ vectors[at + 1]) < LEAST_KINSHIP for at in range(0, len(texts), 2)):
        return ""
    return f"the calls of the library between {one[0]!r} and {one[-1]!r} are those of another version"


def _below(trace: Signature) -> tuple[str, ...]:
    """The library's calls below the application's innermost."""
    return trace.calls[: trace.calls.index(trace.own_calls[0])] if trace.own_calls[0] in trace.calls else ()


def _words(calls: str) -> str:
    return "".join(f" {sign.lower()}" if sign.isupper() else sign if sign.isalnum() else " " for sign in calls)


def _opcodes(one: Sequence[str], two: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, one, two, autojunk=False).get_opcodes()


def _is_subsequence(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    rest = iter(longer)
    return all(call in rest for call in shorter)


def _overlap(one: Sequence[str], two: Sequence[str]) -> float:
    """Calls in common, in order, of the longer trace's."""
    if one == two:
        return 1.0
    common = sum(b - a for tag, a, b, _, _ in _opcodes(one, two) if tag == "equal")
    return common / max(len(one), len(two), 1)


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
