"""What is written so far and what it costs: the bookkeeping of one budget.

Owns the choices, their texts and their costs. Keeps out: in which order the budget is spent (`fit`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rca import tokens
from rca.reduction.groups import Example
from rca.reduction.order import Ranked
from rca.reduction.render import Detail, written


@dataclass(slots=True)
class Choice:
    """A kind that is written: its examples and their texts. `cost` is an upper bound of their tokens."""

    ranked: Ranked
    examples: list[Example]
    texts: list[str]
    cost: int
    detail: Detail


class Purse:
    """Kinds that are written, and what is left of the room for them; every method keeps within it.

    `short` says for each source how many characters a cut message has.
    """

    def __init__(self, room: int) -> None:
        self.left = room
        self.short: dict[str, int] = {}
        self._chosen: dict[int, Choice] = {}

    def __contains__(self, item: Ranked) -> bool:
        return id(item) in self._chosen

    def __iter__(self) -> Iterator[Choice]:
        return iter(self._chosen.values())

    def cost(self, item: Ranked, detail: Detail) -> int:
        """Tokens of a kind's example."""
        return sum(tokens.count_lines([self._text(item, item.group.example, detail)]))

    def place(self, item: Ranked, examples: Sequence[Example], detail: Detail, limit: int) -> int:
        """Write examples of a kind that is not written yet when they cost at most `limit`; what they cost, or 0."""
        texts = [self._text(item, example, detail) for example in examples]
        cost = sum(tokens.count_lines(texts))
        if cost > min(limit, self.left):
            return 0
        self._chosen[id(item)] = Choice(item, list(examples), texts, cost, detail)
        self.left -= cost
        return cost

    def refine(self, item: Ranked, detail: Detail, limit: int, *, largest: float) -> int:
        """Write a kind's only example in more detail when that costs at most `limit` more and at most `largest`."""
        choice = self._chosen.get(id(item))
        if choice is None or choice.detail >= detail or len(choice.examples) > 1:
            return 0
        text = self._text(item, choice.examples[0], detail)
        cost = sum(tokens.count_lines([text]))
        more = cost - choice.cost
        if more > min(limit, self.left) or cost > largest:
            return 0
        self._chosen[id(item)] = Choice(item, choice.examples, [text], cost, detail)
        self.left -= more
        return more

    def extend(self, item: Ranked, example: Example) -> bool:
        """Write a further example of a kind that is written, if it fits."""
        choice = self._chosen.get(id(item))
        if choice is None or any(known.line == example.line for known in choice.examples):
            return False
        text = self._text(item, example, min(choice.detail, Detail.LINE))
        cost = sum(tokens.count_lines([text]))
        if cost > self.left:
            return False
        self._chosen[id(item)] = Choice(
            item, [*choice.examples, example], [*choice.texts, text], choice.cost + cost, choice.detail
        )
        self.left -= cost
        return True

    def drop(self, item: Ranked) -> None:
        """Take a kind out again."""
        del self._chosen[id(item)]

    def _text(self, item: Ranked, example: Example, detail: Detail) -> str:
        return written(item.group, example, detail, self.short.get(item.group.source, 90))
