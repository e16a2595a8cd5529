"""Which kinds of events matter most.

Owns the two orders: of loud kinds (alarming by level or words) and of quiet ones (no alarming word, but rare, new,
unlike the rest, alone in their time). Both add small parts, kept by name so that a choice can be explained. Keeps out:
the budget.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import exp, log2

from indexers.logs.masking import WILDCARD
from rca.reduction.alarm import LOUD
from rca.reduction.groups import Group
from rca.reduction.meaning import Embeds, outliers

_WORD = re.compile(r"[A-Za-z]{2,}")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MINUTE = 60_000_000
# Kinds of at most this many events count as rare when company is looked for.
_RARE = 3


@dataclass(slots=True)
class Ranked:
    """A kind of event and why it stands where it does; `score` is the sum of `parts`."""

    group: Group
    loud: bool
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Higher goes first, within loud or quiet kinds."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about the failure and the time before it; everything may be missing.

    `baseline`: template ids that were known before (of the last release, say), kinds that are not among them are new;
    `released_at`: kinds first seen from then on are new; `failed_at`: when it failed. Times are microseconds since
    1970. `embedder` gives meaning to templates (at most `embed_at_most` of them, and none after `embed_seconds`).
    """

    baseline: Collection[str] = ()
    released_at: int | None = None
    failed_at: int | None = None
    embedder: "Embeds | None" = None
    embed_at_most: int = 600
    embed_seconds: float = 10.0


def rank(groups: Sequence[Group], *, lines: int, known: Circumstances) -> list[Ranked]:
    """All kinds, the most important first within loud and within quiet; kinds with must-keep events before all.

    `lines` is the length of the input.
    """
    novelty = _novelty(groups)
    for place, value in outliers(groups, known).items():
        novelty[place] = max(novelty[place], value)
    company = _company(groups, lines)
    failures = sorted(example.line for group in groups for example in group.musts)
    old = frozenset(known.baseline)
    ranked = []
    for place, group in enumerate(groups):
        loud = group.weight >= LOUD
        rarity = 1.0 / (1.0 + log2(group.events))
        parts = {
            "alarm": (2.0 if loud else 0.5) * group.weight,
            "rarity": (0.4 if loud else 1.0) * rarity,
            "unlike the rest": (0.1 if loud else 0.7) * novelty[place],
            "alone in its time": (0.1 if loud else 0.7) * rarity / (1.0 + company[place]),
            "just before the failure": 1.5 if group.near else 0.0,
            "close to the failure": 0.6 * max(_closeness(group, failures, lines), _closeness_in_time(group, known)),
            "of the same request": 1.0 if group.related else 0.0,
            "new": 0.5 if _is_new(group, old, known) else 0.0,
            "burst": 0.2 * _burst(group, lines),
        }
        ranked.append(Ranked(group, loud, parts))
    ranked.sort(key=lambda item: (not item.group.musts, -item.score, item.group.first, item.group.source))
    return ranked


def _novelty(groups: Sequence[Group]) -> list[float]:
    """0 to 1 each: how few of the words of a kind occur in other kinds. Short kinds say less for sure."""
    words = [_stems(group.template) for group in groups]
    frequency = Counter(word for found in words for word in found)
    top = log2(1 + len(groups)) or 1.0
    values = []
    for found in words:
        rare = [log2((1 + len(groups)) / frequency[word]) / top for word in found]
        values.append(sum(rare) / (len(rare) + 0.5) if rare else 0.0)
    return values


def _stems(template: str) -> set[str]:
    """Words of a template, the parts of camel case and dotted names apart."""
    text = template.replace(WILDCARD, " ")
    return {part.lower() for word in _WORD.findall(text) for part in _PART.findall(word)}


def _company(groups: Sequence[Group], lines: int) -> list[float]:
    """How many other rare kinds appear for the first time nearby: a start-up explains its rare lines together."""
    reach = max(10, lines // 200)
    firsts = sorted((group.source, group.first) for group in groups if group.events <= _RARE)
    values = []
    low = high = 0
    for source, first in (ordered := sorted((group.source, group.first) for group in groups)):
        while low < len(firsts) and firsts[low] < (source, first - reach):
            low += 1
        high = max(high, low)
        while high < len(firsts) and firsts[high] <= (source, first + reach):
            high += 1
        values.append(float(max(0, high - low - 1)))
    near = dict(zip(ordered, values, strict=True))
    return [near[group.source, group.first] for group in groups]


def _closeness(group: Group, failures: Sequence[int], lines: int) -> float:
    """1 just before a failure, falling off over about two hundred lines (or a fiftieth of the log)."""
    if not failures:
        return 0.0
    reach = max(200.0, lines / 50)
    distances = [failure - place for failure in failures for place in (group.first, group.last) if place <= failure]
    return exp(-min(distances) / reach) if distances else 0.0


def _closeness_in_time(group: Group, known: Circumstances) -> float:
    """1 at the failure, falling off over a minute; what came after it says little."""
    if known.failed_at is None:
        return 0.0
    before = [known.failed_at - time for time in (group.first_time, group.last_time) if time is not None]
    distances = [microseconds for microseconds in before if microseconds >= 0]
    return exp(-min(distances) / _MINUTE) if distances else 0.0


def _is_new(group: Group, old: Collection[str], known: Circumstances) -> bool:
    if old and group.template_id not in old:
        return True
    return known.released_at is not None and group.first_time is not None and group.first_time >= known.released_at


def _burst(group: Group, lines: int) -> float:
    """How much denser a kind is than if it were spread over the whole log; 0 for single events."""
    if group.events < 3 or lines <= 0:
        return 0.0
    return max(0.0, 1.0 - (group.last - group.first + 1) / lines)
