"""How alarming one line is, by its level and its words.

Owns the severity prior of the reduction; words are data (`alarm_words.txt`). Called for distinct shapes only. Keeps
out: what is rare or new (`order`), and the severity of a cluster, which is decided elsewhere from more than words.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from rca.reduction.said import Said

LOUD = 0.5  # from here on a line counts as loud

# Level word -> weight and the name shown. OpenTelemetry's severity numbers 1..24 come in fours.
_LEVELS = {
    "FATAL": (1.0, "FATAL"), "CRITICAL": (1.0, "FATAL"), "CRIT": (1.0, "FATAL"), "EMERG": (1.0, "FATAL"),
    "PANIC": (1.0, "FATAL"), "ALERT": (1.0, "FATAL"), "ERROR": (0.8, "ERROR"), "ERR": (0.8, "ERROR"),
    "SEVERE": (0.8, "ERROR"), "FAILURE": (0.8, "ERROR"), "WARN": (0.5, "WARN"), "WARNING": (0.5, "WARN"),
    "INFO": (0.0, "INFO"), "INFORMATION": (0.0, "INFO"), "NOTICE": (0.1, "INFO"), "DEBUG": (0.0, "INFO"),
    "TRACE": (0.0, "INFO"), "FINE": (0.0, "INFO"), "VERBOSE": (0.0, "INFO"),
}  # fmt: skip
_LEVEL = re.compile(rf"(?<![\w.])(?:{'|'.join(_LEVELS)})(?![\w.])", re.IGNORECASE)
_LEADING_LEVEL = re.compile(r"\W{0,3}(FATAL|CRITICAL|PANIC|ERROR|SEVERE|WARN|WARNING)\b")
# One letter before the tag, as Android's logcat prints it, or before the day, as glog does.
_LETTER = re.compile(r"\d\s+([VDIWEF])[\s/]|^\s*([DIWEF])\d{4}\s")
_LETTERS = {"V": "VERBOSE", "D": "DEBUG", "I": "INFO", "W": "WARN", "E": "ERROR", "F": "FATAL"}
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
# "0 errors", "no error", "without failure", "error=0", "errors: none": the word is there, the trouble is not.
_DENIED = re.compile(
    r"\b(?:0|no|not any|without|zero)\s+(?:\w+\s+)?(\w+)|\b(\w+)\s*[=:]\s*(?:0\b(?![.x])|none\b|null\b|false\b|\"\")",
    re.IGNORECASE,
)
_REACH = 2_000


def alarm(told: Said) -> tuple[float, str]:
    """(weight from 0 to 1, severity name or "") of what one line or event says; of long ones the beginning counts."""
    weight, name = 0.0, ""
    if levels := _LEVEL.findall(told.head):
        weight, name = _LEVELS[levels[-1].upper()]
    elif letter := _LETTER.search(told.head):
        weight, name = _LEVELS[_LETTERS[letter[1] or letter[2]]]
    message = told.message[:_REACH]
    if leading := _LEADING_LEVEL.match(message):
        stated, stated_name = _LEVELS[leading[1]]
        if stated > weight:
            weight, name = stated, stated_name
    return max(weight, _loudest_word(message)), name


def plain_severity(told: Said) -> str:
    """Severity of a line that nothing makes alarming."""
    return "INFO" if _LEVEL.search(told.head) or _LETTER.search(told.head) else ""


def might_alarm(texts: Sequence[str]) -> Any:
    """Boolean column: False where no word or level of a text can make it alarming; one fast pass over all texts.

    In a flood of lines that are all different, only those that may matter are looked at word by word.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    heads = pc.utf8_slice_codeunits(pa.array(texts, pa.large_string()), 0, 2 * _REACH)
    return np.asarray(pc.match_substring_regex(heads, _any_stem()))


@cache
def _any_stem() -> str:
    """A pattern of RE2 that every alarming text matches."""
    whole, beginnings, endings = _words()
    stems = {
        *whole,
        *(stem for stem, _ in (*beginnings, *endings)),
        *(level.lower() for level, (weight, _) in _LEVELS.items() if weight),
    }
    # One letter levels, and the numbers of JSON loggers that stand for a level.
    letters = r"\d\s+[WEF][\s/]|^\s*[WEF]\d{4}\s|\"level\"\s*:\s*[456]0"
    return "(?i:" + "|".join(sorted(map(re.escape, stems))) + ")|" + letters


def from_number(number: int) -> tuple[float, str]:
    """(weight, name) of an OpenTelemetry severity number; 0 says nothing."""
    if number >= 21:
        return 1.0, "FATAL"
    if number >= 17:
        return 0.8, "ERROR"
    if number >= 13:
        return 0.5, "WARN"
    return 0.0, "INFO" if number else ""


def _loudest_word(message: str) -> float:
    words = {word.lower() for word in _WORD.findall(message)}
    denied = {(match[1] or match[2]).lower() for match in _DENIED.finditer(message)}
    return max((_weight(word) for word in words - denied), default=0.0)


@cache
def _words() -> tuple[dict[str, float], tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    whole: dict[str, float] = {}
    beginnings: list[tuple[str, float]] = []
    endings: list[tuple[str, float]] = []
    table = files("rca.reduction").joinpath("alarm_words.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        weight, *words = line.split()
        for word in words:
            if word.endswith("*"):
                beginnings.append((word[:-1], float(weight)))
            elif word.startswith("*"):
                endings.append((word[1:], float(weight)))
            else:
                whole[word] = float(weight)
    return whole, tuple(beginnings), tuple(endings)


@lru_cache(maxsize=10_000)
def _weight(word: str) -> float:
    whole, beginnings, endings = _words()
    found = [whole.get(word, 0.0)]
    found += [weight for beginning, weight in beginnings if word.startswith(beginning)]
    found += [weight for ending, weight in endings if word.endswith(ending)]
    return max(found)
