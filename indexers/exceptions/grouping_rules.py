"""Rules about grouping as text: the syntax, its errors, and what a set of rules says about a frame or a type.

`in_app.txt` is written in the same syntax and explains it in its head. A user's patterns are RE2 (Arrow's), which
takes time linear in the text whatever the pattern, so that no rule can hang the intake; look-around and back
references do not exist there. Keeps out: the shipped decision (in_app.py), what a strategy makes of the answers.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from connectors.errors import BadInputError
from indexers.exceptions.chain import Frame

# action -> fields it can look at
ACTIONS = {
    "in": ("file", "function", "module"),
    "out": ("file", "function", "module"),
    "ignore": ("file", "function", "module"),
    "rename": ("file", "function"),
    "message": ("type",),
    "alias": ("type",),
}
_REPLACING = ("rename", "alias")
# languages that share the rules of another
_FAMILY = {"java": "jvm", "kotlin": "jvm", "scala": "jvm", "typescript": "javascript", "cpp": "native", "c": "native"}
LANGUAGES = ("*", "dart", "dotnet", "go", "javascript", "jvm", "native", "perl", "php", "python", "ruby", "rust")
_LONGEST_PATTERN = 2_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a rule file. `place` is "file:line", for people."""

    action: str
    language: str
    field: str
    pattern: str
    replacement: str
    place: str

    def concerns(self, language: str) -> bool:
        """Whether the rule is about frames or types of `language`."""
        return self.language in ("*", _FAMILY.get(language, language))


def parse_rules(text: str, name: str) -> list[Rule]:
    """The rules in `text`, which is called `name` in errors. Raises BadInputError naming the first wrong line."""
    return [
        _rule(line.partition("  # ")[0].strip(), f"{name}:{number}")
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _rule(line: str, place: str) -> Rule:
    words = line.split(None, 3)
    if len(words) < 4:
        raise BadInputError(f"{place}: {line!r} is not a rule; write ACTION LANGUAGE FIELD PATTERN [-> REPLACEMENT].")
    action, language, name, rest = words
    if action not in ACTIONS:
        raise BadInputError(f"{place}: {action!r} is not an action; valid ones are {', '.join(ACTIONS)}.")
    language = _FAMILY.get(language, language)
    if language not in LANGUAGES:
        raise BadInputError(f"{place}: {language!r} is not a language; valid ones are {', '.join(LANGUAGES)}.")
    if name not in ACTIONS[action]:
        raise BadInputError(f"{place}: {action!r} looks at {' or '.join(ACTIONS[action])}, not at {name!r}.")
    pattern, arrow, replacement = rest.partition(" -> ") if action in _REPLACING else (rest, "", "")
    if action in _REPLACING and not arrow and rest.endswith(" ->"):  # renamed to nothing
        pattern, arrow = rest.removesuffix(" ->"), " -> "
    if action in _REPLACING and not arrow:
        raise BadInputError(f"{place}: {action!r} needs ` -> ` and what to write instead.")
    if len(pattern) > _LONGEST_PATTERN:
        raise BadInputError(f"{place}: the pattern has {len(pattern)} characters; {_LONGEST_PATTERN} are the most.")
    return Rule(action, language, name, pattern.strip(), replacement.strip(), place)


@dataclass(frozen=True, eq=False)
class GroupingRules:
    """A user's rules, in order. For `in` and `out` the first that matches decides; all `rename` rules apply."""

    rules: tuple[Rule, ...] = ()
    decide_own_code: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "decide_own_code", any(rule.action in ("in", "out") for rule in self.rules))
        for rule in self.rules:
            _try(rule)

    def __bool__(self) -> bool:
        return bool(self.rules)

    @property
    def digest(self) -> str:
        """8 hex digits that change with what the rules say; empty without rules."""
        if not self.rules:
            return ""
        content = repr(
            [(rule.action, rule.language, rule.field, rule.pattern, rule.replacement) for rule in self.rules]
        )
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def in_app(self, frame: Frame, language: str) -> bool | None:
        """What the `in` and `out` rules say: the application's, not the application's, or nothing (None)."""
        if not self.decide_own_code:
            return None
        rule = _first(self, ("in", "out"), language, _names(frame))
        return None if rule is None else rule.action == "in"

    def ignoring(self, frame: Frame, language: str) -> Rule | None:
        """The `ignore` rule that says that this call never counts."""
        if not self.rules:
            return None
        return _first(self, ("ignore",), language, _names(frame))

    def renamed(self, frame: Frame, language: str) -> tuple[str, str]:
        """(file, function) after the `rename` rules."""
        if not self.rules:
            return frame.file, frame.function
        return (
            _renamed(self, language, "file", frame.file.replace("\\", "/")),
            _renamed(self, language, "function", frame.function),
        )

    def alias(self, kind: str, language: str) -> str:
        """The name under which a type counts: that of the first `alias` rule that matches, else its own."""
        return _alias(self, language, kind) if self.rules else kind

    def counts_message(self, kind: str, language: str) -> Rule | None:
        """The `message` rule that says that messages of this type tell faults apart."""
        return _first_of_type(self, "message", language, kind) if self.rules else None


