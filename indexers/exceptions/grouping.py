"""Groups raw log texts with one trace each by fault: what `firstcause group` prints.

The same two steps that clusters take (exact fingerprint, then near-identical traces), without a store. Keeps out:
reading files, storing clusters.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from indexers.exceptions.extract import chains, extract_traces
from indexers.exceptions.fingerprint import Fingerprint, fingerprint
from indexers.exceptions.messages import parameterise
from indexers.exceptions.naming import title
from indexers.exceptions.similarity import Embeds, Signature, nearest, signature


@dataclass(frozen=True, slots=True)
class Grouped:
    """`group` is the same for texts of one fault; `why` says in plain words what it was decided on."""

    id: str
    group: str
    why: str


def group_texts(items: Sequence[tuple[str, str]], embedder: Embeds | None = None) -> list[Grouped]:
    """One Grouped for each (id, text), in order. A text without a trace is grouped by its parameterised words.

    The groups do not depend on the order of `items`.
    """
    made: dict[str, tuple[Fingerprint | None, Signature | None, str]] = {}
    read: dict[str, str] = {}  # text -> fingerprint value: repeated texts are read once
    for _, text in items:
        if text not in read:
            read[text] = _read(text, made)
    merged = _merge(made, embedder)
    return [Grouped(name, *merged[read[text]]) for name, text in items]


def _read(text: str, made: dict[str, tuple[Fingerprint | None, Signature | None, str]]) -> str:
    found = extract_traces(text)
    if not found:
        words = parameterise(text.strip())
        value = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        made.setdefault(value, (None, None, "no stack trace; same words once numbers and ids are left out"))
        return value
    chain = chains(found[0].records)[0]
    own = fingerprint(chain)
    made.setdefault(own.value, (own, signature(own, chain), _why(own, title(chain))))
    return own.value


def _why(own: Fingerprint, name: str) -> str:
    calls = own.contributing("frame")
    if calls:
        return f"{name}: same exceptions and the same {len(calls)} calls, from {calls[0]!r}"
    return f"{name}: same exceptions and the same message (no frame contributes)"


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
