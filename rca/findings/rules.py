"""Reads finding rules: the shipped ones (shipped/*.toml), and files that add, change or switch off rules.

Owns: the shape of a rule, how a later file changes an earlier rule, and one sentence for what is wrong with a file.
Keeps out: matching (scan.py), the rules themselves. The format is explained at the top of shipped/memory.toml.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.errors import BadInputError
from rca.report import SeverityLevel

LONGEST_PATTERN = 1_000  # characters
MOST_PATTERNS = 200  # of one rule

Patterns = Annotated[tuple[str, ...], Field(max_length=MOST_PATTERNS)]


class Rule(BaseModel):
    """One kind of trouble; what each field means stands at the top of shipped/memory.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[\w.-]{1,80}$")]
    topic: Annotated[str, Field(min_length=1, max_length=80)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    severity: SeverityLevel
    confidence: Annotated[float, Field(ge=0, le=1)]
    patterns: Patterns = ()
    unless: Patterns = ()
    level: Literal["FATAL", "ERROR"] | None = None
    instead_of: tuple[str, ...] = ()
    fallback: bool = False
    min_count: Annotated[int, Field(ge=1)] = 1
    within_seconds: Annotated[float, Field(gt=0)] | None = None
    quick: str = ""
    durable: str = ""
    check: str = ""

    @field_validator("patterns", "unless")
    @classmethod
    def _usable(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        from rca.findings.matching import problem_of

        for pattern in patterns:
            if len(pattern) > LONGEST_PATTERN:
                raise ValueError(f"the pattern {pattern[:40]!r}... is longer than {LONGEST_PATTERN} characters")
            if problem := problem_of(pattern):
                raise ValueError(f"the pattern {pattern!r} {problem}")
        return patterns

    @model_validator(mode="after")
    def _sees_something(self) -> Self:
        if not self.patterns and self.level is None:
            raise ValueError("it has neither patterns nor a level, so it can never match")
        return self


def load_rules(*extra: Path) -> tuple[Rule, ...]:
    """The shipped rules as changed by the files `extra`, in order.

    A [[rule]] with a new id is added; one with a known id changes the fields it gives, adds the patterns under `also`,
    and with `enabled = false` switches the rule off. Raises BadInputError: one sentence naming file, rule and fault.
    """
    rules = {rule.id: rule for rule in _shipped()}
    for path in extra:
        _apply(rules, _read(path), f"rules file {str(path)!r}")
    return tuple(rules.values())


@cache
def _shipped() -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    folder = files("rca.findings.shipped")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            _apply(rules, tomllib.loads(entry.read_text(encoding="utf-8")), entry.name)
    return tuple(rules.values())


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(f"rules file {str(path)!r} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"rules file {str(path)!r} is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"rules file {str(path)!r} is not valid TOML: {error}.") from error


def _apply(rules: dict[str, Rule], table: Mapping[str, Any], where: str) -> None:
    entries = table.get("rule")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadInputError(f"{where} holds no [[rule]] table; each rule begins with a line [[rule]].")
    if other := sorted(table.keys() - {"rule"}):
        raise BadInputError(f"{where}: {other[0]!r} is not known; a rules file holds [[rule]] tables only.")
    for number, entry in enumerate(entries, 1):
        named = f"{where}: rule {entry['id']!r}" if isinstance(entry.get("id"), str) else f"{where}: rule {number}"
        try:
            _change(rules, entry)
        except ValidationError as error:
            raise BadInputError(f"{named}: {_said(error)}.") from error
        except ValueError as error:
            raise BadInputError(f"{named}: {error}.") from error


def _change(rules: dict[str, Rule], entry: Mapping[str, Any]) -> None:
    given = dict(entry)
    enabled, also = given.pop("enabled", True), given.pop("also", [])
    if not isinstance(enabled, bool) or not isinstance(also, list):
        raise ValueError("'enabled' is true or false, and 'also' a list of patterns")
    held = rules.get(given.get("id", ""))
    if not enabled:
        if held is None:
            raise ValueError("it is switched off, but there is no such rule")
        del rules[held.id]
        return
    fields = {**(held.model_dump() if held else {}), **given}
    if also:
        fields["patterns"] = [*fields.get("patterns", ()), *also]
    rule = Rule.model_validate(fields)
    rules[rule.id] = rule


def _said(error: ValidationError) -> str:
    first, *rest = [_problem(dict(problem)) for problem in error.errors()]
    more = f" (and {len(rest)} more fault{'s' * (len(rest) > 1)})" if rest else ""
    return first + more


def _problem(problem: Mapping[str, Any]) -> str:
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{field!r} is missing"
    if problem["type"] == "extra_forbidden":
        return f"{field!r} is not known; known are {', '.join((*Rule.model_fields, 'also', 'enabled'))}"
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{field}: {text[0].lower()}{text[1:]}" if field else text
