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


def _of_one_build(left: list[Tokens], enough: Enough) -> dict[Tokens, Tokens]:
    """What is frequent is not known beforehand: the lowest measure that explains messages counts for them."""
    counts = [Counter(column) for column in zip(*left, strict=True)]
    changed: dict[Tokens, Tokens] = {}
    support, most = 2, len(left)
    while support <= most and len(left) >= AGREEING:
        views: dict[Tokens, list[Tokens]] = defaultdict(list)
        for message in left:
            views[_frequent(message, counts, support)].append(message)
        left = []
        for view, members in views.items():
            if len(members) >= AGREEING and _explains(view, members, enough):
                merged = joined(view)
                changed.update((message, merged) for message in members)
            else:
                left += members
        support += max(1, support // 2)
    return changed


def _frequent(message: Tokens, counts: list[Counter[str]], support: int) -> Tokens:
    return tuple(
        WILDCARD if count[token] < support and is_word(token) and may_vary(message, at) else token
        for at, (token, count) in enumerate(zip(message, counts, strict=True))
    )


def _explains(view: Tokens, members: list[Tokens], enough: Enough) -> bool:
    """Whether a view is a statement: words enough of its own, and values enough at each of its new parameters."""
    columns = [{message[at] for message in members} for at in range(len(view))]
    places = [at for at, token in enumerate(view) if token == WILDCARD and columns[at] != {WILDCARD}]
    if not places or words_in(view) < max(FREQUENT, len(places)):
        return False
    return all(enough(view, at, columns[at]) for at in places)
