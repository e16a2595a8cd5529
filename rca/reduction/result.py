"""What a reduction gives back. Keeps out: how it was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of line that is shown: `line` is the 1-based input line of the example, `count` how many events it
    stands for, `severity` one of FATAL ERROR WARN INFO or "" when the line does not say, `source` "" when it has no
    name. `rank` says how much the kind matters, 0 most."""

    line: int
    count: int
    template_id: str
    severity: str
    source: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A kind of line that is not shown: how many lines and events that were, and why in plain words."""

    template_id: str
    count: int
    why: str
    events: int = 0


@dataclass(frozen=True, slots=True)
class Reduction:
    """The text to send and what it stands for.

    `tokens` is the count of `text` (exact cl100k unless another count was asked for) and never above `budget`.
    `lines_represented` counts the input lines whose kind is shown. `entries` follow the text; `dropped` starts with
    what came closest to being shown.
    """

    text: str
    tokens: int
    budget: int
    lines_total: int
    lines_represented: int
    entries: tuple[Entry, ...]
    dropped: tuple[Dropped, ...]
