"""Language models that answer in a given structure: what every one must do.

Owns the protocol and its values. A question may offer look-ups (`tools`) that the model can ask for before it answers;
whoever asked carries them out and asks again with what was found (`steps`). Keeps out: prompts, what the answer means,
carrying look-ups out, budgets.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Tool:
    """A look-up that may be asked for: `schema` (JSON Schema, an object) says what it takes."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A look-up that the model asks for; `arguments` as the model gave them, not validated."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call: text for the model to read. `failed` says that it is the reason why there is nothing."""

    call_id: str
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One round of look-ups: what was asked for, and a result for every call, in the same order."""

    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question. The answer must be a JSON object that fits `schema` (JSON Schema), given as tool `tool_name`.

    With `tools` the model may also call some of those instead; `steps` are the rounds of that so far. `labels`
    (project, cluster, purpose) say what it is asked for; they stay here and are never sent.
    """

    system: str
    prompt: str
    tool_name: str
    tool_description: str
    schema: Mapping[str, Any]
    max_tokens: int = 4096
    labels: Mapping[str, str] = field(default_factory=dict)
    tools: tuple[Tool, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def text(self) -> str:
        """Everything that is sent, for counting."""
        offered = [part for tool in self.tools for part in (tool.name, tool.description, json.dumps(dict(tool.schema)))]
        looked = [
            part
            for step in self.steps
            for part in (
                *(f"{call.name} {json.dumps(dict(call.arguments))}" for call in step.calls),
                *(result.text for result in step.results),
            )
        ]
        return "\n".join(
            [self.system, self.prompt, self.tool_description, json.dumps(dict(self.schema)), *offered, *looked]
        )


@dataclass(frozen=True, slots=True)
class Used:
    """What a call took. Of `input_tokens`, the vendor had read `cached_tokens` before and kept `written_tokens` for the
    next time; both have prices of their own."""

    input_tokens: int = 0
    output_tokens: int = 0
    latency_ms: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0
    cost_usd: float = 0.0  # set by who knows prices


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """`output` is the tool's input as the model gave it, not yet validated against the schema. When the model asks for
    look-ups instead, they are in `calls` and `output` is empty. `input_tokens` are all of the question; `cached_tokens`
    says how many of them the vendor had read before, `written_tokens` how many it keeps for the next time."""

    output: Mapping[str, Any]
    model_id: str
    input_tokens: int
    output_tokens: int
    latency_ms: int
    stop_reason: str
    cached_tokens: int = 0
    cost_usd: float = 0.0  # set by who knows prices
    calls: tuple[ToolCall, ...] = ()
    written_tokens: int = 0

    @property
    def used(self) -> Used:
        """What the answer took."""
        return Used(
            self.input_tokens, self.output_tokens, self.latency_ms, self.cached_tokens, self.written_tokens,
            self.cost_usd,
        )  # fmt: skip


class StructuredModel(Protocol):
    """Raises ThrottledError, UnavailableError, AuthenticationError, ConfigurationError or, for an answer that holds
    neither a usable object nor a look-up that was offered (malformed, truncated), BadAnswerError from
    `connectors.llm.errors`."""

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """The model's structured answer, or the look-ups it asks for; streaming off."""
        ...
