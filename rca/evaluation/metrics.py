"""What is measured: the catalogue from `metrics.toml`, and the value of a measurement.

Keeps out: how anything is measured (measures/), what is allowed to get worse by how much in words (gate.py).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).with_suffix(".toml")
Unit = Literal["share", "count", "usd", "ms", "score"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of the catalogue; its keys are explained there."""

    name: str
    title: str
    better: Literal["higher", "lower"]
    tolerance: float
    needs: Literal["always", "when_seen"]
    unit: Unit
    relative: bool = False
    slack: float = 0.0
    at_least: float | None = None
    at_most: float | None = None

    def worst(self, reference: float) -> float:
        """The worst value that is no regression against `reference`."""
        allowed = abs(reference) * self.tolerance + self.slack if self.relative else self.tolerance
        return reference - allowed if self.better == "higher" else reference + allowed

    def is_worse(self, value: float, limit: float) -> bool:
        """Whether `value` is on the wrong side of `limit`; rounding is not."""
        return value < limit - 1e-6 if self.better == "higher" else value > limit + 1e-6

    def show(self, value: float) -> str:
        """The value for people, with its unit."""
        if self.unit == "share":
            return f"{100 * value:.1f} %"
        if self.unit == "usd":
            return f"${value:.4f}"
        if self.unit == "ms":
            return f"{value:,.0f} ms"
        return f"{value:.0f}" if self.unit == "count" else f"{value:.3f}"


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value over `cases` cases, whose content `data_set` identifies; `value` is None without cases.

    `failed` names what counted against it ("shop-12: first was pay in pay.py"), for people.
    """

    name: str
    value: float | None
    cases: int
    data_set: str = ""
    failed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that stand beside the metrics: an ablation, a reliability curve, shares by project."""

    name: str
    title: str
    rows: Sequence[Mapping[str, Any]] = field(default_factory=list)


@cache
def catalogue() -> Mapping[str, Definition]:
    """Every metric by name, in the order in which they are shown."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["metric"]
    return {entry["name"]: Definition(**entry) for entry in entries}
