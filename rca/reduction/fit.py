"""Fitting: which kinds are written, in what detail, so that the text stays within the budget.

Owns the spending: must-keep events first, then loud kinds, a reserved part for quiet ones, then whatever fits; what is
left over buys detail. Keeps out: which kinds matter more (`order`) and how they are written (`render`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rca import tokens
from rca.reduction import render
from rca.reduction.order import Ranked

# Part of the budget that quiet kinds get before loud ones may take all: keyword filters miss exactly these.
QUIET_RESERVE = 0.4
# One stack trace may take this part of what there is, else its first line stands for it; must-keep events may take all.
_TRACE_PART = 0.25
_LEGEND = "{lines} log lines; L = line numbers, xN = seen N times\n"


@dataclass(slots=True)
class Choice:
    """A kind that is written: the texts, and the 0-based lines they show."""

    ranked: Ranked
    texts: list[str]
    lines: list[int]
    cost: int
    detail: int  # 0 first line cut, 1 first line whole, 2 everything


class Fitter:
    """Spends one budget; `room` is what is left for entries."""

    def __init__(self, budget: int, *, lines: int, sources: int) -> None:
        self._budget = budget
        self._legend = _LEGEND.format(lines=f"{lines:,}") if budget >= 400 else ""
        self._several = sources > 1
        self.room = max(0, budget - tokens.count(self._legend) - 8 * sources * self._several)
        self._chosen: dict[int, Choice] = {}
        self._why: dict[int, str] = {}
        self._spent = 0

    def demand(self, items: Sequence[Ranked]) -> int:
        """Tokens that all kinds of a source would take in full."""
        return sum(_cost(_written(item, 2)) for item in items)

    def spend(self, items: Sequence[Ranked], share: int) -> None:
        """Spend a source's share on its kinds, given in order of importance."""
        left = share
        for item in items:
            if item.group.must:
                left -= self._place_must(item, left)
        loud = [item for item in items if item.loud and not item.group.must]
        quiet = [item for item in items if not item.loud and not item.group.must]
        reserve = int(left * QUIET_RESERVE)
        reserve = min(reserve, sum(_cost(_written(item, 0)) for item in quiet))
        left = reserve + self._place(loud, left - reserve)
        left = self._place(quiet, left)
        left = self._place(loud, left)
        self._refine(items, left)

    def spend_rest(self, ranked: Sequence[Ranked]) -> None:
        """Give what the sources left over to the kinds that are still missing, then to detail."""
        left = self._place([item for item in ranked if not item.group.must], self.room - self._spent)
        self._refine(ranked, left)

    def holds(self, item: Ranked) -> bool:
        """Whether the kind is written."""
        return id(item) in self._chosen

    def why(self, item: Ranked) -> str:
        """Why a kind is not written."""
        kind = "loud" if item.loud else "quiet"
        return self._why.get(id(item), f"no room left in the budget for a {kind} kind of this rank")

    def chosen(self) -> list[Choice]:
        """What is written, in the order of the text: by source, then by line."""
        return sorted(self._chosen.values(), key=lambda choice: (choice.ranked.group.source, choice.lines[0]))

    def text(self) -> tuple[str, int]:
        """The final text and its exact count; the least important entries go until it fits."""
        while True:
            text = self._join()
            used = tokens.count(text)
            if used <= self._budget:
                return text, used
            if not self._chosen:
                return "", 0
            key, choice = min(self._chosen.items(), key=lambda pair: _importance(pair[1].ranked))
            self._why[key] = "fitted alone, but the text as a whole went over the budget"
            del self._chosen[key]
            self._spent -= choice.cost

    def _join(self) -> str:
        parts = [self._legend] if self._chosen else []
        source = None
        for choice in self.chosen():
            if self._several and choice.ranked.group.source != source:
                source = choice.ranked.group.source
                parts.append(f"== {source or 'no source'} ==\n")
            parts += [text + "\n" for text in choice.texts]
        return "".join(parts).rstrip("\n")

    def _place(self, items: Sequence[Ranked], room: int) -> int:
        """Write the first line of each kind that fits, most important first; what is left of `room`."""
        misses = 0
        for item in items:
            if id(item) in self._chosen:
                continue
            texts = _written(item, 0)
            cost = _cost(texts)
            if cost <= room:
                room -= self._choose(item, texts, [item.group.example_line], cost, 0)
            else:
                misses += 1
                if room < 4 or misses > 200:
                    break
        return room

    def _place_must(self, item: Ranked, room: int) -> int:
        group = item.group
        for detail in (2, 1, 0):
            texts = [_one(item, line, text, detail) for line, text in group.must]
            # Many must-keep events of one kind: as many as fit, the first one first.
            while texts:
                cost = _cost(texts)
                if cost <= room:
                    return self._choose(item, texts, [line for line, _ in group.must[: len(texts)]], cost, detail)
                if detail:
                    break
                texts.pop()
        self._why[id(item)] = "has to be kept, but does not fit the budget even as one cut line"
        return 0

    def _refine(self, items: Sequence[Ranked], room: int) -> None:
        """Spend what is left on detail: whole lines first, then whole stack traces, most important first."""
        for detail in (1, 2):
            for item in items:
                choice = self._chosen.get(id(item))
                if choice is None or choice.detail >= detail or item.group.must:
                    continue
                texts = _written(item, detail)
                cost = _cost(texts)
                more = cost - choice.cost
                if more <= room and (detail == 1 or cost <= max(self.room * _TRACE_PART, choice.cost)):
                    room -= more
                    self._spent += more
                    self._chosen[id(item)] = Choice(item, texts, choice.lines, cost, detail)

    def _choose(self, item: Ranked, texts: list[str], lines: list[int], cost: int, detail: int) -> int:
        self._chosen[id(item)] = Choice(item, texts, lines, cost, detail)
        self._spent += cost
        return cost


def _importance(item: Ranked) -> tuple[bool, bool, float]:
    return bool(item.group.must), item.loud, item.score


def _one(item: Ranked, line: int, text: str, detail: int) -> str:
    if detail == 2:
        return render.full(item.group, line, text)
    return render.first_line(item.group, line, text, limit=None if detail else render.SHORT)


def _written(item: Ranked, detail: int) -> list[str]:
    return [_one(item, item.group.example_line, item.group.example, detail)]


def _cost(texts: Sequence[str]) -> int:
    return sum(tokens.count_lines(list(texts)))
