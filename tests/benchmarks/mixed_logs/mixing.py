"""Mixing a log: everyday lines by a long-tailed law, the system's own trouble, and hidden lines in places of others.

Keeps out: the texts themselves (`tables`).
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from tests.benchmarks.mixed_logs.tables import filled, needles, system

NORMAL, LOUD, QUIET = 0, 1, 2
_START = datetime(2026, 3, 1, 4, tzinfo=UTC)
# Kinds that are logged once to three times, and how many more kinds of trouble a system has of its own.
_TAIL = {"desktop": 300, "mobile": 160, "cloud": 120, "database": 90, "kernel": 80, "batch": 70, "web": 60}
_TROUBLE = {"desktop": 60, "hpc": 40, "mobile": 30, "kernel": 15}
_PLAIN_TAIL, _PLAIN_TROUBLE = 45, 5
_LOUD_NEEDLES, _TRACES, _QUIET_NEEDLES = 12, 2, 14


@dataclass(frozen=True)
class Mixed:
    """A log: its lines, and for each line a label and the name of its kind (lines of one trace are of one kind)."""

    name: str
    lines: tuple[str, ...]
    labels: tuple[int, ...]
    kinds: tuple[str, ...]

    def wanted(self, label: int) -> set[str]:
        """The kinds with a label."""
        return {kind for kind, found in zip(self.kinds, self.labels, strict=True) if found == label}

    def kept(self, places: set[int], label: int) -> float:
        """Part of the kinds with a label of which one of the 0-based `places` shows a line."""
        wanted = self.wanted(label)
        return len(wanted & {self.kinds[place] for place in places}) / max(len(wanted), 1)


def mixed(name: str, seed: int, lines: int = 2_000) -> Mixed:
    """A log of the system `name` with at least `lines` lines and 28 hidden ones; equal arguments, equal log."""
    chance = random.Random(f"{name} {seed}")
    said = _everyday(name, lines, chance)
    places = chance.sample(range(lines // 50, lines), _LOUD_NEEDLES + _TRACES + _QUIET_NEEDLES)
    found = needles()
    hidden = [
        *((LOUD, statement) for statement in chance.sample(found.loud, _LOUD_NEEDLES)),
        *((LOUD, statement) for statement in chance.sample(found.traces, _TRACES)),
        *((QUIET, statement) for statement in chance.sample(found.quiet, _QUIET_NEEDLES)),
    ]
    needle_at = dict(zip(places, hidden, strict=True))
    texts: list[tuple[str, int, str]] = []
    for place, (level, statement) in enumerate(said):
        label, text = needle_at.get(place, (NORMAL, statement))
        first, *rest = filled(text, chance).split("\n")
        when = _START + timedelta(milliseconds=place * 731 + chance.randrange(700))
        texts.append((_HEADERS[name](when, level, first, chance), label, text))
        texts += [(line, label, text) for line in rest]
    return Mixed(f"{name}-{seed}", *zip(*texts, strict=True))


def _everyday(name: str, lines: int, chance: random.Random) -> list[tuple[str, str]]:
    """(level, statement) of each line before anything is hidden."""
    own = system(name)
    tail = [("INFO", _tail(name, chance)) for _ in range(_TAIL.get(name, _PLAIN_TAIL))]
    trouble = [("ERROR", statement) for statement in own.alarming] + [("WARN", statement) for statement in own.raised]
    trouble += [("ERROR", "failed: " + _tail(name, chance)) for _ in range(_TROUBLE.get(name, _PLAIN_TROUBLE))]
    rare = [
        kind for kind in (*tail, *trouble) for _ in range(chance.choice((1, 1, 1, 2, 3, 9 if kind in trouble else 1)))
    ]
    everyday = [("INFO", statement) for statement in own.everyday]
    weights = list(accumulate(1 / (1 + place) for place in range(len(everyday))))
    common = chance.choices(everyday, cum_weights=weights, k=max(0, lines - len(rare)))
    said = [*rare[:lines], *common]
    chance.shuffle(said)
    return said


def _tail(name: str, chance: random.Random) -> str:
    """One of very many statements of a system: who did what to what, said in one of many ways."""
    own = system(name)
    actor, deed, thing = chance.choice(own.actors), chance.choice(own.deeds), chance.choice(own.things)
    other, also = chance.choice(own.things), chance.choice(own.actors)
    return chance.choice(_WAYS).format(actor=actor, deed=deed, thing=thing, other=other, also=also)


_WAYS = (
    "{actor} {deed} {thing}",
    "{thing} {deed} by {actor} in {{ms}} ms",
    "{actor}: {thing}, {other} {deed}",
    "[{actor}] {deed}: {thing}",
    "{actor}.{also}() {deed} {{n}} times",
    "now {deed}: {thing} of {other}",
    "{actor} asks {also} about {thing}",
    "{thing} is with {actor} since {{ms}} ms",
    "{deed} {thing} ({also}), next is {other}",
    "{actor}={{n}} {also}={{n}} {thing}",
    "{also} told {actor}: {other} was {deed} before {thing}",
    "after {{ms}} ms {actor} has {deed} all of {{n}} for {other}",
)


def _json(when: datetime, level: str, message: str, chance: random.Random) -> str:
    row = {"ts": when.isoformat(), "level": level.lower(), "logger": f"app.{chance.choice('abc')}", "msg": message}
    return json.dumps(row)


def _broker(when: datetime, level: str, message: str, chance: random.Random) -> str:
    return (
        f"[{when:%Y-%m-%d %H:%M:%S},{when.microsecond // 1000:03d}] {level} [Part id={chance.randrange(4)}] {message}"
    )


_HEADERS: dict[str, Callable[[datetime, str, str, random.Random], str]] = {
    "web": lambda when, level, message, chance: (
        f"{when:%Y/%m/%d %H:%M:%S} [{'notice' if level == 'INFO' else level.lower()}] "
        f"311#0: *{chance.randrange(9999)} {message}"
    ),
    "database": lambda when, level, message, chance: (
        f"{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03d} UTC [{chance.randrange(9999)}] "
        f"{'LOG' if level == 'INFO' else level.replace('WARN', 'WARNING')}:  {message}"
    ),
    "storage": lambda when, level, message, chance: (
        f"{when:%y%m%d %H%M%S} {chance.randrange(999)} {level} "
        f"dfs.Node${chance.choice(('Flow', 'Receiver'))}: {message}"
    ),
    "mobile": lambda when, level, message, chance: (
        f"{when:%m-%d %H:%M:%S}.{when.microsecond // 1000:03d}  "
        f"{chance.randrange(1000, 9999)}  {chance.randrange(1000, 9999)} "
        f"{level[0]} {chance.choice(('Manager', 'Service', 'Policy'))}: {message}"
    ),
    "hpc": lambda when, level, message, chance: (
        f"{when.timestamp():.0f} {when:%Y.%m.%d} n{chance.randrange(99):03d} {when:%b %d %H:%M:%S} "
        f"n{chance.randrange(99):03d} "
        f"noded[{chance.randrange(9999)}]: {message}"
    ),
    "kernel": lambda when, level, message, chance: f"[{(when - _START).total_seconds() + 12:12.6f}] {message}",
    "batch": lambda when, level, message, chance: (
        f"{when:%y/%m/%d %H:%M:%S} {level} {chance.choice(('sched.Stage', 'exec.Runner', 'storage.Memory'))}: {message}"
    ),
    "broker": _broker,
    "desktop": lambda when, level, message, chance: (
        f"{when:%b %e %H:%M:%S} amber-{chance.randrange(3)} {chance.choice(('windowd', 'netd', 'com.acme.sync'))}"
        f"[{chance.randrange(9999)}]: {message}"
    ),
    "cloud": _json,
}
