"""Who writes the claims: rules alone (`deterministic.py`) or a model with the rules as fallback (`model_analyst.py`).

Owns: the protocol and its value. Keeps out: verification, severity, storing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from rca.material import Material
from rca.report import RcaClaims
from rca.tokens import count


@dataclass(frozen=True, slots=True)
class Draft:
    """Claims before verification. `analyst` is who really wrote them; `note` says why when it is not who was asked;
    `fallback` is True then. Tokens, dollars and milliseconds are those of all `calls`, bad answers included; 0 when no
    model was called."""

    claims: RcaClaims
    analyst: str
    note: str = ""
    fallback: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    latency_ms: int = 0
    cost_usd: float = 0.0
    model: str = ""  # who was asked last, as the settings call it
    calls: int = 0
    cached_tokens: int = 0


class Analyst(Protocol):
    """`name` and `version` are part of a report's identity: a change of either makes a new report."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Version of the prompt or of the rules that the claims are written by."""
        ...

    def write(self, material: Material) -> Draft:
        """Claims about the case. Never raises for a vendor's failure: says it in the draft's note instead."""
        ...


@runtime_checkable
class CountsText(Protocol):
    """An analyst whose model counts tokens in its own way; the others count as cl100k does."""

    def count(self, text: str) -> int:
        """A number of tokens that no model of the analyst exceeds on `text`, as it would be sent."""
        ...


def tokens_of(analyst: object) -> Callable[[str], int]:
    """How `analyst` counts."""
    return analyst.count if isinstance(analyst, CountsText) else count
