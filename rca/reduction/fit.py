"""Fitting: which kinds are written, in what detail, so that the text stays within the budget.

Owns the spending: must-keep events first, then loud kinds, a reserved part for quiet ones, then whatever fits; what is
left over buys detail and further forms of a kind. Keeps out: which kinds matter more (`order`), how they are written
(`render`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rca import tokens
from rca.reduction.groups import Example
from rca.reduction.order import Ranked
from rca.reduction.render import CUT, LINE, WHOLE, written

# Part of the budget that quiet kinds get before loud ones may take all: keyword filters miss exactly these.
_QUIET_RESERVE = 0.4
# One stack trace may take this part of what there is while others wait; must-keep events may take all.
_TRACE_PART = 0.25
_LEGEND = "{lines:,} log lines; L = line numbers, xN = seen N times\n"
_LEGEND_FROM = 400  # a smaller budget has better use for those tokens
_LONGEST_NAME = 30  # characters of a source's name
_SOURCE_HEAD = 12  # tokens for the name of a source above its entries
# After so many kinds in a row that do not fit, the rest is not tried.
_MAX_MISSES = 200


@dataclass(slots=True)
class Choice:
    """A kind that is written: its examples and their texts. `cost` is an upper bound of their tokens."""

    ranked: Ranked
    examples: list[Example]
    texts: list[str]
    cost: int
    detail: int


class Fitter:
    """Spends one budget; `room` is what there is for entries."""

    def __init__(self, budget: int, *, lines: int, sources: int) -> None:
        self._budget = budget
        self._legend = _LEGEND.format(lines=lines) if budget >= _LEGEND_FROM else ""
        self._several = sources > 1
        self.room = max(0, budget - tokens.count(self._legend) - _SOURCE_HEAD * sources * self._several)
        self._chosen: dict[int, Choice] = {}
        self._why: dict[int, str] = {}
        self._spent = 0

    def demand(self, items: Sequence[Ranked]) -> int:
        """Tokens that all kinds of a source would take, each with one whole example."""
        return sum(_costs([_text(item, WHOLE) for item in items]))

    def spend(self, items: Sequence[Ranked], share: int) -> None:
        """Spend a source's share on its kinds, given in order of importance."""
        left = share
        for item in items:
            if item.group.musts:
                left -= self._place_musts(item, left)
        loud = [item for item in items if item.loud and not item.group.musts]
        quiet = [item for item in items if not item.loud and not item.group.musts]
        reserve = min(int(left * _QUIET_RESERVE), sum(_costs([_text(item, CUT) for item in quiet])))
        left = reserve + self._place(loud, left - reserve)
        left = self._place(quiet, left)
        left = self._place(loud, left)
        self._refine(items, left, largest=self.room * _TRACE_PART)

    def spend_rest(self, ranked: Sequence[Ranked]) -> None:
        """Give what the sources left over to kinds that are still missing, then to detail and further forms."""
        left = self._place([item for item in ranked if not item.group.musts], self.room - self._spent)
        left = self._refine(ranked, left, largest=self.room)
        self._vary(ranked, left)

    def holds(self, item: Ranked) -> bool:
        """Whether the kind is written."""
        return id(item) in self._chosen

    def why(self, item: Ranked) -> str:
        """Why a kind is not written."""
        kind = "loud" if item.loud else "quiet"
        return self._why.get(id(item), f"no room left in the budget for a {kind} kind of this rank")

    def chosen(self) -> list[Choice]:
        """What is written, in the order of the text: by source, then by line."""
        return sorted(self._chosen.values(), key=lambda choice: (choice.ranked.group.source, choice.examples[0].line))

    def text(self) -> tuple[str, int]:
        """The final text and its exact count; the least important kinds go until it fits."""
        waiting = sorted(self._chosen, key=lambda key: _importance(self._chosen[key].ranked))
        while (used := tokens.count(text := self._joined())) > self._budget:
            # An upper bound was spent, so this is rare; then one kind at a time is enough.
            self._why[waiting[0]] = "fitted alone, but the text as a whole went over the budget"
            del self._chosen[waiting.pop(0)]
        return text, used

    def _joined(self) -> str:
        parts = [self._legend] if self._chosen else []
        source = None
        for choice in self.chosen():
            if self._several and choice.ranked.group.source != source:
                source = choice.ranked.group.source
                parts.append(f"== {_short(source) or 'source not named'} ==\n")
            parts += [text + "\n" for text in choice.texts]
        return "".join(parts).rstrip("\n")

    def _place(self, items: Sequence[Ranked], room: int) -> int:
        """Write the first line of each kind that fits, most important first; gives back what is left of `room`."""
        misses = 0
        for item in items:
            if id(item) in self._chosen:
                continue
            text = _text(item, CUT)
            cost = sum(_costs([text]))
            if cost <= room:
                room -= self._choose(item, [item.group.example], [text], cost, CUT)
            elif (misses := misses + 1) > _MAX_MISSES:
                break
        return room

    def _place_musts(self, item: Ranked, room: int) -> int:
        """Write as many must-keep events of a kind as fit, in the most detail in which all fit."""
        group = item.group
        for detail in (WHOLE, LINE, CUT):
            texts = [written(group, example, detail) for example in group.musts]
            costs = _costs(texts)
            fitting = len(costs)
            while fitting and sum(costs[:fitting]) > room:
                fitting -= 1
            if fitting == len(costs) or (fitting and detail == CUT):
                return self._choose(item, group.musts[:fitting], texts[:fitting], sum(costs[:fitting]), detail)
        self._why[id(item)] = "has to be kept, but not even one cut line of it fits the budget"
        return 0

    def _refine(self, items: Sequence[Ranked], room: int, *, largest: float) -> int:
        """Spend what is left on detail: whole first lines, then whole stack traces, most important first.

        No example grows beyond `largest` tokens.
        """
        for detail in (LINE, WHOLE):
            for item in items:
                choice = self._chosen.get(id(item))
                if choice is None or choice.detail >= detail or item.group.musts:
                    continue
                text = _text(item, detail)
                cost = sum(_costs([text]))
                more = cost - choice.cost
                if more <= room and (detail == LINE or cost <= largest):
                    room -= more
                    self._spent += more
                    self._chosen[id(item)] = Choice(item, choice.examples, [text], cost, detail)
        return room

    def _vary(self, items: Sequence[Ranked], room: int) -> int:
        """Spend what is still left on other forms of the kinds that are written, one of each kind in turn."""
        waiting = [(item, list(item.group.variants)) for item in items if id(item) in self._chosen]
        while waiting:
            again = []
            for item, variants in waiting:
                if not variants:
                    continue
                example = variants.pop(0)
                text = written(item.group, example, LINE)
                cost = sum(_costs([text]))
                if cost <= room:
                    room -= cost
                    self._spent += cost
                    choice = self._chosen[id(item)]
                    choice.examples, choice.texts = [*choice.examples, example], [*choice.texts, text]
                    again.append((item, variants))
            waiting = again
        return room

    def _choose(self, item: Ranked, examples: list[Example], texts: list[str], cost: int, detail: int) -> int:
        self._chosen[id(item)] = Choice(item, examples, texts, cost, detail)
        self._spent += cost
        return cost


def _short(source: str) -> str:
    """The end of a long name: of paths it tells more than the beginning."""
    return source if len(source) <= _LONGEST_NAME else "…" + source[1 - _LONGEST_NAME :]


def _importance(item: Ranked) -> tuple[bool, bool, float]:
    return bool(item.group.musts), item.loud, item.score


def _text(item: Ranked, detail: int) -> str:
    return written(item.group, item.group.example, detail)


def _costs(texts: list[str]) -> list[int]:
    return tokens.count_lines(texts)
