"""Whether the numbers of a sentence add up: each stands in the facts, or follows from numbers that do.

Owns: counts, times, lines, versions, percentages, durations, sums and differences. 0 and 1 are words as much as numbers
and are let pass. Keeps out: what the facts are (verification_facts.py).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import combinations

from rca.verification_facts import ID, OFFSET, TIMESTAMP, Facts, plain, value_of

_ASIDE = re.compile(r"[\[(]E\d+(?:\s*[,;]\s*E\d+)*[\])]|^\s*\(?\d{1,2}[.)]\s|\(\d\)")  # [E3], and places in a list
# "line 8", "cart.py:8-9", "Cart.total in shop/cart.py, lines 8 to 9"
_LINES = re.compile(
    r"(?:(?:(?P<symbol>(?:(?:rescue|ensure|block)\s+in\s+)?[\w.$:<>~*()]+)\s+(?:in|at)\s+)?(?P<file>[\w./@+-]*\w\.\w{1,10})(?::|,?\s+(?:at\s+)?lines?\s+)"
    r"|\b[Ll]ines?\s+)(?P<first>\d+)(?:\s*(?:-|–|to|and)\s*(?P<last>\d+))?"
)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s?(?:%|percent\b|per cent\b)")
_OCCURRENCES = re.compile(r"(?<![\w.,-])(\d+(?:,\d{3})*)\s+(?:times\b|occurrences\b|such\s+events\b)")
_DURATION = re.compile(
    r"(?<![\w.-])(\d+(?:[.,]\d+)?)[\s-]?(ms|milliseconds?|s|secs?|seconds?|min|minutes?|h|hours?|days?|weeks?)\b"
)
_UNITS = {"ms": 0.001, "milli": 0.001, "mi": 60.0, "s": 1.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PLAIN = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*(?!-(?:based|indexed))")
_WORDS_TOO = {"0", "1"}
_WIDTH = re.compile(r"\b(?:8|16|32|64|128)-(?:bit|byte)\b")  # of types, not of anything that was measured


def unknown_numbers(sentence: str, facts: Facts) -> list[str]:
    """The numbers in `sentence` that neither stand in the facts nor follow from those beside them."""
    text = _WIDTH.sub(" ", _ASIDE.sub(" ", sentence))
    unknown: list[str] = []
    for pattern, judge in ((TIMESTAMP, _time), (ID, _id), (_LINES, _lines), (_OCCURRENCES, _times)):
        found = [match for match in pattern.finditer(text) if not _said(match, facts) and not judge(match, facts)]
        unknown += [match.group().strip() for match in found]
        text = pattern.sub(" ", text)
    operands = {value for found in _PLAIN.findall(sentence) if (value := value_of(plain(found))) is not None}
    known = operands & facts.values | {float(count) for count in facts.totals}
    for match in _PERCENT.finditer(text):
        if not _said(match, facts) and not _share(match, facts, known):
            unknown.append(match.group())
    text = _PERCENT.sub(" ", text)
    for match in _DURATION.finditer(text):
        known_number = plain(match[1]) in facts.numbers | _WORDS_TOO
        if not known_number and not _said(match, facts) and not _lasts(match, facts):
            unknown.append(match.group())
    text = _DURATION.sub(" ", text)
    return [*unknown, *(found for found in _PLAIN.findall(text) if not _stands(found, facts, known))]


def has_numbers(sentence: str) -> bool:
    """Whether there is a number to check at all."""
    text = _ASIDE.sub(" ", sentence)
    return any(found not in _WORDS_TOO for found in _PLAIN.findall(text)) or bool(TIMESTAMP.search(text))


def unknown_ids(sentence: str, facts: Facts) -> list[str]:
    """Hashes, request ids and the like that no fact holds."""
    return [match.group() for match in ID.finditer(sentence) if not _id(match, facts)]


def _said(match: re.Match[str], facts: Facts) -> bool:
    """Whether the facts hold these very words."""
    return bool(re.search(rf"(?<![\w.,:+-]){re.escape(match.group().strip())}(?![\w%:])", facts.text))


def _time(match: re.Match[str], facts: Facts) -> bool:
    said = match.group().strip()
    return said in facts.text if "-" in said[:8] else OFFSET.sub("", said) in facts.times


def _id(match: re.Match[str], facts: Facts) -> bool:
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(match.group())}", facts.text))


def _lines(match: re.Match[str], facts: Facts) -> bool:
    lines = [int(line) for line in (match["first"], match["last"]) if line]
    return all(facts.has_line(line, match["file"] or "", match["symbol"] or "") for line in lines)


def _times(match: re.Match[str], facts: Facts) -> bool:
    return int(plain(match[1])) in facts.counts


def _share(match: re.Match[str], facts: Facts, known: Iterable[float]) -> bool:
    """A percentage that was read, or that two known numbers make."""
    said = plain(match[1])
    percent = float(said)
    half = 0.5 * 10 ** -len(said.partition(".")[2]) + 1e-9
    if said in facts.numbers or any(abs(value * 100 - percent) < half for value in facts.values if 0 < value <= 1):
        return True
    pairs = combinations(sorted(set(known)), 2)
    return any(
        high and (abs(100 * low / high - percent) <= half or abs(100 - 100 * low / high - percent) <= half)
        for low, high in pairs
    )


def _lasts(match: re.Match[str], facts: Facts) -> bool:
    """A duration between two moments that are known, rounded as people round."""
    unit = next(seconds for name, seconds in _UNITS.items() if match[2].startswith(name))
    spans = [abs(one - other) / timedelta(seconds=unit) for one, other in combinations(facts.moments, 2)]
    said = float(plain(match[1]))
    return any(abs(span - said) <= max(0.5, 0.05 * span) for span in spans if span >= 0.5)


def _stands(found: str, facts: Facts, known: Iterable[float]) -> bool:
    number = plain(found)
    if number in facts.numbers or number in _WORDS_TOO:
        return True
    value = value_of(number)
    if value is None:
        return False
    decimals = len(number.partition(".")[2])
    if decimals and any(round(other, decimals) == value for other in facts.values):
        return True
    return value in _follows(known)


def _follows(known: Iterable[float]) -> Iterator[float]:
    """Sums and differences of two known numbers."""
    for one, other in combinations(sorted(set(known)), 2):
        yield one + other
        yield other - one
