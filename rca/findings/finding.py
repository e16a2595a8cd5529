"""What a rule saw: how often, when, how sure, and the lines that show it.

Owns: the value, its confidence, the quotes, the order. Keeps out: matching (scan.py).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rca.findings.lines import Lines
from rca.findings.matching import place_of
from rca.findings.rules import Rule

SEVERITY_ORDER = ("critical", "high", "medium", "low")
QUOTE_CHARACTERS = 300
SHOWN = 3  # lines quoted, each of another template
ALONE = 0.8  # what is left of a rule's confidence when a single event, unrelated to the failure, matched
QUIET = 0.6  # and when all that matched was logged at INFO or below
WARN_NUMBER = 13


@dataclass(frozen=True, slots=True)
class Shown:
    """A matching line as it stands in the log, cut around the match; `count` events have a line of its template."""

    event_id: str
    at: datetime
    quote: str
    count: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that matched `count` events from `first_at` to `last_at`.

    `own`: the failing event itself is one of them; `related`: an event of the same request is; `rare`: only the pass
    over single lines saw it. `confidence` is the rule's, lowered for a lone event elsewhere and for quiet levels.
    """

    rule: Rule
    count: int
    first_at: datetime
    last_at: datetime
    shown: tuple[Shown, ...]
    confidence: float
    own: bool = False
    related: bool = False
    rare: bool = False

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The events that are quoted, the failing one first if it is among them."""
        return tuple(shown.event_id for shown in self.shown)

    @property
    def quote(self) -> str:
        """The line that shows it best."""
        return self.shown[0].quote

    @property
    def headline(self) -> str:
        """What it is, by which rule, how bad, how sure, how often and when, in one line."""
        times = dict.fromkeys(f"{when:%Y-%m-%d %H:%M:%S}Z" for when in (self.first_at, self.last_at))
        often = f"{self.count:,} event{'s' * (self.count != 1)}, {' to '.join(times)}"
        sure = f"{self.rule.severity}, confidence {self.confidence:.0%}"
        return f"{self.rule.title} (rule {self.rule.id}): {sure}, {often}"


@dataclass(frozen=True, slots=True)
class Matched:
    """Log rows in order of time (LOG_SCHEMA) and their telling lines, with what is known of each.

    By shape of line: its template and whether the first pass looked at it. By row: whether it is the failing event, and
    whether it belongs to the same request.
    """

    rows: pa.Table
    lines: Lines
    templates: NDArray[np.int32]
    grouped: NDArray[np.bool_]
    own: NDArray[np.bool_]
    related: NDArray[np.bool_]


def finding_of(rule: Rule, matched: Matched, events: NDArray[np.bool_], shapes: NDArray[np.bool_]) -> Finding | None:
    """The finding of `rule` in the rows `events`, whose lines of `shapes` it matched; None when they are too few."""
    rows = np.flatnonzero(events)
    times = matched.rows["timestamp"].take(pa.array(rows))
    if not _enough(times, rule):
        return None
    lines = np.flatnonzero(shapes[matched.lines.codes] & events[matched.lines.rows])
    own, related = bool(matched.own[rows].any()), bool(matched.related[rows].any())
    loudest = int(np.asarray(matched.rows["severity_number"])[rows].max())
    confidence = rule.confidence
    confidence *= ALONE if len(rows) == 1 and not (own or related) else 1.0
    confidence *= QUIET if 0 < loudest < WARN_NUMBER and not own else 1.0
    return Finding(
        rule=rule,
        count=len(rows),
        first_at=times[0].as_py(),
        last_at=times[-1].as_py(),
        shown=_shown(rule, matched, rows, lines),
        confidence=round(confidence, 3),
        own=own,
        related=related,
        rare=not own and len(lines) > 0 and not matched.grouped[matched.lines.codes[lines]].any(),
    )


def rank(finding: Finding) -> tuple[bool, bool, bool, int, float, int, str]:
    """The order of findings: closest to the failure, then groups before single lines, severity, confidence, count."""
    severity = SEVERITY_ORDER.index(finding.rule.severity)
    away = not finding.own, not finding.related
    return *away, finding.rare, severity, -finding.confidence, -finding.count, finding.rule.id


def _enough(times: Any, rule: Rule) -> bool:
    """Whether `min_count` events fell within the rule's time, if it names one. `times` are in order."""
    if len(times) < rule.min_count:
        return False
    if rule.within_seconds is None:
        return True
    stamps = times.cast(pa.int64()).to_numpy()
    reach = rule.min_count - 1
    return bool((stamps[reach:] - stamps[: len(stamps) - reach] <= rule.within_seconds * 1e6).any())


def _shown(rule: Rule, matched: Matched, rows: NDArray[np.int64], lines: NDArray[np.int64]) -> tuple[Shown, ...]:
    """The line of the failing event, of its request, then the first of each of the most frequent templates."""
    if not len(lines):  # matched by its level alone
        first = matched.rows["body"][int(rows[0])].as_py().split("\n", 1)[0]
        return (_quoted(rule, matched, int(rows[0]), first, len(rows)),)
    holders = matched.lines.rows[lines]
    templates = matched.templates[matched.lines.codes[lines]]
    _, firsts, inverse, counts = np.unique(templates, return_index=True, return_inverse=True, return_counts=True)
    order = [*np.flatnonzero(matched.own[holders])[:1], *np.flatnonzero(matched.related[holders])[:1]]
    order += firsts[np.argsort(-counts, kind="stable")].tolist()
    chosen: dict[int, int] = {}
    for place in order:
        chosen.setdefault(int(templates[place]), int(place))
    return tuple(
        _quoted(
            rule,
            matched,
            int(holders[place]),
            matched.lines.texts[int(lines[place])].as_py(),
            int(counts[inverse[place]]),
        )
        for place in [*chosen.values()][:SHOWN]
    )


def _quoted(rule: Rule, matched: Matched, row: int, line: str, count: int) -> Shown:
    quote = line
    if len(line) > QUOTE_CHARACTERS:
        left = max(0, place_of(line, rule.patterns) - QUOTE_CHARACTERS // 3)
        quote = line[left : left + QUOTE_CHARACTERS]
    found = matched.rows
    return Shown(found["event_id"][row].as_py(), found["timestamp"][row].as_py(), quote, count)
