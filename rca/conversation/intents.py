"""Which of the common questions a person asks, by the rules in intents.toml.

Owns: reading and matching the rules. Keeps out: the answers (rules/).
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")
MOST = 3  # questions that are answered at once


@dataclass(frozen=True, slots=True)
class Intent:
    """One question that is understood. `ask` is how to put it; `fault` says that it is about one fault."""

    id: str
    ask: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    fault: bool = True
    alone: bool = False  # answered only when nothing else was asked
    next: tuple[str, ...] = ()  # intents that are suggested after it


@cache
def intents() -> dict[str, Intent]:
    """Every intent by id, in the order of the file."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))["intent"]
    return {entry["id"]: _intent(entry) for entry in table}


def _intent(entry: dict[str, object]) -> Intent:
    def compiled(name: str) -> tuple[re.Pattern[str], ...]:
        given = entry.get(name, [])
        assert isinstance(given, list)  # noqa: S101  # the file is ours
        return tuple(re.compile(str(pattern), re.IGNORECASE) for pattern in given)

    following = entry.get("next", [])
    assert isinstance(following, list)  # noqa: S101  # the file is ours
    return Intent(
        id=str(entry["id"]),
        ask=str(entry["ask"]),
        patterns=compiled("patterns"),
        unless=compiled("unless"),
        fault=bool(entry.get("fault", True)),
        alone=bool(entry.get("alone", False)),
        next=tuple(map(str, following)),
    )


def recognised(text: str) -> list[Intent]:
    """The intents of a question in the order in which it puts them, at most three."""
    plain = " ".join(text.replace("’", "").replace("'", "").split())
    found: list[tuple[int, int, Intent]] = []
    for rank, intent in enumerate(intents().values()):
        places = [match.start() for pattern in intent.patterns if (match := pattern.search(plain))]
        if places and not any(pattern.search(plain) for pattern in intent.unless):
            found.append((min(places), rank, intent))
    chosen = [intent for _, _, intent in sorted(found, key=lambda item: item[:2])]
    others = [intent for intent in chosen if not intent.alone]
    return (others or chosen[:1])[:MOST]


def suggestions(after: Sequence[str]) -> tuple[str, ...]:
    """What can be asked after these intents, at most three."""
    known = intents()
    follow = [known[name].ask for done in after for name in known[done].next if name not in after]
    return tuple(dict.fromkeys(follow))[:3]
