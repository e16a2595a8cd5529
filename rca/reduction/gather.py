"""Counting kinds of events while lines stream by, in memory that depends on how many kinds there are.

Owns the batch loop: each batch is grouped in columns, Python looks at new kinds of lines and at one example of each kind
of event. Keeps out: which kinds matter and what is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from indexers.logs.templates import TemplateMiner, template_id
from indexers.logs.templates_rough import as_array, rough_codes
from rca.reduction.alarm import alarm, from_number
from rca.reduction.events import (
    CAUSE,
    ENDING,
    FRAME,
    HEADED,
    LINK,
    OPENING,
    WHOLE,
    classify,
    event_starts,
    mostly_headed,
)

_MAX_KNOWN = 100_000
_MAX_EXAMPLE = 100_000  # characters of an example kept


@dataclass(slots=True)
class Group:
    """One kind of event of one source. Lines are 0-based; times are microseconds since 1970 or None."""

    template: str
    source: str
    events: int
    lines: int
    first: int
    last: int
    example: str  # the first event of this kind among its most alarming ones, whole
    example_line: int
    weight: float  # alarm, 0 to 1
    severity: str
    must: list[tuple[int, str]] = field(default_factory=list)  # events that have to be shown: line and text
    first_time: int | None = None
    last_time: int | None = None
    largest_batch: int = 0

    @property
    def template_id(self) -> str:
        """Stable id of the template."""
        return template_id(self.template)


@dataclass(slots=True)
class _Line:
    """What is known of a distinct line: its shape, class and alarm."""

    number: int
    kind: int
    weight: float
    severity: str


class Gatherer:
    """Takes lines batch by batch; `groups()` ends it. Events that cross batches stay whole."""

    def __init__(self, must_keep: Sequence[int] = ()) -> None:
        self.lines = 0
        self._miner = TemplateMiner()
        self._known: dict[str, _Line] = {}
        self._groups: dict[tuple[str, int], Group] = {}
        self._must = frozenset(must_keep)
        self._headed = 0
        self._carry: _Batch | None = None
        self._trace_numbers: dict[tuple[int, ...], int] = {}

    def add(
        self,
        texts: Sequence[str] | Any,
        *,
        severities: Any = None,
        times: Any = None,
        sources: Any = None,
    ) -> None:
        """Take in a batch. `severities` are OpenTelemetry numbers, `times` microseconds, `sources` names; all per line."""
        batch = _Batch.of(as_array(texts), severities, times, sources)
        if self._carry is not None:
            batch = self._carry.followed_by(batch)
        self._carry = self._take(batch, final=False)

    def groups(self) -> list[Group]:
        """All kinds of events, kinds of one template and source as one, in the order of their first line."""
        if self._carry is not None:
            self._take(self._carry, final=True)
            self._carry = None
        templates = self._miner.templates()
        merged: dict[tuple[str, str], Group] = {}
        for (source, number), group in sorted(self._groups.items(), key=lambda item: item[1].first):
            group.template = templates[number]
            known = merged.get((source, group.template))
            if known is None:
                merged[source, group.template] = group
            else:
                _absorb(known, group)
        return list(merged.values())

    def _take(self, batch: "_Batch", *, final: bool) -> "_Batch | None":
        """Count the events of a batch; gives back the lines of the last one, which may go on in the next batch."""
        if not len(batch.texts):
            return None
        rough = rough_codes(batch.texts)
        known = [self._line(key, text) for key, text in zip(rough.keys, rough.representatives, strict=True)]
        kinds = np.array([line.kind for line in known], np.int8)[rough.codes]
        self._headed += int((kinds == HEADED).sum())
        headed = mostly_headed(self._headed, self.lines + len(kinds))
        starts = event_starts(kinds, headed=headed)
        if batch.sources is not None and len(kinds) > 1:
            codes = batch.sources.indices.to_numpy(zero_copy_only=False)
            starts[1:] |= codes[1:] != codes[:-1]
        places = np.flatnonzero(starts)
        if not final and len(kinds) - places[-1] <= _MAX_CARRY:
            open_from = int(places[-1])
            places = places[:-1]
        else:
            open_from = len(kinds)
        if len(places):
            _Events(self, batch.cut(0, open_from), rough.codes[:open_from], known, kinds[:open_from], places).count()
        self.lines += open_from
        return batch.cut(open_from, len(kinds)) if open_from < len(kinds) else None

    def _line(self, key: str, text: str) -> _Line:
        known = self._known.get(key)
        if known is None:
            weight, severity = alarm(text)
            known = _Line(self._miner.number(text), classify(text), weight, severity)
            if len(self._known) < _MAX_KNOWN:
                self._known[key] = known
        return known


_MAX_CARRY = 1_000


@dataclass(slots=True)
class _Batch:
    texts: Any
    severities: Any
    times: Any
    sources: Any  # dictionary array or None

    @classmethod
    def of(cls, texts: Any, severities: Any, times: Any, sources: Any) -> "_Batch":
        return cls(
            texts,
            None if severities is None else np.asarray(severities, np.int16),
            None if times is None else np.asarray(times, np.int64),
            None if sources is None else pa.array(sources, pa.string()).dictionary_encode(),
        )

    def cut(self, start: int, end: int) -> "_Batch":
        """The lines from `start` to before `end`."""

        def part(column: Any) -> Any:
            return None if column is None else column[start:end]

        return _Batch(self.texts.slice(start, end - start), part(self.severities), part(self.times), part(self.sources))

    def followed_by(self, other: "_Batch") -> "_Batch":
        """Both batches as one."""

        def both(mine: Any, theirs: Any) -> Any:
            return None if mine is None or theirs is None else np.concatenate((mine, theirs))

        sources = None
        if self.sources is not None and other.sources is not None:
            joined = [self.sources.dictionary_decode(), other.sources.dictionary_decode()]
            sources = pa.concat_arrays(joined).dictionary_encode()
        texts = pa.concat_arrays([self.texts, other.texts])
        return _Batch(texts, both(self.severities, other.severities), both(self.times, other.times), sources)


class _Events:
    """The events of one batch, grouped by kind."""

    def __init__(self, owner: Gatherer, batch: _Batch, codes: Any, known: list[_Line], kinds: Any, places: Any) -> None:
        self._owner, self._batch, self._codes, self._known = owner, batch, codes, known
        self._kinds, self._places = kinds, places
        self._ends = np.append(places[1:], len(codes))

    def count(self) -> None:
        """Add every kind of event of the batch to the owner's groups."""
        numbers = np.array([line.number for line in self._known], np.int64)[self._codes[self._places]]
        weights = np.array([line.weight for line in self._known])[self._codes[self._places]]
        sizes = self._ends - self._places
        for event in np.flatnonzero((sizes > 1) | (self._kinds[self._places] == WHOLE)):
            numbers[event], weights[event] = self._assembled(int(event), int(numbers[event]), float(weights[event]))
        if self._batch.severities is not None:
            stated = self._batch.severities[self._places]
            prior = np.array([from_number(number)[0] for number in range(256)])
            weights = np.maximum(weights, prior[np.clip(stated, 0, 255)])
        sources = self._source_codes()
        keys = numbers * (int(sources.max()) + 1) + sources
        _, firsts, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        lines = np.bincount(inverse, weights=sizes).astype(np.int64)
        lasts = np.zeros(len(firsts), np.int64)
        lasts[inverse] = np.arange(len(inverse))
        loudest = np.lexsort((np.arange(len(keys)), -weights, inverse))
        loudest = loudest[np.searchsorted(inverse[loudest], np.arange(len(firsts)))]
        for place, first in enumerate(firsts):
            batch_group = self._group(int(first), int(lasts[place]), int(loudest[place]), weights)
            batch_group.events, batch_group.lines = int(counts[place]), int(lines[place])
            self._add(int(numbers[first]), batch_group)
        self._keep_musts(numbers)

    def _source_codes(self) -> Any:
        if self._batch.sources is None:
            return np.zeros(len(self._places), np.int64)
        return self._batch.sources.indices.to_numpy(zero_copy_only=False)[self._places].astype(np.int64)

    def _group(self, first: int, last: int, loudest: int, weights: Any) -> Group:
        line = self._known[self._codes[self._places[loudest]]]
        severity = line.severity
        if self._batch.severities is not None:
            severity = from_number(int(self._batch.severities[self._places[loudest]]))[1] or severity
        source = "" if self._batch.sources is None else (self._batch.sources[int(self._places[first])].as_py() or "")
        base = self._owner.lines
        times = self._batch.times
        return Group(
            template="",
            source=source,
            events=0,
            lines=0,
            first=base + int(self._places[first]),
            last=base + int(self._ends[last]) - 1,
            example=self._text(loudest),
            example_line=base + int(self._places[loudest]),
            weight=float(weights[loudest]),
            severity=severity,
            first_time=None if times is None else int(times[self._places[first]]),
            last_time=None if times is None else int(times[self._places[last]]),
        )

    def _add(self, number: int, group: Group) -> None:
        known = self._owner._groups.get((group.source, number))
        if known is None:
            self._owner._groups[group.source, number] = group
        else:
            _absorb(known, group)

    def _keep_musts(self, numbers: Any) -> None:
        base = self._owner.lines
        for line in sorted(place for place in self._owner._must if base <= place < base + len(self._codes)):
            event = int(np.searchsorted(self._places, line - base, side="right")) - 1
            source = (
                "" if self._batch.sources is None else (self._batch.sources[int(self._places[event])].as_py() or "")
            )
            kept = (base + int(self._places[event]), self._text(event))
            must = self._owner._groups[source, int(numbers[event])].must
            if kept not in must:
                must.append(kept)

    def _text(self, event: int) -> str:
        start, end = int(self._places[event]), int(self._ends[event])
        lines = [line.rstrip("\r\n") for line in self._batch.texts.slice(start, end - start).to_pylist()]
        return "\n".join(lines)[:_MAX_EXAMPLE].rstrip()

    def _assembled(self, event: int, number: int, weight: float) -> tuple[int, float]:
        """Kind and alarm of an event of several lines: its first line and the lines that name exceptions."""
        codes = self._codes[self._places[event] : self._ends[event]]
        lines = [self._known[code] for code in dict.fromkeys(codes.tolist())]
        if lines[0].kind == WHOLE:
            return number, weight
        named = [line for line in lines[1:] if line.kind not in (FRAME, HEADED)]
        weight = max([weight, *(line.weight for line in named)])
        if any(line.kind in (CAUSE, ENDING, OPENING) for line in lines):
            weight = max(weight, 0.8)
        key = tuple([number, *(line.number for line in named)])
        known = self._owner._trace_numbers.get(key)
        if known is None:
            text = self._text(event).split("\n")
            heads = [line for line in text[1:] if line[:1].strip() and classify(line) not in (FRAME, LINK, OPENING)]
            known = self._owner._miner.number(" ".join([text[0], *heads[:6]])) if heads else number
            if len(self._owner._trace_numbers) < _MAX_KNOWN:
                self._owner._trace_numbers[key] = known
        return known, weight


def _absorb(known: Group, other: Group) -> None:
    """Add the counts of `other`, a later part of the same kind, to `known`."""
    known.events += other.events
    known.lines += other.lines
    if other.weight > known.weight:
        known.weight, known.severity = other.weight, other.severity
        known.example, known.example_line = other.example, other.example_line
    if other.first < known.first:
        known.first, known.first_time = other.first, other.first_time
    if other.last > known.last:
        known.last, known.last_time = other.last, other.last_time
    known.must += [kept for kept in other.must if kept not in known.must]
