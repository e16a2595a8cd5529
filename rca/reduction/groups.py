"""Kinds of events and what is remembered of each. Keeps out: how lines become kinds."""

from dataclasses import dataclass, field, replace
from math import inf

from indexers.logs.templates import template_id

# Bounds on what is kept of one kind, so that memory does not grow with the number of events.
MAX_EXAMPLE = 100_000  # characters
_MAX_MUSTS = 20
_MAX_VARIANTS = 20


@dataclass(frozen=True, slots=True)
class Example:
    """A real event: the 0-based line where it begins, its text, and how many events look the same.

    `whole` is False when the event was too long for all of its text to be kept.
    """

    line: int
    text: str
    events: int = 1
    whole: bool = True


@dataclass(slots=True)
class Group:
    """One kind of event of one source. Lines are 0-based; times are microseconds since 1970 or None."""

    template: str
    source: str
    events: int
    lines: int
    first: int
    last: int
    example: Example  # the first among the most alarming events of the kind
    latest: Example  # the last event of the kind
    weight: float  # alarm, 0 to 1
    severity: str
    first_time: int | None = None
    last_time: int | None = None
    clocks: tuple[str, str] = ("", "")  # times of day printed in the first and in the last event
    musts: dict[int, Example] = field(default_factory=dict)  # events that have to be shown, by their importance
    before: int | None = None  # importance of the must-keep event right before which one of this kind stands
    related: bool = False  # one of its events belongs to the request that failed
    variants: list[Example] = field(default_factory=list)  # other forms of the same template
    offset: int = 0  # lines of other sources before this one, where each source numbers its own

    @property
    def template_id(self) -> str:
        """Stable id of the template."""
        return template_id(self.template)

    def keep(self, importance: int, example: Example) -> None:
        """Remember an event that has to be shown; the twenty most important of a kind are enough."""
        if example not in self.musts.values():
            self.musts[importance] = example
        if len(self.musts) > _MAX_MUSTS:
            del self.musts[max(self.musts)]

    def precede(self, importance: int, example: Example) -> None:
        """Remember that `example` stands right before a must-keep event."""
        if self.before is None or importance <= self.before:
            self.example, self.before = example, importance

    def absorb(self, other: "Group") -> None:
        """Add a later part of the same kind."""
        self.events += other.events
        self.lines += other.lines
        if other._claim > self._claim:
            self.example, self.before = other.example, other.before
        self.related |= other.related
        if other.weight > self.weight:
            self.weight, self.severity = other.weight, other.severity
        if other.first < self.first:
            self.first, self.first_time = other.first, other.first_time
            self.clocks = (other.clocks[0], self.clocks[1])
        if other.last > self.last:
            self.last, self.last_time, self.latest = other.last, other.last_time, other.latest
            self.clocks = (self.clocks[0], other.clocks[1])
        for importance, example in other.musts.items():
            self.keep(importance, example)

    @property
    def _claim(self) -> tuple[float, bool, float]:
        """Whose example is the telling one."""
        return (-inf if self.before is None else -self.before, self.related, self.weight)

    def absorb_form(self, other: "Group") -> None:
        """Add another form of the same template; both examples are remembered."""
        mine, theirs = self.example, other.example
        self.absorb(other)
        aside = mine if self.example == theirs else theirs
        self.variants.append(replace(aside, events=other.events))
        if len(self.variants) > _MAX_VARIANTS:
            self.variants.remove(max(self.variants, key=lambda example: (example.events, example.line)))
