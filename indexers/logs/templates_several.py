"""Several parameters at once: messages that differ in more than one word.

Owns two rules. Messages that differ only in identifiers (dotted, camel case, paths) are one statement when there are
some of them. And words that are rare at their place, among messages of the same build, are parameters when every such
place has shown enough of them: the frequent words are the statement (Vaarandi 2003, SLCT, on distinct shapes instead
of lines, so that how often a line occurs does not matter).
Keeps out: messages that differ in one word (`templates_merge.py`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection

from indexers.logs.masking import WILDCARD
from indexers.logs.templates_tokens import MAX_TOKENS, Tokens, is_identifier, is_word, joined, may_vary, words_in

Enough = Callable[[Tokens, int, Collection[str]], bool]  # (message, place, values seen there)

# So many messages that differ in identifiers only are one statement, if they share so many words.
IDENTIFIERS, SHARED = 4, 3
# So many messages must agree in their frequent words, of which there must be so many.
AGREEING, FREQUENT = 6, 2
_ALWAYS = 1 << 60


def merge_identifiers(messages: list[Tokens]) -> dict[Tokens, Tokens]:
    """Messages that differ only in identifiers, even in several at once."""
    views: dict[Tokens, list[Tokens]] = defaultdict(list)
    for message in messages:
        view = tuple(
            WILDCARD if is_identifier(token) and may_vary(message, at) else token for at, token in enumerate(message)
        )
        if view != message and words_in(view) >= SHARED:
            views[view].append(message)
    return {message: joined(view) for view, same in views.items() if len(same) >= IDENTIFIERS for message in same}


def merge_several(messages: list[Tokens], enough: Enough) -> dict[Tokens, Tokens]:
    """Messages that share their frequent words; `enough` says whether a place has shown enough values."""
    builds: dict[Tokens, list[Tokens]] = defaultdict(list)
    for message in messages:
        if len(message) <= MAX_TOKENS:
            build = tuple("" if token == WILDCARD or is_word(token) else token for token in message)
            builds[build].append(message)
    changed: dict[Tokens, Tokens] = {}
    for same in builds.values():
        if len(same) >= AGREEING:
            changed.update(_of_one_build(same, enough))
    return {before: after for before, after in changed.items() if before != after}


def _of_one_build(messages: list[Tokens], enough: Enough) -> dict[Tokens, Tokens]:
    """What is frequent is not known beforehand: the lowest measure that explains messages counts for them."""
    left = [(message, often) for message, often in zip(messages, _how_often(messages), strict=True)]
    changed: dict[Tokens, Tokens] = {}
    support = 2
    while len(left) >= AGREEING:
        # As the measure rises a message has fewer frequent words: with too few of them it can be given up.
        left = [pair for pair in left if sum(support <= times < _ALWAYS for times in pair[1]) >= FREQUENT]
        views: dict[Tokens, list[tuple[Tokens, list[int]]]] = defaultdict(list)
        for message, often in left:
            if min(often) < support:
                seen = zip(message, often, strict=True)
                views[tuple(token if times >= support else WILDCARD for token, times in seen)].append((message, often))
        for view, members in views.items():
            own = [message for message, _ in members]
            if len(own) >= AGREEING and _explains(view, own, enough):
                merged = joined(view)
                changed.update((message, merged) for message in own)
        left = [pair for pair in left if pair[0] not in changed]
        support += max(1, support // 2)
    return changed


def _how_often(messages: list[Tokens]) -> list[list[int]]:
    """For each word of each message how often it stands at its place; what cannot vary stands there always."""
    counts = [Counter(column) for column in zip(*messages, strict=True)]
    return [
        [
            count[token] if is_word(token) and may_vary(message, at) else _ALWAYS
            for at, (token, count) in enumerate(zip(message, counts, strict=True))
        ]
        for message in messages
    ]


def _explains(view: Tokens, members: list[Tokens], enough: Enough) -> bool:
    """Whether a view is a statement: words enough of its own, and values enough at each of its new parameters."""
    columns = [{message[at] for message in members} for at in range(len(view))]
    places = [at for at, token in enumerate(view) if token == WILDCARD and columns[at] != {WILDCARD}]
    if not places or words_in(view) < max(FREQUENT, len(places)):
        return False
    return all(enough(view, at, columns[at]) for at in places)
