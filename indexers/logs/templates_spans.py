"""Values of several words: what stands behind a colon or between brackets ("open failed: No such file or directory").

Owns one rule: messages that are equal but for such a span are one statement when enough different values were seen in
it. A span that has both words and parameters is a statement of its own ("spec: limit set to <*> MB") and no value.
Keeps out: single words (`templates_merge.py`).
"""

from collections import defaultdict
from collections.abc import Iterator

from indexers.logs.masking import WILDCARD
from indexers.logs.templates_tokens import MAX_TOKENS, Tokens, is_word, joined, words_in

# How many values a span must have shown. Reasons are few and worth telling apart as long as they are.
ENOUGH = 5
# What stands before the colon must be a phrase; a single word there names a component ("kernel: ...").
PHRASE = 2
_CLOSING = {"(": ")", "[": "]"}


def merge_spans(messages: list[Tokens]) -> dict[Tokens, Tokens]:
    """Message -> message with `<*>` for a span, for those that qualify."""
    places: dict[tuple[Tokens, Tokens], dict[Tokens, Tokens]] = defaultdict(dict)
    for message in messages:
        if len(message) <= MAX_TOKENS:
            for start, end in _spans(message):
                value = message[start:end]
                if _is_value(value):
                    places[message[:start], message[end:]].setdefault(value, message)
    changed: dict[Tokens, Tokens] = {}
    for (head, tail), values in sorted(places.items(), key=lambda place: (len(place[0][0]), place[0])):
        if len(values) >= ENOUGH and any(len(value) > 1 for value in values):
            merged = joined((*head, WILDCARD, *tail))
            for message in values.values():
                changed.setdefault(message, merged)
    return {before: after for before, after in changed.items() if before != after}


def _spans(message: Tokens) -> Iterator[tuple[int, int]]:
    """(start, end) of the rest behind each colon after a phrase, and of what stands in each pair of brackets."""
    total = words_in(message)
    phrase = inside = 0
    open_at: list[tuple[int, int]] = []  # place of the bracket, words before it
    for at, mark in enumerate(message):
        if mark == " " and at and message[at - 1] == ":" and not open_at:
            if phrase >= PHRASE and at + 1 < len(message):
                yield at + 1, len(message)
            phrase = 0
        elif mark in _CLOSING:
            open_at.append((at, inside))
        elif mark in ")]" and open_at:
            opened, before = open_at.pop()
            if _CLOSING[message[opened]] == mark and total - (inside - before) >= PHRASE and at > opened + 1:
                yield opened + 1, at
        elif is_word(mark):
            phrase += 1
            inside += 1


def _is_value(span: Tokens) -> bool:
    words = words_in(span)
    return span == (WILDCARD,) or words == 1 or (words > 1 and WILDCARD not in span)
