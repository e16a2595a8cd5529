"""What an exception's type says, from `advice.toml`. Keeps out: the words a report makes of it."""

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Advice:
    """One entry of the table, and the name that the message gave for what was missing ("" when it gave none).
    `distant`: the line that fails is often innocent."""

    kind: str
    meaning: str
    durable: str
    test: str
    value: str = ""
    distant: bool = False


def advise(exception_type: str, message: str) -> Advice:
    """The first entry that fits; the last one fits everything."""
    text = f"{exception_type}: {message}" if message else exception_type or "unknown"
    for pattern, advice in _table():
        match = pattern.search(text)
        if match:
            named = next((value for value in match.groupdict().values() if value), "")
            return replace(advice, value=named)
    raise AssertionError("the last entry of advice.toml fits everything")


@cache
def _table() -> tuple[tuple[re.Pattern[str], Advice], ...]:
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["advice"]
    return tuple(
        (
            re.compile(entry["pattern"], re.DOTALL),
            Advice(
                entry["kind"],
                entry["meaning"],
                entry["durable"],
                entry["test"],
                distant=entry.get("distant", False),
            ),
        )
        for entry in entries
    )
