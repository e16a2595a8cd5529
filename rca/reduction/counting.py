"""Counting the kinds of events in one batch.

Owns the grouping: columns decide which events are alike, Python looks at new kinds of lines, at one example of each
kind, and at events of several lines. Keeps out: batches that follow one another, which kinds matter.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from indexers.logs.templates import TemplateMiner
from rca.reduction.alarm import alarm, from_number
from rca.reduction.batch import Batch
from rca.reduction.events import CAUSE, ENDING, FRAME, HEADED, LINK, OPENING, WHOLE, classify
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

    def __init__(self, must_keep: frozenset[int]) -> None:
        self.must_keep = sorted(must_keep)
        self.groups: dict[tuple[str, int], Group] = {}
        self._miner = TemplateMiner()
        self._known: dict[str, Line] = {}
        self._events: dict[tuple[int, ...], int] = {}

    def line(self, key: str, text: str) -> Line:
        """What is known of the line `text`, remembered under its rough key."""
        known = self._known.get(key)
        if known is None:
            weight, severity = alarm(text)
            known = Line(self._miner.number(text), classify(text), weight, severity)
            if len(self._known) < _MAX_KNOWN and len(key) <= MAX_EXAMPLE:
                self._known[key] = known
        return known

    def event(self, lines: list[Line], text: str) -> int:
        """Number of the kind of an event of several lines: its first line and the lines that name exceptions."""
        key = tuple(line.number for line in lines)
        number = self._events.get(key)
        if number is None:
            first, *rest = text.split("\n")
            heads = [line.strip() for line in rest if classify(line) not in (FRAME, LINK, OPENING)]
            number = self._miner.number(" ".join([first, *heads[:6]])) if heads else lines[0].number
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


def count_events(kinds: Kinds, batch: Batch, codes: Any, known: list[Line], places: Any, *, base: int) -> None:
    """Add the events of a batch to `kinds`.

    `codes` gives each line's place in `known`, `places` the lines where events begin, `base` the lines before the batch.
    """
    ends = np.append(places[1:], len(codes))
    numbers = np.array([line.number for line in known], np.int64)[codes[places]]
    weights = np.array([line.weight for line in known])[codes[places]]
    for event in np.flatnonzero(ends - places > 1).tolist():
        numbers[event], weights[event] = _assembled(kinds, batch, codes, known, int(places[event]), int(ends[event]))
    if batch.severities is not None:
        weights = np.maximum(weights, _PRIOR[np.clip(batch.severities[places], 0, 255)])
    sources = batch.source_codes(places)
    keys = numbers * (int(sources.max()) + 1) + sources
    _, firsts, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    lines = np.bincount(inverse, weights=ends - places)
    lasts = np.zeros(len(firsts), np.int64)
    lasts[inverse] = np.arange(len(inverse))
    order = np.lexsort((np.arange(len(keys)), -weights, inverse))
    loudest = order[np.searchsorted(inverse[order], np.arange(len(firsts)))]

    def example(event: int, events: int = 1) -> Example:
        start, end = int(places[event]), int(ends[event])
        return Example(base + start, batch.text(start, end, MAX_EXAMPLE), events)

    for place, (first, last, loud) in enumerate(zip(firsts.tolist(), lasts.tolist(), loudest.tolist(), strict=True)):
        severity = known[codes[places[loud]]].severity
        if batch.severities is not None:
            severity = from_number(int(batch.severities[places[loud]]))[1] or severity
        group = Group(
            template="",
            source=batch.source_at(int(places[first])),
            events=int(counts[place]),
            lines=int(lines[place]),
            first=base + int(places[first]),
            last=base + int(ends[last]) - 1,
            example=example(loud),
            weight=float(weights[loud]),
            severity=severity,
            first_time=None if batch.times is None else int(batch.times[places[first]]),
            last_time=None if batch.times is None else int(batch.times[places[last]]),
        )
        kinds.add(int(numbers[first]), group)
    for event in _must_events(kinds, places, len(codes), base):
        kinds.groups[batch.source_at(int(places[event])), int(numbers[event])].keep(example(event))
        for before in range(max(0, event - _EVENTS_BEFORE), event):
            if sources[before] == sources[event]:
                group = kinds.groups[batch.source_at(int(places[before])), int(numbers[before])]
                group.example, group.near = example(before), True


def _must_events(kinds: Kinds, places: Any, count: int, base: int) -> list[int]:
    """Events of this batch that hold a line which has to be shown."""
    wanted = [line - base for line in kinds.must_keep if base <= line < base + count]
    return sorted({int(np.searchsorted(places, line, side="right")) - 1 for line in wanted})


def _assembled(kinds: Kinds, batch: Batch, codes: Any, known: list[Line], start: int, end: int) -> tuple[int, float]:
    """Kind and alarm of an event of several lines."""
    first, *rest = [known[code] for code in dict.fromkeys(codes[start:end].tolist())]
    named = [line for line in rest if line.kind not in (FRAME, HEADED, LINK, OPENING, WHOLE)]
    weight = max([first.weight, *(line.weight for line in named)])
    if any(line.kind in (CAUSE, ENDING, OPENING) for line in (first, *rest)):
        weight = max(weight, _TRACE_WEIGHT)
    if not named:
        return first.number, weight
    return kinds.event([first, *named], batch.text(start, end, MAX_EXAMPLE)), weight
