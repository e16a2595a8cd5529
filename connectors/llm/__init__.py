"""Language models that answer in a given structure: what every one must do.

Owns the protocol and its values. Keeps out: prompts, what the answer means, budgets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question. The answer must be a JSON object that fits `schema` (JSON Schema), given as tool `tool_name`.

    `labels` (project, cluster, purpose) say what it is asked for; they stay here and are never sent.
    """

    system: str
    prompt: str
    tool_name: str
    tool_description: str
    schema: Mapping[str, Any]
    max_tokens: int = 4096
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """`output` is the tool's input as the model gave it, not yet validated against the schema. `input_tokens` are all
    of the question; `cached_tokens` says how many of them the vendor had read before."""

    output: Mapping[str, Any]
    model_id: str
    input_tokens: int
    output_tokens: int
    latency_ms: int
    stop_reason: str
    cached_tokens: int = 0
    cost_usd: float = 0.0  # set by who knows prices


class StructuredModel(Protocol):
    """Raises ThrottledError, UnavailableError, AuthenticationError, ConfigurationError or, for an answer that holds
    no usable object (malformed, truncated), BadAnswerError from `connectors.llm.errors`."""

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """The model's structured answer; streaming off."""
        ...
