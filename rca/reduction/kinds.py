"""What is known of distinct lines, and all kinds of events so far, within bounds.

Owns the memory of a reduction: shapes, kinds and the texts of their examples. Keeps out: how a piece of the input is
counted (`counting`), which kinds matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indexers.logs.templates import TemplateMiner
from rca.reduction.alarm import alarm, might_alarm, plain_severity
from rca.reduction.events import WHOLE, classify, gist
from rca.reduction.groups import Example, Group
from rca.reduction.said import said

TRACE_WEIGHT = 0.8  # a printed exception is as alarming as ERROR
_MAX_KNOWN = 50_000
_LONGEST_KEY = 500
# Characters of all examples together; from then on only beginnings are kept, which is enough to be shown cut.
_MAX_TEXT = 100_000_000
_BEGINNING = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a distinct line: its shape's number, its class and its alarm."""

    number: int
    kind: int
    weight: float
    severity: str


class Kinds:
    """All kinds of events so far. `must_keep` are places of lines of the input, the most important first; `related`
    those of the request that failed."""

    def __init__(self, must_keep: Sequence[int], related: Sequence[int]) -> None:
        self.must_keep: Mapping[int, int] = {line: rank for rank, line in reversed(list(enumerate(must_keep)))}
        self.related: Mapping[int, int] = dict.fromkeys(related, 0)
        self.groups: dict[tuple[str, int], Group] = {}
        self._miner = TemplateMiner()
        self._known: dict[str, Line] = {}
        self._events: dict[tuple[int, ...], int] = {}
        self._text = 0

    def lines(self, keys: Sequence[str], texts: Sequence[str]) -> list[Line]:
        """What is known of distinct lines, remembered under their rough keys."""
        new = [place for place, key in enumerate(keys) if key not in self._known]
        alarming = might_alarm([texts[place] for place in new]) if new else ()
        found = {place: self._line(texts[place], bool(loud)) for place, loud in zip(new, alarming, strict=True)}
        known = [found.get(place) or self._known[key] for place, key in enumerate(keys)]
        for place in new:
            if len(self._known) < _MAX_KNOWN and len(keys[place]) <= _LONGEST_KEY:
                self._known[keys[place]] = found[place]
        return known

    def _line(self, text: str, alarming: bool) -> Line:
        told = said(text)
        kind = classify(text, told)
        first, traced = text, False
        if kind == WHOLE:
            first, traced = gist(text)
            told = said(first)
        weight, severity = alarm(told) if alarming or kind == WHOLE else (0.0, plain_severity(told))
        number = self._miner.number(told.message if told.fields else first)
        return Line(number, kind, max(weight, TRACE_WEIGHT * traced), severity)

    def event(self, lines: Sequence[Line], text: str) -> int:
        """Number of the kind of an event of several lines: its first line and the lines that name exceptions."""
        key = tuple(line.number for line in lines)
        number = self._events.get(key)
        if number is None:
            number = self._miner.number(gist(text)[0])
            if len(self._events) < _MAX_KNOWN:
                self._events[key] = number
        return number

    def add(self, number: int, group: Group) -> None:
        """Add what one piece has of a kind."""
        known = self.groups.get((group.source, number))
        if known is None:
            self.groups[group.source, number] = known = group
        else:
            self._text -= _size(known)
            known.absorb(group)
        self._text += _size(known)

    def remembered(self, example: Example) -> Example:
        """The example as far as there is room for its text."""
        if self._text > _MAX_TEXT and len(example.text) > _BEGINNING:
            return replace(example, text=example.text[:_BEGINNING], whole=False)
        return example

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


def _size(group: Group) -> int:
    return len(group.example.text) + len(group.latest.text)
