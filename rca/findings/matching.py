"""Patterns of rules over columns of text: RE2 only, whose time is linear in the text whatever the pattern.

Owns: compiling and finding, through Arrow. Keeps out: which patterns, what a match means.
RE2's syntax: https://github.com/google/re2/wiki/Syntax (no look-around, no back-references).
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# Characters of patterns joined into one: RE2's tables overflow between 8,000 and 24,000, then it is 200 times slower.
LONGEST_JOINED = 5_000


def problem_of(pattern: str) -> str:
    """Why `pattern` cannot be used, in words that follow the pattern; "" when it can."""
    try:
        on_nothing = pc.match_substring_regex(pa.array([""]), pattern=pattern)[0].as_py()
    except pa.ArrowInvalid as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        return f"is no regular expression that RE2 reads ({reason})"
    return "matches an empty line, so it would match every line" if on_nothing else ""


def any_of(texts: Any, patterns: Sequence[str]) -> Any:
    """Boolean array: which of `texts` (a string array) hold at least one of `patterns`."""
    found = None
    for joined in _joined(patterns):
        hit = pc.match_substring_regex(texts, pattern=joined)
        found = hit if found is None else pc.or_(found, hit)
    return pa.repeat(pa.scalar(False), len(texts)) if found is None else found


def place_of(text: str, patterns: Sequence[str]) -> int:
    """Where in `text` the first of `patterns` that is found begins, in characters; 0 when none is."""
    column = pa.array([text])
    for pattern in patterns:
        byte = pc.find_substring_regex(column, pattern=pattern)[0].as_py()
        if byte >= 0:
            return len(text.encode()[:byte].decode(errors="replace"))
    return 0


def _joined(patterns: Sequence[str]) -> list[str]:
    joined: list[list[str]] = []
    size = LONGEST_JOINED
    for pattern in patterns:
        size += len(pattern)
        if size > LONGEST_JOINED:
            joined.append([])
            size = len(pattern)
        joined[-1].append(f"(?:{pattern})")
    return ["|".join(part) for part in joined]
