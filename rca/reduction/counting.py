"""Counting the kinds of events in one piece of the input.

Owns the grouping: columns decide which events are alike, Python looks at one event of each kind, at what has to be
shown, and at events of several lines. Keeps out: pieces that follow one another, what is known of single lines
(`kinds`), which kinds matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rca.reduction.alarm import from_number
from rca.reduction.batch import Batch
from rca.reduction.events import CAUSE, ENDING, FRAME, HEADED, LINK, OPENING
from rca.reduction.groups import MAX_EXAMPLE, Example, Group
from rca.reduction.kinds import TRACE_WEIGHT, Kinds, Line
from rca.reduction.said import clock

_EVENTS_BEFORE = 5  # right before an event that has to be shown
_REACH_BEFORE = 1_000  # events of all sources among which they are looked for
_PRIOR = np.array([from_number(number)[0] for number in range(256)])


@dataclass(frozen=True, slots=True)
class Lines:
    """A batch with what is known of each distinct line; `codes` gives each line's place in `known`."""

    batch: Batch
    codes: Any
    known: list[Line]


def count_events(kinds: Kinds, lines: Lines, places: Any) -> None:
    """Add the events of a batch to `kinds`; they begin at `places`."""
    events = _Events(kinds, lines, places)
    keys = events.numbers * (int(events.sources.max()) + 1) + events.sources
    _, firsts, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    sizes = np.bincount(inverse, weights=lines.batch.lines_between(places, events.ends)).astype(np.int64)
    lasts = np.zeros(len(firsts), np.int64)
    lasts[inverse] = np.arange(len(inverse))
    order = np.lexsort((np.arange(len(keys)), -events.weights, inverse))
    loudest = order[np.searchsorted(inverse[order], np.arange(len(firsts)))]
    columns = (firsts, lasts, loudest, counts, sizes)
    for first, last, loud, count, size in zip(*(column.tolist() for column in columns), strict=True):
        group = events.group(first, last, loud)
        group.events, group.lines = count, size
        kinds.add(int(events.numbers[first]), group)
    events.keep_musts(kinds.must_keep)
    events.mark_related(kinds.related)


class _Events:
    """The events of one batch as columns, one value per event."""

    def __init__(self, kinds: Kinds, lines: Lines, places: Any) -> None:
        self._kinds, self._lines, self._batch, self._places = kinds, lines, lines.batch, places
        self.ends = np.append(places[1:], len(lines.codes))
        codes = lines.codes[places]
        self.numbers = np.array([line.number for line in lines.known], np.int64)[codes]
        self.weights = np.array([line.weight for line in lines.known])[codes]
        for event in np.flatnonzero(self.ends - places > 1).tolist():
            self.numbers[event], self.weights[event] = self._assembled(int(places[event]), int(self.ends[event]))
        if self._batch.severities is not None:
            stated = _PRIOR[np.clip(self._batch.severities[places], 0, 255)]
            self.weights = np.maximum(self.weights, stated)
        self.sources = self._batch.source_codes(places)

    def group(self, first: int, last: int, loud: int) -> Group:
        """The kind whose first, last and most alarming events these are; counts are for the caller to fill in."""
        batch, start = self._batch, int(self._places[first])
        severity = self._lines.known[self._lines.codes[self._places[loud]]].severity
        if batch.severities is not None:
            severity = from_number(int(batch.severities[self._places[loud]]))[1] or severity
        example = self._example(loud)
        latest = example if last == loud else self._example(last)
        opening = example.text if first == loud else self._beginning(first)
        return Group(
            template="",
            source=batch.source_at(start),
            events=0,
            lines=0,
            first=int(batch.numbers[start]),
            last=latest.line + int(batch.lines_between(self._places[last], self.ends[last])) - 1,
            example=example,
            latest=latest,
            weight=float(self.weights[loud]),
            severity=severity,
            first_time=None if batch.times is None else int(batch.times[start]),
            last_time=None if batch.times is None else int(batch.times[self._places[last]]),
            clocks=(clock(opening), clock(latest.text)),
        )

    def keep_musts(self, importance: Mapping[int, int]) -> None:
        """Mark the events that have to be shown, and those right before them in the same source."""
        for event, importances in self._events_of(importance).items():
            self._known(event).keep(min(importances), self._example(event))
            start = max(0, event - _REACH_BEFORE)
            same = start + np.flatnonzero(self.sources[start:event] == self.sources[event])
            for before in same[-_EVENTS_BEFORE:].tolist():
                self._known(before).precede(min(importances), self._example(before))

    def mark_related(self, importance: Mapping[int, int]) -> None:
        """Mark the kinds of the failed request's events; the first such event is the kind's example."""
        for event in self._events_of(importance):
            group = self._known(event)
            if not group.related and group.before is None:
                group.example = self._example(event)
            group.related = True

    def _events_of(self, importance: Mapping[int, int]) -> dict[int, list[int]]:
        """The events of this batch that hold some lines of the whole input, with the importance of those lines."""
        numbers = self._batch.numbers
        found: dict[int, list[int]] = {}
        for line in sorted(line for line in importance if numbers[0] <= line < self._batch.end):
            place = int(np.searchsorted(numbers, line, side="right")) - 1
            event = int(np.searchsorted(self._places, place, side="right")) - 1
            found.setdefault(event, []).append(importance[line])
        return found

    def _known(self, event: int) -> Group:
        source = self._batch.source_at(int(self._places[event]))
        return self._kinds.groups[source, int(self.numbers[event])]

    def _beginning(self, event: int) -> str:
        start = int(self._places[event])
        return self._batch.text(start, start + 1, 100)

    def _example(self, event: int) -> Example:
        start, end = int(self._places[event]), int(self.ends[event])
        text = self._batch.text(start, end, MAX_EXAMPLE)
        left_out = int(self._batch.lines_between(start, end)) > end - start or len(text) >= MAX_EXAMPLE
        return self._kinds.remembered(Example(int(self._batch.numbers[start]), text, whole=not left_out))

    def _assembled(self, start: int, end: int) -> tuple[int, float]:
        """Kind and alarm of an event of several lines."""
        first, *rest = [self._lines.known[code] for code in dict.fromkeys(self._lines.codes[start:end].tolist())]
        named = [line for line in rest if line.kind not in (FRAME, HEADED, LINK, OPENING)]
        weight = max([first.weight, *(line.weight for line in named)])
        if any(line.kind in (CAUSE, ENDING, OPENING) for line in (first, *rest)):
            weight = max(weight, TRACE_WEIGHT)
        if not named:
            return first.number, weight
        return self._kinds.event([first, *named], self._batch.text(start, end, MAX_EXAMPLE)), weight
