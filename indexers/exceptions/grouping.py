"""Groups raw log texts with one trace each by fault: what `firstcause group` prints.

The same two steps that clusters take (exact fingerprint, then near-identical traces), without a store. Keeps out:
reading files, storing clusters.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indexers.exceptions.fingerprint import Fingerprint
from indexers.exceptions.messages import parameterise
from indexers.exceptions.naming import title
from indexers.exceptions.reading import TraceReader
from indexers.exceptions.similarity import Embeds, Signature, nearest, signature

_LINES = 500  # of a text without a trace that are looked at
_HINTS = 3  # reasons told


@dataclass(frozen=True, slots=True)
class Grouped:
    """`group` is the same for texts of one fault; `why` says in plain words what it was decided on."""

    id: str
    group: str
    why: str


def group_texts(
    items: Sequence[tuple[str, str]], embedder: Embeds | None = None, reader: TraceReader | None = None
) -> list[Grouped]:
    """One Grouped for each (id, text), in order. A text without a trace is grouped by its parameterised words.

    The groups do not depend on the order of `items`.
    """
    reader = reader or TraceReader()
    made: dict[str, tuple[Fingerprint | None, Signature | None, str]] = {}
    read: dict[str, str] = {}  # text -> fingerprint value: repeated texts are read once
    for _, text in items:
        if text not in read:
            read[text] = _read(text, made, reader)
    merged = _merge(made, embedder)
    return [Grouped(name, *merged[read[text]]) for name, text in items]


def _read(text: str, made: dict[str, tuple[Fingerprint | None, Signature | None, str]], reader: TraceReader) -> str:
    found = reader.read(text)
    if not found:
        words = "\n".join(parameterise(line) for line in text.strip().split("\n")[:_LINES])
        value = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        made.setdefault(value, (None, None, "no stack trace; same words once numbers and ids are left out"))
        return value
    own, chain = found[0].fingerprint, found[0].chain
    made.setdefault(own.value, (own, signature(own, chain), f"{title(chain)}: {explained(own)}"))
    return own.value


def explained(own: Fingerprint) -> str:
    """Why traces with this fingerprint are one group, and what was left out, from the record of its parts."""
    calls = own.contributing("frame")
    said = f"same exceptions and the same {len(calls)} calls, from {calls[0]!r}" if calls else "same exceptions"
    if own.contributing("message"):
        said += " and the same message" + ("" if calls else " (no frame contributes)")
    left = Counter(part.hint for part in own.parts if part.name == "frame" and not part.contributes)
    out = "; ".join(f"{count} x {hint}" for hint, count in left.most_common(_HINTS))
    return f"{said}. Calls left out: {out}" if out else said


def _merge(
    made: dict[str, tuple[Fingerprint | None, Signature | None, str]], embedder: Embeds | None
) -> dict[str, tuple[str, str]]:
    """fingerprint value -> (group, why)."""
    result: dict[str, tuple[str, str]] = {}
    by_kin: dict[str, list[Signature]] = {}  # representatives
    longest_first = sorted(made, key=lambda value: (-_length(made[value][1]), value))
    for value in longest_first:
        _, own, why = made[value]
        if own is None:
            result[value] = (value, why)
            continue
        others = by_kin.setdefault(own.kin, [])
        near = nearest(own, others, embedder)
        if near is None:
            others.append(own)
            result[value] = (value, why)
        else:
            result[value] = (others[near.index].fingerprint, near.why)
    return result


def _length(own: Signature | None) -> int:
    return 0 if own is None else len(own.calls)
