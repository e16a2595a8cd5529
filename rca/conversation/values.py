"""What a conversation is made of: faults, answers with citations, turns.

Owns the values and their JSON form, which is also what is stored. Keeps out: how an answer is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from indexers.exceptions.chain import ExceptionRecord, Frame
from rca.report import DroppedClaim

Status = Literal["answered", "asked_back", "not_known"]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(_Value):
    """A piece of evidence that a sentence rests on; `quote` stands in it byte for byte, "" for the piece as a whole."""

    evidence_id: str
    quote: str = ""


class Sentence(_Value):
    """One sentence of an answer, or one point of a list, with what it rests on."""

    text: str
    citations: tuple[Cited, ...] = ()


class Option(_Value):
    """One thing that a question may have meant. `fault` is its id."""

    label: str
    fault: str


class Answer(_Value):
    """What was answered. `shown` are evidence ids to lay open under it; with status `asked_back`, `options` are what
    the question may have meant and `pending` is the question that waits for the choice."""

    status: Status = "answered"
    sentences: tuple[Sentence, ...] = ()
    shown: tuple[str, ...] = ()
    marks: dict[str, int] = Field(default_factory=dict, description="Evidence id -> line of its code to mark")
    options: tuple[Option, ...] = ()
    pending: str = ""
    fault: str = Field(default="", description="Id of the fault that was talked about")
    suggestions: tuple[str, ...] = Field(default=(), description="What can be asked next")
    dropped: tuple[DroppedClaim, ...] = Field(default=(), description="What could not be confirmed, and was left out")

    @property
    def cited(self) -> tuple[str, ...]:
        """Ids of everything cited or shown, each once, in order."""
        named = [cited.evidence_id for sentence in self.sentences for cited in sentence.citations]
        return tuple(dict.fromkeys([*named, *self.shown]))


class LookedUp(_Value):
    """A look-up that was carried out, or refused: `problem` says why."""

    tool: str
    arguments: dict[str, Any]
    evidence: tuple[str, ...] = ()
    problem: str = ""
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer. `checked` counts the claims that were looked at, `micro_usd` what models cost."""

    number: int
    at: datetime
    question: str
    answer: Answer
    look_ups: tuple[LookedUp, ...] = ()
    analyst: str = "rules"
    note: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    latency_ms: int = 0
    checked: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A cluster, or the equal exceptions of a log that was handed in. `hours`: occurrences of the last 24 hours.

    Times are None where the log gives none. `event_ids` are log events that hold it, the newest first.
    """

    id: str
    title: str
    type: str
    message: str
    text: str
    chain: tuple[ExceptionRecord, ...]
    count: int
    first_seen: datetime | None
    last_seen: datetime | None
    culprit: Frame | None = None
    services: Mapping[str, int] = field(default_factory=dict)
    environments: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    status: str = ""
    status_why: str = ""
    hours: tuple[int, ...] = ()
    trend: str = ""
    event_ids: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """The service that has it most, "" when none is known."""
        return max(self.services, key=lambda name: self.services[name], default="")
