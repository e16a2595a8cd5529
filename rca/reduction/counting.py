"""Counting the kinds of events in one batch.

Owns the grouping: columns decide which events are alike, Python looks at new kinds of lines, at one example of each
kind, and at events of several lines. Keeps out: batches that follow one another, which kinds matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexers.logs.templates import TemplateMiner
from rca.reduction.alarm import alarm, from_number
from rca.reduction.batch import Batch
from rca.reduction.events import CAUSE, ENDING, FRAME, HEADED, LINK, OPENING, WHOLE, classify, gist
from rca.reduction.groups import MAX_EXAMPLE, Example, Group

_MAX_KNOWN = 100_000
_TRACE_WEIGHT = 0.8  # a printed exception is as alarming as ERROR
_EVENTS_BEFORE = 5  # right before an event that has to be shown
_PRIOR = np.array([from_number(number)[0] for number in range(256)])


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a distinct line: its shape's number, its class and its alarm."""

    number: int
    kind: int
    weight: float
    severity: str


class Kinds:
    """All kinds of events so far, and what is known of distinct lines."""

    def __init__(self, must_keep: frozenset[int], related: frozenset[int]) -> None:
        self.must_keep = sorted(must_keep)
        self.related = sorted(related)
        self.groups: dict[tuple[str, int], Group] = {}
        self._miner = TemplateMiner()
        self._known: dict[str, Line] = {}
        self._events: dict[tuple[int, ...], int] = {}

    def line(self, key: str, text: str) -> Line:
        """What is known of the line `text`, remembered under its rough key."""
        known = self._known.get(key)
        if known is None:
            kind = classify(text)
            said, traced = gist(text[:MAX_EXAMPLE]) if kind == WHOLE else (text, False)
            weight, severity = alarm(said)
            known = Line(self._miner.number(said), kind, max(weight, _TRACE_WEIGHT * traced), severity)
            if len(self._known) < _MAX_KNOWN and len(key) <= MAX_EXAMPLE:
                self._known[key] = known
        return known

    def event(self, lines: list[Line], text: str) -> int:
        """Number of the kind of an event of several lines: its first line and the lines that name exceptions."""
        key = tuple(line.number for line in lines)
        number = self._events.get(key)
        if number is None:
            number = self._miner.number(gist(text)[0])
            if len(self._events) < _MAX_KNOWN:
                self._events[key] = number
        return number

    def add(self, number: int, group: Group) -> None:
        """Add what one batch has of a kind."""
        known = self.groups.get((group.source, number))
        if known is None:
            self.groups[group.source, number] = group
        else:
            known.absorb(group)

    def merged(self) -> list[Group]:
        """The kinds, forms of one template and source as one, in the order of their first line."""
        templates = self._miner.templates()
        merged: dict[tuple[str, str], Group] = {}
        for (source, number), group in sorted(self.groups.items(), key=lambda item: (item[1].first, item[0])):
            group.template = templates[number]
            known = merged.setdefault((source, group.template), group)
            if known is not group:
                known.absorb_form(group)
        return list(merged.values())


def count_events(kinds: Kinds, lines: "Lines", places: Any, *, base: int) -> None:
    """Add the events of a batch to `kinds`; they begin at `places`, and `base` lines came before the batch."""
    events = _Events(kinds, lines, places, base)
    keys = events.numbers * (int(events.sources.max()) + 1) + events.sources
    _, firsts, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    sizes = np.bincount(inverse, weights=events.ends - places).astype(np.int64)
    lasts = np.zeros(len(firsts), np.int64)
    lasts[inverse] = np.arange(len(inverse))
    order = np.lexsort((np.arange(len(keys)), -events.weights, inverse))
    loudest = order[np.searchsorted(inverse[order], np.arange(len(firsts)))]
    columns = (firsts, lasts, loudest, counts, sizes)
    for first, last, loud, count, size in zip(*(column.tolist() for column in columns), strict=True):
        group = events.group(first, last, loud)
        group.events, group.lines = count, size
        kinds.add(int(events.numbers[first]), group)
    events.keep_musts()
    events.mark_related()


@dataclass(frozen=True, slots=True)
class Lines:
    """A batch with what is known of each distinct line; `codes` gives each line's place in `known`."""

    batch: Batch
    codes: Any
    known: list[Line]


class _Events:
    """The events of one batch as columns, one value per event."""

    def __init__(self, kinds: Kinds, lines: Lines, places: Any, base: int) -> None:
        self._kinds, self._lines, self._base = kinds, lines, base
        self._batch, self._places = lines.batch, places
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
        return Group(
            template="",
            source=batch.source_at(start),
            events=0,
            lines=0,
            first=self._base + start,
            last=self._base + int(self.ends[last]) - 1,
            example=self._example(loud),
            weight=float(self.weights[loud]),
            severity=severity,
            first_time=None if batch.times is None else int(batch.times[start]),
            last_time=None if batch.times is None else int(batch.times[self._places[last]]),
        )

    def keep_musts(self) -> None:
        """Mark the events that have to be shown, and those right before them in the same source."""
        for event in self._events_of(self._kinds.must_keep):
            self._known(event).keep(self._example(event))
            for before in range(max(0, event - _EVENTS_BEFORE), event):
                if self.sources[before] == self.sources[event]:
                    group = self._known(before)
                    group.example, group.near = self._example(before), True

    def mark_related(self) -> None:
        """Mark the kinds of the failed request's events; the first such event is the kind's example."""
        for event in self._events_of(self._kinds.related):
            group = self._known(event)
            if not (group.related or group.near):
                group.example = self._example(event)
            group.related = True

    def _events_of(self, lines: Sequence[int]) -> list[int]:
        """The events of this batch that hold some of `lines` of the whole input."""
        count, base = len(self._lines.codes), self._base
        own = [line - base for line in lines if base <= line < base + count]
        return sorted({int(np.searchsorted(self._places, line, side="right")) - 1 for line in own})

    def _known(self, event: int) -> Group:
        source = self._batch.source_at(int(self._places[event]))
        return self._kinds.groups[source, int(self.numbers[event])]

    def _example(self, event: int) -> Example:
        start, end = int(self._places[event]), int(self.ends[event])
        return Example(self._base + start, self._batch.text(start, end, MAX_EXAMPLE))

    def _assembled(self, start: int, end: int) -> tuple[int, float]:
        """Kind and alarm of an event of several lines."""
        first, *rest = [self._lines.known[code] for code in dict.fromkeys(self._lines.codes[start:end].tolist())]
        named = [line for line in rest if line.kind not in (FRAME, HEADED, LINK, OPENING)]
        weight = max([first.weight, *(line.weight for line in named)])
        if any(line.kind in (CAUSE, ENDING, OPENING) for line in (first, *rest)):
            weight = max(weight, _TRACE_WEIGHT)
        if not named:
            return first.number, weight
        return self._kinds.event([first, *named], self._batch.text(start, end, MAX_EXAMPLE)), weight
