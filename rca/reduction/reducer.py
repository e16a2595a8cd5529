"""The order of the stages, and the fitting of what is written into the budget.

Owns `Reducer` and `reduce_lines`. The budget is spent on the final text as counted by the cl100k encoding. Keeps out:
how each stage works.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import BadInputError
from rca import tokens
from rca.reduction.fit import Fitter
from rca.reduction.groups import Example, Group
from rca.reduction.order import Circumstances, Ranked, rank
from rca.reduction.purse import Choice
from rca.reduction.result import Dropped, Entry, Reduction

_BATCH = 200_000
NOTHING_KNOWN = Circumstances()


class Reducer:
    """Reduction of a stream: `add` batches in order, then `finish` once. Memory depends on the kinds of lines only."""

    def __init__(self, must_keep: Sequence[int] = (), related: Sequence[int] = ()) -> None:
        """0-based places of texts: those that have to be shown, and those of the request that failed."""
        from rca.reduction.gather import Gatherer

        self._gatherer = Gatherer(must_keep, related)
        self._offsets: dict[str, int] = {}

    def add(
        self, texts: Sequence[str] | Any, *, severities: Any = None, times: Any = None, sources: Any = None
    ) -> None:
        """Take in lines or assembled events. All columns have one value per text: OpenTelemetry severity numbers,
        microseconds since 1970, names of sources."""
        from rca.reduction.batch import Batch

        self._gatherer.add(Batch.of(texts, severities, times, sources))

    def begin(self, source: str) -> None:
        """All that has come so far is of other sources: lines of `source` are numbered from here."""
        self._offsets.setdefault(source, self._gatherer.lines)

    def finish(
        self, budget: int, known: Circumstances = NOTHING_KNOWN, *, count: Callable[[str], int] = tokens.count
    ) -> Reduction:
        """The reduction to `budget` tokens, ordered by what is `known` about the failure.

        `count` says how many tokens a text has for the model that will read it; it may count more than cl100k does.
        Raises BadInputError when the budget is not positive.
        """
        if budget < 1:
            raise BadInputError(f"A budget of {budget} tokens holds nothing; give at least 1.")
        groups = self._gatherer.groups()
        for group in groups:
            group.offset = self._offsets.get(group.source, 0)
        if (text := self._whole_text(budget, count)) is not None:
            ranked = rank(groups, lines=self._gatherer.lines, known=replace(known, embedder=None))
            return self._whole(text, ranked, budget, count)
        ranked = rank(groups, lines=self._gatherer.lines, known=known)
        room = budget
        while True:
            found = self._fitted(ranked, room)
            used = found.tokens if count is tokens.count else count(found.text)
            if used <= budget:
                return replace(found, tokens=used, budget=budget)
            room = max(0, min(room - 1, room * budget // used))

    def _fitted(self, ranked: list[Ranked], budget: int) -> Reduction:
        """The reduction to `budget` cl100k tokens."""
        fitter = Fitter(budget, ranked, lines=self._gatherer.lines)
        fitter.fill()
        text, used = fitter.text()
        ranks = {id(item): rank for rank, item in enumerate(ranked)}
        return Reduction(
            text=text,
            tokens=used,
            budget=budget,
            lines_total=self._gatherer.lines,
            lines_represented=sum(choice.ranked.group.lines for choice in fitter.chosen()),
            entries=tuple(entry for choice in fitter.chosen() for entry in _entries(choice, ranks[id(choice.ranked)])),
            dropped=tuple(_dropped(item, fitter) for item in ranked if not fitter.holds(item)),
        )

    def _whole_text(self, budget: int, count: Callable[[str], int]) -> str | None:
        """The input as it is, when it is small enough."""
        raw = self._gatherer.raw
        if raw is None or raw.size > 64 * budget:
            return None
        text = raw.text()
        return text if count(text) <= budget else None

    def _whole(self, text: str, ranked: list[Ranked], budget: int, count: Callable[[str], int]) -> Reduction:
        by_line = sorted(enumerate(ranked), key=lambda item: item[1].group.example.line)
        entries = (_entry(item.group, item.group.example, item.group.events, rank) for rank, item in by_line)
        lines = self._gatherer.lines
        return Reduction(text, count(text), budget, lines, lines, tuple(entries), ())


def reduce_lines(
    texts: Sequence[str] | Any,
    *,
    budget: int,
    must_keep: Sequence[int] = (),
    severities: Any = None,
    timestamps: Any = None,
    sources: Any = None,
    trace_ids: Any = None,
    related: Sequence[int] = (),
    known: Circumstances = NOTHING_KNOWN,
) -> Reduction:
    """Reduce lines (or assembled events) to the text worth sending within `budget` cl100k tokens.

    `texts` is a sequence of strings or a pyarrow string column. `must_keep` are 0-based places of texts that have to be
    shown while the budget lasts, the most important first: the failure itself. `severities` (OpenTelemetry numbers),
    `timestamps` (datetimes, microseconds since 1970, or an Arrow timestamp column), `sources` (names) and `trace_ids`,
    when given, have one value per text. Texts with the trace id of a must-keep text and those at the places `related`
    belong to the request that failed; `known` says what else is known about the failure.
    Equal arguments give an equal result. Raises BadInputError for a budget below 1 or columns of another length.
    """
    from rca.reduction.columns import cut_columns, same_trace

    related = [*related, *same_trace(trace_ids, must_keep, len(texts))]
    reducer = Reducer(must_keep, related)
    for batch in cut_columns(texts, severities=severities, timestamps=timestamps, sources=sources, size=_BATCH):
        reducer.add(batch.texts, severities=batch.severities, times=batch.times, sources=batch.sources)
    return reducer.finish(budget, known)


def _entry(group: Group, example: Example, count: int, rank: int) -> Entry:
    line = example.line + 1 - group.offset
    return Entry(line, count, group.template_id, group.severity, group.source, rank)


def _entries(choice: Choice, rank: int) -> list[Entry]:
    """One entry for each example; together they stand for all events of the kind, the first for what others do not."""
    group = choice.ranked.group
    spare = group.events - len(choice.examples)
    counts = []
    for example in choice.examples[1:]:
        counts.append(1 + min(example.events - 1, spare))
        spare -= counts[-1] - 1
    return [
        _entry(group, example, count, rank)
        for example, count in zip(choice.examples, [1 + spare, *counts], strict=True)
    ]


def _dropped(item: Ranked, fitter: Fitter) -> Dropped:
    return Dropped(item.group.template_id, item.group.lines, fitter.why(item), item.group.events)
