"""Reads finding rules: the shipped ones and those that users add.

Owns: the shape of a rule and its validation. Keeps out: matching (scan.py), the rules themselves (rules.toml).
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from connectors.errors import BadInputError
from rca.report import SeverityLevel

FILE = Path(__file__).with_name("rules.toml")


class Rule(BaseModel):
    """One kind of trouble; what each field means stands at the top of rules.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    topic: str
    title: str
    severity: SeverityLevel
    confidence: Annotated[float, Field(ge=0, le=1)]
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]
    unless: tuple[str, ...] = ()
    min_count: Annotated[int, Field(ge=1)] = 1
    within_seconds: Annotated[float, Field(gt=0)] | None = None
    quick: str = ""
    durable: str = ""
    check: str = ""

    @field_validator("patterns", "unless")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """Both engines must read a pattern: RE2 over columns, `re` for the place of the match."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for pattern in patterns:
            try:
                re.compile(pattern)
                pc.match_substring_regex(pa.array([""]), pattern=pattern)
            except (re.error, pa.ArrowInvalid) as error:
                raise ValueError(f"{pattern!r} is not a regular expression that can be used: {error}") from error
        return patterns


def load_rules(*extra: Path) -> tuple[Rule, ...]:
    """The shipped rules and those in `extra` files; a later rule replaces an earlier one with the same id.

    Raises BadInputError naming the file, the rule and what is wrong with it.
    """
    rules = {rule.id: rule for rule in _shipped()}
    for path in extra:
        rules.update((rule.id, rule) for rule in _read(path))
    return tuple(rules.values())


@cache
def _shipped() -> tuple[Rule, ...]:
    return tuple(_read(FILE))


def _read(path: Path) -> Sequence[Rule]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return [Rule.model_validate(rule) for rule in _listed(table)]
    except OSError as error:
        raise BadInputError(f"rules file {str(path)!r} cannot be read: {error.strerror}.") from error
    except (ValidationError, ValueError) as error:
        raise BadInputError(f"rules file {str(path)!r} cannot be used: {error}") from error


def _listed(table: dict[str, Any]) -> list[Any]:
    rules = table.get("rule")
    if not isinstance(rules, list):
        raise ValueError("it holds no [[rule]] table")
    return rules
