"""Kinds of events and what is remembered of each. Keeps out: how lines become kinds."""

from dataclasses import dataclass, field

from indexers.logs.templates import template_id

# Bounds on what is kept of one kind, so that memory does not grow with the number of events.
MAX_EXAMPLE = 100_000  # characters
_MAX_MUSTS = 20
_MAX_VARIANTS = 20


@dataclass(frozen=True, slots=True)
class Example:
    """A real event: the 0-based line where it begins, its whole text, and how many events look the same."""

    line: int
    text: str
    events: int = 1


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
    weight: float  # alarm, 0 to 1
    severity: str
    first_time: int | None = None
    last_time: int | None = None
    musts: list[Example] = field(default_factory=list)  # events that have to be shown
    near: bool = False  # one of its events stands right before an event that has to be shown
    offset: int = 0  # lines of other sources before this one, where each source numbers its own
    related: bool = False  # one of its events belongs to the request that failed
    variants: list[Example] = field(default_factory=list)  # other forms of the same template

    @property
    def template_id(self) -> str:
        """Stable id of the template."""
        return template_id(self.template)

    def keep(self, example: Example) -> None:
        """Remember an event that has to be shown; the first twenty of a kind are enough."""
        if example not in self.musts and len(self.musts) < _MAX_MUSTS:
            self.musts.append(example)

    def absorb(self, other: "Group") -> None:
        """Add a later part of the same kind."""
        self.events += other.events
        self.lines += other.lines
        if (other.near, other.related, other.weight) > (self.near, self.related, self.weight):
            self.example, self.near = other.example, other.near
        self.related |= other.related
        if other.weight > self.weight:
            self.weight, self.severity = other.weight, other.severity
        if other.first < self.first:
            self.first, self.first_time = other.first, other.first_time
        if other.last > self.last:
            self.last, self.last_time = other.last, other.last_time
        for example in other.musts:
            self.keep(example)

    def absorb_form(self, other: "Group") -> None:
        """Add another form of the same template; both examples are remembered."""
        mine, theirs = self.example, other.example
        self.absorb(other)
        aside = mine if self.example == theirs else theirs
        self.variants.append(Example(aside.line, aside.text, other.events))
        if len(self.variants) > _MAX_VARIANTS:
            self.variants.remove(max(self.variants, key=lambda example: (example.events, example.line)))
