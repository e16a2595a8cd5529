"""Merging: parameters that show only by comparing messages ("Failed password for root", "... for admin").

Owns the rule by which masked messages (shapes) become templates. The result depends on the set of shapes alone, not on
their order or how often they occur. Two shapes are candidates when they are equal but for one word (a *slot*); the slot
becomes `<*>` when enough different words were seen in it. How many is enough depends on where it stands, see `_needed`.
The ideas are Drain's (He et al. 2017: same length, few differing words) and Brain's (Yu et al. 2023: words that vary
below a common pattern are parameters); the fan-out rule and the shared vocabulary are our own.
Keeps out: reading lines, ids, memory bounds.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from indexers.logs.masking import WILDCARD, join_listed

Tokens = tuple[str, ...]

_TOKEN = re.compile(r"""<\*>|[^\s=,;:()\[\]{}|"'<>]+|[\s=,;:()\[\]{}|"'<>]""")
_ROUNDS = 6
_UNREACHABLE = 1 << 30
_MAX_TOKENS = 200  # longer messages are templates of their own
# Fixed weights make a slot's key the hash of all other words: equal keys, equal surroundings.
_RANDOM = random.Random(1)  # noqa: S311 (a hash, not a secret)
_WEIGHTS = [_RANDOM.getrandbits(61) | 1 for _ in range(_MAX_TOKENS)]
_MODULUS = (1 << 61) - 1


@cache
def nouns() -> frozenset[str]:
    """Words after which a name is usually a parameter (`user`, `host`, `from`), from `templates_nouns.txt`."""
    text = files("indexers.logs").joinpath("templates_nouns.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def tokens(shape: str) -> Tokens:
    """Words, separators and wildcards of a masked message; joined again they are the message."""
    return tuple(_TOKEN.findall(shape))


def is_word(token: str) -> bool:
    """Whether a token says something: not a wildcard, not a separator."""
    return token != WILDCARD and (len(token) > 1 or token.isalnum())


def merge(shapes: Iterable[str]) -> dict[str, str]:
    """Shape -> template for every shape. Deterministic and independent of order."""
    now = {shape: tokens(shape) for shape in shapes}
    vocabulary: dict[str, set[str]] = defaultdict(set)
    for _ in range(_ROUNDS):
        distinct = sorted(set(now.values()))
        changed = _merge_slots(distinct, vocabulary) or _merge_identifiers(distinct)
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
        if len(slot.values) >= _needed(example, slot, vocabulary):
            accepted.append((slot, example))
    for slot, example in accepted:
        if len(slot.values) >= 4:
            vocabulary[_word_before(example, slot.at)].update(slot.values)
    # A message may have several slots that qualify: the widest first, the others find their turn in the next round.
    accepted.sort(key=lambda pair: (-len(pair[0].values), pair[0].at, pair[1]))
    changed: dict[Tokens, Tokens] = {}
    for slot, example in accepted:
        merged = _joined((*example[: slot.at], WILDCARD, *example[slot.at + 1 :]))
        for message in slot.values.values():
            changed.setdefault(message, merged)
    return {before: after for before, after in changed.items() if before != after}


def _slots(messages: list[Tokens]) -> list[_Slot]:
    """Every place where at least two messages differ in that one word only."""
    numbers: dict[str, int] = {}
    slots: dict[tuple[int, int, int], _Slot] = {}
    for message in messages:
        if len(message) > _MAX_TOKENS:
            continue
        weighted = [
            weight * numbers.setdefault(token, len(numbers) + 1)
            for weight, token in zip(_WEIGHTS, message, strict=False)
        ]
        total = sum(weighted)
        for at, token in enumerate(message):
            if _may_vary(message, at, token):
                key = (len(message), at, (total - weighted[at]) % _MODULUS)
                slot = slots.get(key)
                if slot is None:
                    slots[key] = _Slot(at, {token: message})
                else:
                    slot.values.setdefault(token, message)
    return [slot for slot in slots.values() if len(slot.values) > 1]


def _may_vary(message: Tokens, at: int, token: str) -> bool:
    # The word before `=` is a key: messages with different keys say different things.
    following = message[at + 1] if at + 1 < len(message) else ""
    return (token == WILDCARD or is_word(token)) and following != "="


def _needed(message: Tokens, slot: _Slot, vocabulary: Mapping[str, set[str]]) -> int:
    """How many different words a slot must have shown before it counts as a parameter."""
    constant = sum(is_word(token) for at, token in enumerate(message) if at != slot.at)
    if constant < 1:
        return _UNREACHABLE
    before = _word_before(message, slot.at)
    words = [value for value in slot.values if value != WILDCARD]
    if words and all(word in vocabulary.get(before, ()) for word in words):
        return 2  # these very words were parameters after the same word elsewhere
    separator = message[slot.at - 1] if slot.at else ""
    needed = 4 if before in nouns() or separator in ("=", "(", "[", '"', "'") else 6
    if not any(_is_plain(word) for word in words):
        needed -= 1
    if all(word.isupper() for word in words):
        needed += 4  # states and commands (NEW, RUNNING, GET) are few and mean something
    if constant <= 2:
        needed += 3
    if WILDCARD in slot.values:  # by its form the same place was a parameter in another message
        needed = 2 if constant >= 3 else needed - 1
    return max(2, needed)


def _word_before(message: Tokens, at: int) -> str:
    place = at - 1
    while place >= 0 and message[place] in " =:('\"[":
        place -= 1
    return message[place].lower() if place >= 0 else ""


def _is_plain(word: str) -> bool:
    return word.isalpha() and (word.islower() or word.istitle())


def _merge_identifiers(messages: list[Tokens]) -> dict[Tokens, Tokens]:
    """Messages that differ only in identifiers (dotted, camel case, paths), even in several at once."""
    views: dict[Tokens, list[Tokens]] = defaultdict(list)
    for message in messages:
        view = tuple(
            WILDCARD if _may_vary(message, at, token) and _is_identifier(token) else token
            for at, token in enumerate(message)
        )
        if view != message and sum(map(is_word, view)) >= 3:
            views[view].append(message)
    return {message: _joined(view) for view, same in views.items() if len(same) >= 3 for message in same}


def _is_identifier(token: str) -> bool:
    if not is_word(token) or token.isupper():
        return False
    mixed_case = token.isalpha() and not token.islower() and not token.istitle()
    return mixed_case or any(character in "._/$\\-@" for character in token)


def _joined(message: Tokens) -> Tokens:
    return tokens(join_listed("".join(message)))
