"""The tables of statements and needles as values, and the filling of their slots. Keeps out: how they are mixed."""

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SLOT = re.compile(r"\{(\w+)\}")
_SYLLABLES = (
    "ba",
    "cor",
    "del",
    "fin",
    "gra",
    "hul",
    "kem",
    "lor",
    "mi",
    "nex",
    "pol",
    "ra",
    "sto",
    "tur",
    "vel",
    "wy",
)
_FOLDERS = ("srv", "var", "data", "home", "mnt", "opt", "spool", "cache", "store", "tmp")


@dataclass(frozen=True)
class System:
    """What one kind of system says: everyday statements by frequency, alarming ones, ones alarming by level alone."""

    everyday: tuple[str, ...]
    alarming: tuple[str, ...]
    raised: tuple[str, ...]
    actors: tuple[str, ...]
    deeds: tuple[str, ...]
    things: tuple[str, ...]


@dataclass(frozen=True)
class Needles:
    """What is hidden: alarming lines, stack traces, and lines without an alarming word."""

    loud: tuple[str, ...]
    traces: tuple[str, ...]
    quiet: tuple[str, ...]


def _sections(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            rows = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            rows.append(line)
    return found


def _system(rows: list[str]) -> System:
    lists = {key: values for key, _, values in (row.partition(" = ") for row in rows) if values}
    statements = [row for row in rows if row.partition(" = ")[0] not in ("actors", "deeds", "things")]
    return System(
        everyday=tuple(row for row in statements if row[0] not in "!~"),
        alarming=tuple(row[2:] for row in statements if row[0] == "!"),
        raised=tuple(row[2:] for row in statements if row[0] == "~"),
        actors=tuple(lists["actors"].split()),
        deeds=tuple(lists["deeds"].split("|")),
        things=tuple(lists["things"].split("|")),
    )


@cache
def needles() -> Needles:
    """The hidden lines."""
    found = _sections("needles.txt")
    traces = "\n".join(found["traces"]).split("\n--\n")
    return Needles(tuple(found["loud"]), tuple(traces), tuple(found["quiet"]))


@cache
def system(name: str) -> System:
    """What the system `name` says."""
    return _system(_sections("statements.txt")[name])


SYSTEMS = tuple(_sections("statements.txt"))


def filled(statement: str, chance: random.Random) -> str:
    """The statement with a value in each of its slots."""
    return _SLOT.sub(lambda slot: _value(slot[1], chance), statement)


def _value(slot: str, chance: random.Random) -> str:
    number = chance.randrange(10 ** chance.randrange(1, 7))
    word = "".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 4)))
    values = {
        "n": str(number),
        "ms": f"{number % 5000}.{number % 1000:03d}",
        "hex": f"{chance.getrandbits(48):012x}",
        "ip": ".".join(str(chance.randrange(1, 255)) for _ in range(4)),
        "host": f"{word[:4]}-{number % 100:02d}.dc{number % 3}.example",
        "id": f"{word}{number % 100}",
        "user": word,
    }
    if slot == "path":
        return f"/{chance.choice(_FOLDERS)}/{word}/{number}.dat"
    return values[slot]
