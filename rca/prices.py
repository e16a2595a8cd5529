"""What a call of a model costs, from `prices.toml` and the user's own prices, which go first.

Owns: finding the price and the arithmetic, in millionths of a US dollar, so that sums are exact. Keeps out: budgets
(spending.py), counting tokens (tokens.py).
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path

from connectors.errors import ConfigurationError

FILE = Path(__file__).with_suffix(".toml")
MICRO = 1_000_000  # millionths in a dollar


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens of models whose id `model` (a regular expression) is found in.

    `cache_read` and `cache_write` are for tokens of a question that the vendor had read before, or keeps for the next
    time; None: as `input`.
    """

    model: str
    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.model)
        except re.error as error:
            raise ConfigurationError(f"prices: {self.model!r} is not a regular expression ({error}).") from error
        if min(self.input, self.output, self.cache_read or 0, self.cache_write or 0) < 0:
            raise ConfigurationError(f"prices: {self.model!r} has a negative price; give dollars for a million tokens.")

    def micro_usd(self, input_tokens: int, output_tokens: int, *, cached: int = 0, written: int = 0) -> int:
        """The cost in millionths of a dollar, rounded up; `cached` and `written` are among the input tokens."""
        read = self.input if self.cache_read is None else self.cache_read
        write = self.input if self.cache_write is None else self.cache_write
        plain = (input_tokens - cached - written) * self.input
        return ceil(round(plain + cached * read + written * write + output_tokens * self.output, 6))

    def most_micro_usd(self, input_tokens: int, output_tokens: int) -> int:
        """The most that so many tokens can cost, whatever the vendor keeps of them."""
        dearest = max(self.input, self.cache_write or 0, self.cache_read or 0)
        return ceil(round(input_tokens * dearest + output_tokens * self.output, 6))


@cache
def shipped() -> tuple[Price, ...]:
    """The prices of prices.toml; the last fits every model."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Price(**row) for row in table["price"])


def price_of(model_id: str, own: Sequence[Price] = ()) -> Price:
    """The first price that fits `model_id`: of `own`, then of those shipped."""
    return next(price for price in (*own, *shipped()) if re.search(price.model, model_id))
