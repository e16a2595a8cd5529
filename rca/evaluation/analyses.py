"""One analysis of one case, watched: what was claimed, what survived, how long it took and what it cost.

Owns: running it as the product does and keeping what a measure needs. Keeps out: the measures, the analysis.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rca.analysis import analyse
from rca.analysts import Analyst, Draft, tokens_of
from rca.analysts.deterministic import DeterministicAnalyst
from rca.case import ClusterCase
from rca.evaluation.cases import TruePlace
from rca.evaluation.preparing import PreparedCase
from rca.material import Material
from rca.report import Cause, RcaReport
from rca.result import AnalysisResult
from rca.verification import verify


@dataclass(frozen=True)
class Analysed:
    """A case and what an analysis made of it. `checked` counts single claims that were looked at, `milliseconds` is
    the whole analysis without reading the code."""

    case: PreparedCase
    result: AnalysisResult
    material: Material
    draft: Draft
    checked: int
    milliseconds: float

    @property
    def report(self) -> RcaReport:
        return self.result.report

    @property
    def place_rank(self) -> int | None:
        """1-based rank of the first true place among the suspects; None when it is not there."""
        places = [(place.path, place.symbol) for place in self.result.suspects]
        return next((rank for rank, place in enumerate(places, 1) if is_any(place, self.case.truth.causes)), None)

    @property
    def commit_rank(self) -> int | None:
        """1-based rank of the true commit among the suspected ones."""
        wanted = self.case.truth.commit
        ranked = enumerate(self.result.changes, 1)
        return next((rank for rank, change in ranked if wanted and change.commit.startswith(wanted)), None)


class Watched:
    """An analyst that keeps the material it was given and the draft it gave."""

    def __init__(self, analyst: Analyst) -> None:
        self._analyst = analyst
        self.name, self.version = analyst.name, analyst.version
        self.material: Material | None = None
        self.draft: Draft | None = None

    def count(self, text: str) -> int:
        """Tokens as the watched analyst counts them."""
        return tokens_of(self._analyst)(text)

    def write(self, material: Material) -> Draft:
        """What the watched analyst writes."""
        self.material = material
        self.draft = self._analyst.write(material)
        return self.draft


class Analyses(Protocol):
    """What is evaluated: `rca.analysis.analyse`, or what is to take its place."""

    def __call__(self, case: ClusterCase, *, analyst: Analyst, token_budget: int) -> AnalysisResult: ...


def analysed(
    case: PreparedCase, analyst: Analyst | None, *, token_budget: int, analyse: Analyses = analyse
) -> Analysed:
    """The analysis of `case` by `analyst` (None: rules), nothing stored, no verdicts used."""
    watched = Watched(analyst or DeterministicAnalyst())
    started = time.perf_counter()
    result = analyse(case.cluster, analyst=watched, token_budget=token_budget)
    milliseconds = (time.perf_counter() - started) * 1000
    if watched.material is None or watched.draft is None:
        raise RuntimeError(f"case {case.id}: the analyst {watched.name} was never asked")
    checked = verify(watched.draft.claims, watched.material).checked
    return Analysed(case, result, watched.material, watched.draft, checked, milliseconds)


def is_any(place: tuple[str, str], wanted: Sequence[TruePlace]) -> bool:
    """Whether (path, symbol) is one of `wanted`: the same file, and the same symbol or the last parts of it.

    A true place without a symbol is its whole file; a true symbol that the tree does not cut out as a block of its own
    (a constant, a field) is met by nothing but its own name.
    """
    path, symbol = place
    return any(path == true.file and (not true.symbol or same_symbol(symbol, true.symbol)) for true in wanted)


def same_symbol(one: str, other: str) -> bool:
    """`Pool.take` and `take` are the same; `take` and `retake` are not."""
    one, other = one.partition("(")[0], other.partition("(")[0]
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def place_of(cause: Cause | None) -> tuple[str, str] | None:
    """File and symbol of a cause."""
    return None if cause is None else (cause.file, cause.symbol)
