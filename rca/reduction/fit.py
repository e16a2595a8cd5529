"""Fitting: in which order a budget is spent on kinds of events, so that the text stays within it.

Owns the order of spending. First come, whatever the source, as far as the budget goes: must-keep events in the order
of their importance, each with the first occurrence of its kind; then what was logged right before them. The rest is
shared among the sources (`share`), and each source spends its share on critical kinds, loud kinds and whole traces,
with a reserved part for quiet kinds; what is left buys detail, further forms and later occurrences.
Keeps out: which kinds matter more (`order`), how they are written (`render`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rca import tokens
from rca.reduction.order import Ranked
from rca.reduction.purse import Choice, Purse
from rca.reduction.render import Detail
from rca.reduction.share import fair_shares

# Part of the budget that quiet kinds get before loud ones may take all: keyword filters miss exactly these.
_QUIET_RESERVE = 0.4
# Part of a share for whole stack traces of loud kinds, before quiet kinds may take what loud ones leave.
_TRACE_RESERVE = 0.15
# One stack trace may take this part of what there is while others wait; must-keep events may take all.
_TRACE_PART = 0.25
# Characters of a cut message: the first of these at which all kinds of a source fit its share, else the last.
_SHORT = (120, 90, 70, 55, 45)
_LEGEND = "{lines:,} log lines{times}; L = line numbers, xN = seen N times\n"
_LEGEND_FROM = 400  # a smaller budget has better use for those tokens
_LONGEST_NAME = 30  # characters of a source's name
_SOURCE_HEAD = 12  # tokens for the name of a source above its entries
# After so many kinds in a row that do not fit, the rest is not tried.
_MAX_MISSES = 100
_FEW = 10  # events of a kind whose latest is worth showing beside the first


class Fitter:
    """Spends one budget on ranked kinds."""

    def __init__(self, budget: int, ranked: Sequence[Ranked], *, lines: int) -> None:
        self._budget, self._ranked = budget, ranked
        self._sources: dict[str, list[Ranked]] = defaultdict(list)
        for item in ranked:
            self._sources[item.group.source].append(item)
        self._legend = _LEGEND.format(lines=lines, times=_times(ranked)) if budget >= _LEGEND_FROM else ""
        heads = _SOURCE_HEAD * len(self._sources) * (len(self._sources) > 1)
        self._room = max(0, budget - tokens.count(self._legend) - heads)
        self._purse = Purse(self._room)
        self._why: dict[int, str] = {}

    def fill(self) -> None:
        """Spend the budget."""
        self._keep_musts()
        demand = {source: self._demand(items) for source, items in self._sources.items()}
        shares = fair_shares(demand, self._purse.left)
        for source in sorted(self._sources, key=lambda source: (demand[source], source)):
            self._spend(source, shares[source])
        self._place(self._ranked, self._purse.left)
        self._refine([item for item in self._ranked if item.loud], self._purse.left, largest=self._room)
        self._refine(self._ranked, self._purse.left, largest=self._room)
        self._vary()

    def holds(self, item: Ranked) -> bool:
        """Whether the kind is written."""
        return item in self._purse

    def why(self, item: Ranked) -> str:
        """Why a kind is not written."""
        kind = "critical" if item.critical else "loud" if item.loud else "quiet"
        return self._why.get(id(item), f"no room left in the budget for a {kind} kind of this rank")

    def chosen(self) -> list[Choice]:
        """What is written, in the order of the text: by source, then by line."""
        return sorted(self._purse, key=lambda choice: (choice.ranked.group.source, choice.examples[0].line))

    def text(self) -> tuple[str, int]:
        """The final text and its exact count; the least important kinds go until it fits."""
        waiting = [item for item in self._ranked if item in self._purse]
        while (used := tokens.count(text := self._joined())) > self._budget:
            # An upper bound was spent, so this is rare; then one kind at a time is enough.
            last = waiting.pop()
            self._why[id(last)] = "fitted alone, but the text as a whole went over the budget"
            self._purse.drop(last)
        return text, used

    def _joined(self) -> str:
        chosen = self.chosen()
        parts = [self._legend] if chosen else []
        source = None
        for choice in chosen:
            if len(self._sources) > 1 and choice.ranked.group.source != source:
                source = choice.ranked.group.source
                parts.append(f"== {_short_name(source) or 'source not named'} ==\n")
            parts += [text + "\n" for text in choice.texts]
        return "".join(parts).rstrip("\n")

    def _keep_musts(self) -> None:
        musts = [item for item in self._ranked if item.group.musts]
        for item in sorted(musts, key=lambda item: min(item.group.musts)):
            group = item.group
            examples = [group.musts[importance] for importance in sorted(group.musts)]
            first = [] if group.example in examples else [group.example]
            if not any(
                self._purse.place(item, shown, detail, self._purse.left)
                for shown in (examples + first, examples, *(examples[:end] for end in range(len(examples) - 1, 0, -1)))
                for detail in (Detail.WHOLE, Detail.LINE, Detail.CUT)
            ):
                self._why[id(item)] = "has to be kept, but not even one cut line of it fits the budget"
        before = [item for item in self._ranked if item.group.before is not None and item not in self._purse]
        for item in sorted(before, key=lambda item: (item.group.before, -item.group.example.line)):
            self._purse.place(item, [item.group.example], Detail.CUT, self._purse.left)

    def _demand(self, items: Iterable[Ranked]) -> int:
        """Tokens that all kinds of a source would take, each with one whole example; all that there is is enough."""
        total = 0
        for item in items:
            if total > self._purse.left:
                break
            if item not in self._purse:
                total += self._purse.cost(item, Detail.WHOLE)
        return total

    def _spend(self, source: str, share: int) -> None:
        """Spend a source's share on its kinds, given in order of importance."""
        items = [item for item in self._sources[source] if item not in self._purse]
        loud = [item for item in items if item.loud]
        quiet = [item for item in items if not item.loud]
        self._purse.short[source] = self._shortness(source, items, share)
        reserve = 0
        for item in quiet:
            if reserve >= share * _QUIET_RESERVE:
                break
            reserve += self._purse.cost(item, Detail.CUT)
        reserve = min(reserve, int(share * _QUIET_RESERVE))
        left = share - self._place(loud, share - reserve)
        traces = min(int(share * _TRACE_RESERVE), max(0, left - reserve))
        left -= self._refine(loud, traces, largest=self._room * _TRACE_PART, traces_only=True)
        left -= self._place(quiet, left)
        left -= self._place(loud, left)
        left -= self._refine(loud, left, largest=self._room * _TRACE_PART)
        self._refine(quiet, left, largest=self._room * _TRACE_PART)

    def _shortness(self, source: str, items: Sequence[Ranked], share: int) -> int:
        for short in _SHORT[:-1]:
            self._purse.short[source] = short
            total = 0
            for item in items:
                total += self._purse.cost(item, Detail.CUT)
                if total > share:
                    break
            else:
                return short
        return _SHORT[-1]

    def _place(self, items: Iterable[Ranked], room: int) -> int:
        """Write the first line of each kind that fits, most important first; gives back what it cost."""
        misses, spent = 0, 0
        for item in items:
            if item in self._purse:
                continue
            cost = self._purse.place(item, [item.group.example], Detail.CUT, room - spent)
            spent += cost
            misses = 0 if cost else misses + 1
            if misses > _MAX_MISSES:
                break
        return spent

    def _refine(self, items: Sequence[Ranked], room: int, *, largest: float, traces_only: bool = False) -> int:
        """Spend what is left on detail: whole first lines, then whole stack traces, most important first.

        No example grows beyond `largest` tokens. Gives back what it cost.
        """
        spent = 0
        for detail in (Detail.WHOLE,) if traces_only else (Detail.LINE, Detail.WHOLE):
            for item in items:
                if not traces_only or "\n" in item.group.example.text:
                    spent += self._purse.refine(item, detail, room - spent, largest=largest)
        return spent

    def _vary(self) -> None:
        """Spend what is still left on more of the kinds that are written.

        First other forms, one of each kind in turn, then the latest event of rare kinds, then headers, then the latest
        event of any kind.
        """
        forms = max((len(item.group.variants) for item in self._ranked), default=0)
        for turn in range(forms):
            for item in self._ranked:
                if turn < len(item.group.variants):
                    self._purse.extend(item, item.group.variants[turn])
        for item in self._ranked:
            if item.group.events <= _FEW:
                self._purse.extend(item, item.group.latest)
        for item in self._ranked:
            self._purse.refine(item, Detail.VERBATIM, self._purse.left, largest=self._room * _TRACE_PART)
        for item in self._ranked:
            self._purse.extend(item, item.group.latest)


def _times(ranked: Sequence[Ranked]) -> str:
    """From when to when, as printed in the first and in the last line that have a time."""
    firsts = [(item.group.first, item.group.clocks[0]) for item in ranked if item.group.clocks[0]]
    lasts = [(item.group.last, item.group.clocks[1]) for item in ranked if item.group.clocks[1]]
    return f" from {min(firsts)[1]} to {max(lasts)[1]}" if firsts and lasts else ""


def _short_name(source: str) -> str:
    """The end of a long name: of paths it tells more than the beginning."""
    return source if len(source) <= _LONGEST_NAME else "…" + source[1 - _LONGEST_NAME :]
