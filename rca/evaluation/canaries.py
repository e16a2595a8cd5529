"""The values of `canaries.toml`, drawn: what is planted, and what must come through.

Each goes on a line with a mark before it, so that it can be told whether the line was sent at all. Keeps out: where
lines are planted, what became of them (measures/redaction.py).
"""

import random
import re
import string
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".toml")
SEED = 20261121
_DRAWN = re.compile(r"\{(upper|lower|alnum|hex|digits):(\d+)\}")
_ALPHABETS = {
    "upper": string.ascii_uppercase + string.digits,
    "lower": string.ascii_lowercase,
    "alnum": string.ascii_letters + string.digits,
    "hex": "0123456789abcdef",
    "digits": string.digits,
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A line `mark: ...` that holds `value`. `value` must not be sent when `harmful`, and must be sent when not."""

    mark: str
    kind: str
    value: str
    line: str
    harmful: bool
    personal: bool = False


def planted(where: str) -> Sequence[Planted]:
    """Every canary in every way of writing it, with values and marks of their own for the place `where`."""
    chance = random.Random(f"{SEED}{where}")  # noqa: S311 - test data, drawn the same way every time
    table = _table()
    lines: list[tuple[str, str, str, bool, bool]] = []
    for entry in table["planted"]:
        for form in entry["lines"]:
            value = _drawn(entry["shape"], chance)
            lines.append((entry["kind"], value, form.replace("{v}", value), True, entry["personal"]))
    lines += [("harmless", entry["text"], entry["text"], False, False) for entry in table["harmless"]]
    return [
        Planted(f"{where}{_word(number)}", kind, value, f"{where}{_word(number)}: {line}", harmful, personal)
        for number, (kind, value, line, harmful, personal) in enumerate(lines)
    ]


def _word(number: int) -> str:
    """A number in letters, so that marks are different words to whatever groups lines by their shape."""
    return "".join(string.ascii_lowercase[int(digit)] for digit in f"{number:03d}")


def _drawn(shape: str, chance: random.Random) -> str:
    return _DRAWN.sub(lambda found: "".join(chance.choices(_ALPHABETS[found[1]], k=int(found[2]))), shape)


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