NO_RULES = GroupingRules()


def load_rules(paths: Iterable[Path]) -> GroupingRules:
    """The rules of all files, in order. Raises BadInputError naming file and line of the first mistake."""
    rules: list[Rule] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"grouping rules {str(path)!r} cannot be read ({error}); give a text file.") from error
        rules += parse_rules(text, str(path))
    return GroupingRules(tuple(rules))


def _names(frame: Frame) -> tuple[str, str, str]:
    return frame.file.replace("\\", "/"), frame.function, frame.module


def _engine() -> Any:
    import pyarrow.compute as engine  # a tenth of a second, which only users of rules should pay

    return engine


def _column(value: str) -> Any:
    import pyarrow as pa

    return pa.array([value.encode("utf-8", "replace").decode("utf-8")])


def _try(rule: Rule) -> None:
    import pyarrow as pa

    try:
        if rule.replacement:
            _engine().replace_substring_regex(_column(""), rule.pattern, rule.replacement)
        else:
            _engine().match_substring_regex(_column(""), rule.pattern)
    except pa.ArrowInvalid as error:
        problem = re.sub(r"^Invalid (?:regular expression|replacement string): ", "", str(error))
        raise BadInputError(
            f"{rule.place}: {rule.pattern!r} cannot be used ({problem}); patterns are RE2, without look-around."
        ) from error


def _matches(rule: Rule, value: str) -> bool:
    return bool(_engine().match_substring_regex(_column(value), rule.pattern)[0].as_py())


def _replaced(rule: Rule, value: str) -> str:
    made: str = _engine().replace_substring_regex(_column(value), rule.pattern, rule.replacement)[0].as_py()
    return made


@lru_cache(maxsize=50_000)
def _first(rules: GroupingRules, actions: Sequence[str], language: str, named: tuple[str, str, str]) -> Rule | None:
    values = dict(zip(("file", "function", "module"), named, strict=True))
    for rule in rules.rules:
        if rule.action in actions and rule.concerns(language) and _matches(rule, values[rule.field]):
            return rule
    return None


@lru_cache(maxsize=10_000)
def _first_of_type(rules: GroupingRules, action: str, language: str, kind: str) -> Rule | None:
    able = (rule for rule in rules.rules if rule.action == action and rule.concerns(language))
    return next((rule for rule in able if _matches(rule, kind)), None)


@lru_cache(maxsize=50_000)
def _renamed(rules: GroupingRules, language: str, name: str, value: str) -> str:
    for rule in rules.rules:
        if rule.action == "rename" and rule.field == name and rule.concerns(language):
            value = _replaced(rule, value)
    return value


@lru_cache(maxsize=10_000)
def _alias(rules: GroupingRules, language: str, kind: str) -> str:
    rule = _first_of_type(rules, "alias", language, kind)
    return kind if rule is None else _replaced(rule, kind)
