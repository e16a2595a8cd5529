"""The report of a root cause analysis: what an analyst may claim, and what the product adds to it.

Owns: `RcaClaims` (the part an analyst fills in, also the model's output schema) and `RcaReport` (claims after
verification, with severity and stamps that no analyst can set). Keeps out: checking (verification.py), writing.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SeverityLevel = Literal["critical", "high", "medium", "low"]
Confidence = Annotated[float, Field(ge=0.0, le=1.0)]
Line = Annotated[int, Field(ge=1)]
Short = Annotated[str, Field(max_length=400)]
Text = Annotated[str, Field(max_length=4000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(_Strict):
    """A quote from one piece of evidence."""

    evidence_id: str = Field(description="Id of the evidence, such as E3.", max_length=12)
    quote: Text = Field(description="Words copied exactly from that evidence, at most a few lines.")


class Cause(_Strict):
    """A place in the code and why it is held to be the cause."""

    file: Short = Field(description="Path as the evidence gives it.")
    symbol: Short = Field(description="Function or method as the evidence names it.")
    start_line: Line
    end_line: Line
    confidence: Confidence = Field(description="0 to 1; how sure the evidence makes you, not how well it reads.")
    reasoning: Text = Field(description="Why, step by step, naming evidence ids such as [E3].")
    evidence: list[Citation] = Field(description="What the reasoning rests on.", max_length=12)


class InvolvedParameter(_Strict):
    """A value that took part in the failure."""

    name: Short = Field(description="Name as it stands in the evidence.")
    value: Short = Field(default="", description="Value as it stands in the evidence, empty when not shown.")
    why: Text = Field(description="Why it matters for this failure.")
    evidence_id: str = Field(max_length=12, description="Where name and value are to be seen.")


class Fix(_Strict):
    """A way out: `quick` stops the bleeding, `durable` removes the cause."""

    kind: Literal["quick", "durable"]
    description: Text
    risk: Text = Field(description="What could go wrong with it.")
    rollback: Text = Field(description="How to undo it.")


class RcaClaims(_Strict):
    """What an analyst says about one cluster. Leave `root_cause` null when the evidence does not show it."""

    summary: Text = Field(description="Two or three sentences for the engineer on call.")
    root_cause: Cause | None = Field(description="The likely root cause, or null: not enough evidence.")
    alternatives: list[Cause] = Field(default_factory=list, description="Other explanations, best first.", max_length=5)
    parameters: list[InvolvedParameter] = Field(default_factory=list, max_length=12)
    evidence: list[Citation] = Field(default_factory=list, description="Supporting evidence.", max_length=20)
    fixes: list[Fix] = Field(default_factory=list, max_length=6)
    tests_to_add: list[Text] = Field(default_factory=list, max_length=8)
    next_checks: list[Text] = Field(
        default_factory=list, description="What to look at next, and what it would show.", max_length=10
    )
    impact: Text = Field(default="", description="Who or what is affected, as far as the evidence shows.")


class Severity(_Strict):
    """Set by rules from counts, environment and exception type; no log text and no analyst can change it."""

    level: SeverityLevel
    reasons: list[str]


class LookedAt(_Strict):
    """One thing that was looked at, or that could not be, and what came of it."""

    what: str
    result: str


class DroppedClaim(_Strict):
    """A claim that code could not confirm. `check` names what failed: evidence, quote, file, line, symbol, reach,
    support, parameter, number, id, path, link, contact, command, severity or order."""

    claim: str
    why: str
    check: str = ""


class Usage(_Strict):
    """What asking models took, bad answers and repairs included: cost in US dollars by list price, latency in
    milliseconds, and how many of the input tokens the vendor had in its cache. `model` answered, or was asked last."""

    input_tokens: int
    output_tokens: int
    cost_usd: float
    latency_ms: int
    cached_tokens: int = 0
    model: str = ""
    calls: int = 1


class Seen(_Strict):
    """How often the cluster was seen up to `at`; renewed whenever a stored report is served by a new analysis."""

    count: int
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    by_version: dict[str, int] = Field(default_factory=dict)
    by_environment: dict[str, int] = Field(default_factory=dict)
    at: datetime

    @property
    def counts(self) -> tuple[object, ...]:
        """All but the time at which it was looked at."""
        return self.count, self.first_seen, self.last_seen, self.by_version, self.by_environment


class RcaReport(RcaClaims):
    """Verified claims with the product's own stamps."""

    status: Literal["cause_found", "not_enough_evidence"]
    severity: Severity
    cluster_id: str
    service: str
    version: str
    commit: str
    looked_at: list[LookedAt]
    analyst: str
    analyst_note: str = ""
    prompt_version: str
    usage: Usage | None = None
    seen: Seen | None = None
    confidence_before: float | None = Field(
        default=None, description="The root cause's confidence before people's verdicts on earlier reports moved it."
    )
    dropped_claims: int = 0
    dropped: list[DroppedClaim] = Field(default_factory=list)


def model_schema(shape: type[BaseModel] = RcaClaims) -> dict[str, Any]:
    """JSON Schema of `shape` with every reference written out, as some models do not follow `$ref`."""
    schema = shape.model_json_schema()
    definitions = schema.pop("$defs", {})
    inlined = _inline(schema, definitions)
    assert isinstance(inlined, dict)  # noqa: S101  # the schema of a model is an object
    return inlined


def _inline(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            target = definitions[node["$ref"].rsplit("/", 1)[-1]]
            return _inline({**target, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
        return {
            key: _inline(value, definitions)
            for key, value in node.items()
            if key != "title" or key in node.get("properties", {})
        }
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    return node
