"""When a value that a cluster never had is news. Pure functions, no database.

A signal must be worth a person's look, so the rules ask, in this order:
- is the cluster old enough to know its habits: LEAST_OCCURRENCES traces over LEAST_AGE before the value was first met,
- had it settled: at least OCCURRENCES_A_VALUE traces for each value it had, so that a value of an open set (a key, a
  name) is no news,
- for messages: is it really of another form? A place that already held several words may hold one more; a place
  that always held a number may not hold a host name,
- has it come to stay: LEAST_SEEN times, and so much more often since it was first met than before that chance gives
  this in one of a thousand cases. With `b` traces before without it and `n` since with it `c` times, the chance that
  all `c` fall among the last `n` is C(n, c) / C(b + n, c) (Fisher's exact test,
  https://en.wikipedia.org/wiki/Fisher%27s_exact_test, for a table with an empty cell).
Keeps out: reading and storing values.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

LEAST_OCCURRENCES = 50
LEAST_AGE = timedelta(hours=1)
OCCURRENCES_A_VALUE = 25
LEAST_SEEN = 3
CHANCE = 0.001
OPEN_WORDS = 3  # different words of one class at one place of a message: it holds any word of that class
_NONE = 1e-6  # a chance below this is none
_LEAST_ALIKE = 0.5  # share of the words of two messages that must be equal for their places to be compared

_TOKEN = re.compile(r"(?:<\w+>|[^\s<>\"'`()\[\]{},;=])+|[\"'`()\[\]{},;=<>]")
_NAMED = re.compile(r"<\w+>")
_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("sign", r"[\"'`()\[\]{},;=<>:.!?-]+"),
        ("host", r"(?=.*[A-Za-z])(?:[A-Za-z0-9](?:[\w-]*\w)?\.)+[a-z]{2,12}\.?"),
        ("name", r"(?:[A-Za-z_$][\w$]*(?:\.|::|#|/|\\))+[A-Za-z_$<][\w$>]*(?:\(\))?"),
        ("code", r"(?=.*[A-Za-z])(?=.*\d)[\w.-]+"),
        ("word", r"[^\W\d]+(?:[-_'][^\W\d]+)*[:.!?]?"),
    )
)


def old_enough(before: int, first_of_all: datetime, first_of_value: datetime, values: int) -> bool:
    """Whether a new value can be news: `before` traces with `values` values were seen since `first_of_all`."""
    return before >= max(LEAST_OCCURRENCES, OCCURRENCES_A_VALUE * values) and first_of_value - first_of_all >= LEAST_AGE


def come_to_stay(before: int, since: int, count: int) -> bool:
    """Whether `count` of the last `since` traces, and none of `before` traces earlier, is more than chance."""
    return count >= LEAST_SEEN and chance(before, since, count) <= CHANCE


def chance(before: int, since: int, count: int) -> float:
    """C(since, count) / C(before + since, count), and 0 below one in a million."""
    share = 1.0
    for number in range(min(count, since)):
        share *= (since - number) / (before + since - number)
        if share < _NONE:
            return 0.0
    return share


def given_up(before: int, since: int) -> bool:
    """Whether a watched value has been rare for as long as it was unknown before: it belongs to the cluster."""
    return since >= before


def message_news(new: str, known: Sequence[str]) -> str:
    """What is different about a message, in words; empty when it is of a known form.

    `known` are the messages that were usual, parameterised like `new`.
    """
    words = tokens(new)
    alike = [other for other in map(tokens, known) if _alike(words, other)]
    if not alike:
        return "a message of another form"
    changes = []
    for place, word in enumerate(words):
        usual = {other[place] for other in alike}
        if word in usual:
            continue
        classes = {class_of(one) for one in usual}
        if class_of(word) in classes and _is_open(usual, class_of(word)):
            continue
        was = ", ".join(sorted(_shown(one) for one in usual)[:3])
        changes.append(f"{_shown(word)} where it always was {was}")
    return "; ".join(changes[:3])


def _is_open(usual: Collection[str], kind: str) -> bool:
    return sum(class_of(one) == kind for one in usual) >= OPEN_WORDS or kind == "sign"


def _alike(one: Sequence[str], two: Sequence[str]) -> bool:
    if len(one) != len(two):
        return False
    return sum(a == b for a, b in zip(one, two, strict=True)) >= _LEAST_ALIKE * len(one) or len(one) <= OPEN_WORDS


def tokens(message: str) -> list[str]:
    """Words, named parameters and signs, in order."""
    return _TOKEN.findall(message)


def class_of(word: str) -> str:
    """What kind of thing a word is: a named parameter itself, else sign, host, name, code, word or text."""
    if _NAMED.fullmatch(word):
        return word
    plain = _NAMED.sub("0", word)  # db<number>.example.com
    return next((name for name, pattern in _CLASSES if pattern.fullmatch(plain)), "text")


def _shown(word: str) -> str:
    kind = class_of(word)
    if kind == word:
        return f"a {word[1:-1]}"
    return f"the host name {word!r}" if kind == "host" else repr(word)
