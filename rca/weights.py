"""Reads the ranking's weights from `weights.toml`, where they are explained. Keeps out: what the signals are."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Weights:
    """`trace` and `outside` map a signal's or source's name to its weight; the rest is the order's own numbers."""

    trace: Mapping[str, float]
    outside: Mapping[str, float]
    clear_margin: float
    first_outside_rank: int
    outside_at_once: int
    outside_needs: float

    def scaled(self, factors: Mapping[str, float]) -> "Weights":
        """These weights, each times its factor where one is given (names are unique over both tables)."""
        return replace(
            self,
            trace={name: weight * factors.get(name, 1.0) for name, weight in self.trace.items()},
            outside={name: weight * factors.get(name, 1.0) for name, weight in self.outside.items()},
        )

    def without(self, names: Collection[str]) -> "Weights":
        """These weights without some signals or sources, which are then not looked at."""
        if not names:
            return self
        return replace(
            self,
            trace={name: weight for name, weight in self.trace.items() if name not in names},
            outside={name: weight for name, weight in self.outside.items() if name not in names},
        )


@cache
def load() -> Weights:
    """The shipped weights."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Weights(trace=table["trace"], outside=table["outside"], **table["order"])
