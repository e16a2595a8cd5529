"""Merging: parameters that show only by comparing messages ("Failed password for root", "... for admin").

Owns the order of the rules by which masked messages (shapes) become templates, and the rule for one word (a *slot*).
The result depends on the set of shapes alone, not on their order or how often they occur. Messages are one statement
when they are equal but for one word and enough different words were seen there; how many is enough depends on where
it stands, see `needed`. The ideas are Drain's (He et al. 2017: same length, few differing words) and Brain's (Yu et al.
2023: words that vary below a common pattern are parameters); the fan-out rule and the shared vocabulary are our own.
Keeps out: values of several words (`templates_spans.py`), several parameters at once (`templates_several.py`), reading
lines, ids, memory bounds.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from indexers.logs.masking import WILDCARD
from indexers.logs.templates_several import merge_identifiers, merge_several
from indexers.logs.templates_spans import merge_spans
from indexers.logs.templates_tokens import (
    MAX_TOKENS,
    Tokens,
    is_plain,
    is_word,
    joined,
    may_vary,
    nouns,
    tokens,
    word_before,
    words_in,
)

_ROUNDS = 8
_UNREACHABLE = 1 << 30
# A slot that has shown so many words teaches them to other messages with the same word before them.
_TEACHES = 4
# Fixed weights make a slot's key the hash of all other words: equal keys, equal surroundings.
_RANDOM = random.Random(1)  # noqa: S311 (a hash, not a secret)
_WEIGHTS = [_RANDOM.getrandbits(61) | 1 for _ in range(MAX_TOKENS)]
_MODULUS = (1 << 61) - 1

Vocabulary = Mapping[str, set[str]]  # word before -> words that were parameters behind it


def merge(shapes: Iterable[str]) -> dict[str, str]:
    """Shape -> template for every shape. Deterministic and independent of order."""
    now = {shape: tokens(shape) for shape in shapes}
    vocabulary: dict[str, set[str]] = defaultdict(set)

    def enough(message: Tokens, at: int, values: Collection[str]) -> bool:
        return len(values) >= needed(message, at, values, vocabulary)

    for _ in range(_ROUNDS):
        distinct = sorted(set(now.values()))
        # Whole phrases before words: a phrase in which a word was taken for a parameter is known no more.
        changed = (
            merge_spans(distinct)
            or _merge_slots(distinct, vocabulary)
            or merge_identifiers(distinct)
            or merge_several(distinct, enough)
        )
        if not changed:
            break
        now = {shape: changed.get(current, current) for shape, current in now.items()}
    return {shape: "".join(current) for shape, current in now.items()}


@dataclass(slots=True)
class _Slot:
    at: int
    values: dict[str, Tokens]  # word seen here -> the message it stood in


def _merge_slots(messages: list[Tokens], vocabulary: dict[str, set[str]]) -> dict[Tokens, Tokens]:
    """One round: what each message becomes. `vocabulary` learns which words were parameters after which word."""
    accepted = []
    for slot in _slots(messages):
        example = next(iter(slot.values.values()))
        if len(slot.values) >= needed(example, slot.at, slot.values, vocabulary):
            accepted.append((slot, example))
    for slot, example in accepted:
        if len(slot.values) >= _TEACHES:
            vocabulary[word_before(example, slot.at)].update(slot.values)
    # A message may have several slots that qualify: the widest first, the others find their turn in the next round.
    accepted.sort(key=lambda pair: (-len(pair[0].values), pair[0].at, pair[1]))
    changed: dict[Tokens, Tokens] = {}
    for slot, example in accepted:
        merged = joined((*example[: slot.at], WILDCARD, *example[slot.at + 1 :]))
        for message in slot.values.values():
            changed.setdefault(message, merged)
    return {before: after for before, after in changed.items() if before != after}


def _slots(messages: list[Tokens]) -> list[_Slot]:
    """Every place where at least two messages differ in that one word only."""
    numbers: dict[str, int] = {}
    slots: dict[tuple[int, int, int], _Slot] = {}
    for message in messages:
        if len(message) > MAX_TOKENS:
            continue
        weighted = [
            weight * numbers.setdefault(token, len(numbers) + 1)
            for weight, token in zip(_WEIGHTS, message, strict=False)
        ]
        total = sum(weighted)
        for at, token in enumerate(message):
            if may_vary(message, at):
                key = (len(message), at, (total - weighted[at]) % _MODULUS)
                slot = slots.get(key)
                if slot is None:
                    slots[key] = _Slot(at, {token: message})
                else:
                    slot.values.setdefault(token, message)
    return [slot for slot in slots.values() if len(slot.values) > 1]


def needed(message: Tokens, at: int, values: Collection[str], vocabulary: Vocabulary) -> int:
    """How many different words a slot must have shown before it counts as a parameter."""
    constant = words_in(message) - is_word(message[at])
    if constant < 1:
        return _UNREACHABLE
    before = word_before(message, at)
    words = [value for value in values if value != WILDCARD]
    if words and all(word in vocabulary.get(before, ()) for word in words):
        return 2  # these very words were parameters after the same word elsewhere
    separator = message[at - 1] if at else ""
    count = 4 if before in nouns() or separator in ("=", "(", "[", '"', "'") else 6
    if not any(is_plain(word) for word in words):
        count -= 1
    if all(word.isupper() for word in words):
        count += 4  # states and commands (NEW, RUNNING, GET) are few and mean something
    if constant <= 2:
        count += 3
    if WILDCARD in values:  # by its form the same place was a parameter in another message
        count = 2 if constant >= 3 else count - 1
    return max(2, count)
