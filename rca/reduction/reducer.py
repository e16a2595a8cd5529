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
from rca.reduction.groups import Group
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
        if whole := self._whole(budget, groups, count):
            return whole
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
        return Reduction(
            text=text,
            tokens=used,
            budget=budget,
            lines_total=self._gatherer.lines,
            lines_represented=sum(choice.ranked.group.lines for choice in fitter.chosen()),
            entries=tuple(entry for choice in fitter.chosen() for entry in _entries(choice)),
            dropped=tuple(_dropped(item, fitter) for item in ranked if not fitter.holds(item)),
        )

    def _whole(self, budget: int, groups: list[Group], count: Callable[[str], int]) -> Reduction | None:
        """The input as it is, when it is small enough."""
        raw = self._gatherer.raw
        if raw is None:
            return None
        text = "\n".join(raw).rstrip()
        if len(text) > 16 * budget or (used := count(text)) > budget:
            return None
        entries = (
            Entry(group.example.line + 1, group.events, group.template_id, group.severity, group.source)
            for group in groups
        )
        ordered = tuple(sorted(entries, key=lambda entry: entry.line))
        lines = self._gatherer.lines
        return Reduction(text, used, budget, lines, lines, ordered, ())


def reduce_lines(
    texts: Sequence[str] | Any,
    *,
    budget: int,
    must_keep: Sequence[int] = (),
    severities: Any = None,
    timestamps: Any = None,
    sources: Any = None,
    related: Sequence[int] = (),
    known: Circumstances = NOTHING_KNOWN,
) -> Reduction:
    """Reduce lines (or assembled events) to the text worth sending within `budget` cl100k tokens.

    `texts` is a sequence of strings or a pyarrow string column. `must_keep` are 0-based places of texts that have to be
    shown while the budget lasts: the failure itself. `severities` (OpenTelemetry numbers), `timestamps` (datetimes,
    microseconds since 1970, or an Arrow timestamp column) and `sources` (names), when given, have one value per text.
    `related` are places of texts of the request that failed, `known` says what else is known about the failure.
    Equal arguments give an equal result. Raises BadInputError for a budget below 1 or columns of another length.
    """
    from rca.reduction.columns import cut_columns

    reducer = Reducer(must_keep, related)
    for batch in cut_columns(texts, severities=severities, timestamps=timestamps, sources=sources, size=_BATCH):
        reducer.add(batch.texts, severities=batch.severities, times=batch.times, sources=batch.sources)
    return reducer.finish(budget, known)


def _entries(choice: Choice) -> list[Entry]:
    """One entry for each example; together they stand for all events of the kind, the first for what others do not."""
    group = choice.ranked.group
    spare = group.events - len(choice.examples)
    counts = []
    for example in choice.examples[1:]:
        counts.append(1 + min(example.events - 1, spare))
        spare -= counts[-1] - 1
    return [
        Entry(example.line + 1 - group.offset, count, group.template_id, group.severity, group.source)
        for example, count in zip(choice.examples, [1 + spare, *counts], strict=True)
    ]


def _dropped(item: Ranked, fitter: Fitter) -> Dropped:
    return Dropped(item.group.template_id, item.group.lines, fitter.why(item), item.group.events)
