"""What the strategy of 2026-11-21 takes for the application's own code. Frozen; `../in_app.py` is the live one."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from indexers.exceptions.chain import Frame

RULES = Path(__file__).parent / "s2026_11_21_in_app.txt"

# languages that share the rules of another
_FAMILY = {"java": "jvm", "kotlin": "jvm", "scala": "jvm", "typescript": "javascript", "cpp": "native", "c": "native"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A frame whose `field` matches `pattern` is not the application's."""

    language: str
    field: str
    pattern: re.Pattern[str]


@cache
def rules(language: str) -> tuple[Rule, ...]:
    """The rules for `language`, in the order of the file."""
    family = _FAMILY.get(language, language)
    found = []
    for line in RULES.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, field, pattern = line.split(None, 2)
        if name in (family, "*"):
            found.append(Rule(name, field, re.compile(pattern.strip())))
    return tuple(found)


@cache
def _compiled(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule.field, rule.pattern) for rule in rules(language))


def is_in_app(frame: Frame, language: str) -> bool:
    """Whether `frame` belongs to the application."""
    return _decide(frame.file, frame.function, frame.module, language)


@lru_cache(maxsize=50_000)
def _decide(path: str, function: str, module: str, language: str) -> bool:
    file = path.replace("\\", "/")
    for field, pattern in _compiled(language):
        value = file if field == "file" else function if field == "function" else module
        if pattern.search(value):
            return False
    return bool(file or function)
