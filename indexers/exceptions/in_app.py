"""Decides which frames are the application's own code where nothing better is known, from the rules in in_app.txt.

The rules are data so that they can be read and extended without knowing this program. Keeps out: a repository's own
tree (own_code.py), a user's rules (grouping_rules.py), what the decision is used for.
"""

import re
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from indexers.exceptions.chain import Frame
from indexers.exceptions.grouping_rules import parse_rules

RULES = Path(__file__).parent / "in_app.txt"


@cache
def _rules(language: str) -> tuple[tuple[bool, str, re.Pattern[str]], ...]:
    """(own, field, pattern) for `language`, in the order of the file."""
    rules = parse_rules(RULES.read_text(encoding="utf-8"), RULES.name)
    return tuple((r.action == "in", r.field, re.compile(r.pattern)) for r in rules if r.concerns(language))


def is_in_app(frame: Frame, language: str) -> bool:
    """Whether `frame` belongs to the application."""
    return _decide(frame.file, frame.function, frame.module, language)


@lru_cache(maxsize=50_000)
def _decide(path: str, function: str, module: str, language: str) -> bool:
    file = path.replace("\\", "/")
    for own, field, pattern in _rules(language):
        if pattern.search(file if field == "file" else function if field == "function" else module):
            return own
    return bool(file or function)


def decided(frame: Frame, language: str) -> Frame:
    """`frame` with `in_app` set."""
    return replace(frame, in_app=is_in_app(frame, language))
