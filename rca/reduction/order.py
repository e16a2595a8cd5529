"""Which kinds of events matter most.

Owns the two orders: of loud kinds (alarming by level or words) and of quiet ones (no alarming word, but rare, new,
unlike the rest, alone in their time). Both add small parts, kept by name so that a choice can be explained. Keeps out:
the budget.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import exp, log2, sqrt

from rca.reduction.alarm import LOUD
from rca.reduction.groups import Group
from rca.reduction.meaning import Embeds, outliers
from rca.reduction.vocabulary import Vocabulary

_LOUD, _QUIET = 0, 1
_MINUTE = 60_000_000
# Kinds of at most this many events count as rare when company is looked for.
_RARE = 3


@dataclass(slots=True)
class Ranked:
    """A kind of event and why it stands where it does; `score` is the sum of `parts`.

    Critical kinds, whose level is the gravest, go before all loud ones, loud ones before quiet ones.
    """

    group: Group
    loud: bool
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def critical(self) -> bool:
        """Whether the log itself says that it could not be graver."""
        return self.loud and self.group.severity == "FATAL"

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
    embed_at_most: int = 400
    embed_seconds: float = 6.0


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, for loud and for quiet kinds. The benchmark shows that each stands on a plateau."""

    alarm: tuple[float, float] = (2.0, 0.5)
    rarity: tuple[float, float] = (0.4, 1.0)
    novelty: tuple[float, float] = (0.1, 0.7)
    alone: tuple[float, float] = (0.1, 0.7)
    diversity: tuple[float, float] = (0.5, 0.5)
    burst: float = 0.2
    before_failure: float = 1.5
    close: float = 0.6
    same_request: float = 1.0
    new: float = 0.5


DEFAULT = Weights()


def rank(groups: Sequence[Group], *, lines: int, known: Circumstances, weights: Weights = DEFAULT) -> list[Ranked]:
    """All kinds, the most important first within loud and within quiet; kinds with must-keep events before all.

    `lines` is the length of the input.
    """
    words = Vocabulary([group.template for group in groups])
    novelty = list(words.novelty)
    for place, value in outliers(groups, known).items():
        novelty[place] = max(novelty[place], value)
    company = _company(groups, lines)
    failures = sorted(example.line for group in groups for example in group.musts.values())
    old = frozenset(known.baseline)
    ranked = []
    for place, group in enumerate(groups):
        lane = _LOUD if group.weight >= LOUD else _QUIET
        rarity = 1.0 / (1.0 + log2(group.events))
        near = max(_closeness(group, failures, lines), _closeness_in_time(group, known))
        parts = {
            "alarm": weights.alarm[lane] * group.weight,
            "rarity": weights.rarity[lane] * rarity,
            "unlike the rest": weights.novelty[lane] * novelty[place],
            "alone in its time": weights.alone[lane] * rarity / (1.0 + company[place]),
            "just before the failure": weights.before_failure * (group.before is not None),
            "close to the failure": weights.close * near,
            "of the same request": weights.same_request * group.related,
            "new": weights.new * _is_new(group, old, known),
            "burst": weights.burst * _burst(group, lines),
        }
        ranked.append(Ranked(group, lane == _LOUD, parts))
    return _diverse(ranked, words, weights)


def _diverse(ranked: list[Ranked], words: Vocabulary, weights: Weights) -> list[Ranked]:
    """Critical kinds, loud ones, quiet ones; of each those first that say what none before them has said."""
    by_line = sorted(range(len(ranked)), key=lambda place: (ranked[place].group.first, ranked[place].group.source))
    ordered: list[Ranked] = []
    for critical, loud in ((True, True), (False, True), (False, False)):
        kinds = [place for place in by_line if (ranked[place].critical, ranked[place].loud) == (critical, loud)]
        scores = [ranked[place].score for place in kinds]
        weight = weights.diversity[_LOUD if loud else _QUIET]
        ordered += [ranked[kinds[place]] for place in words.diverse(kinds, scores, weight)]
    return sorted(ordered, key=lambda item: not item.group.musts)


def _company(groups: Sequence[Group], lines: int) -> list[float]:
    """How many more rare kinds appear for the first time nearby than chance explains, were they spread evenly.

    A start-up explains its rare lines together; where rare kinds come all the time, some neighbours say nothing.
    """
    reach = max(10, lines // 200)
    firsts = sorted((group.source, group.first) for group in groups if group.events <= _RARE)
    chance = 2 * reach * len(firsts) / max(lines, 1)
    expected = chance + sqrt(chance)
    values = []
    low = high = 0
    for source, first in (ordered := sorted((group.source, group.first) for group in groups)):
        while low < len(firsts) and firsts[low] < (source, first - reach):
            low += 1
        high = max(high, low)
        while high < len(firsts) and firsts[high] <= (source, first + reach):
            high += 1
        values.append(max(0.0, high - low - 1 - expected))
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
