"""Conversations as programs and pages see them: begin one, ask, read it again, list them.

Owns: the shapes, and opening a stored conversation. Keeps out: how an answer is found (rca.conversation).
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from dashboards.answers.ask_worlds import LONGEST_NAME, keep_log, pasted_world, stored_world
from dashboards.answers.rca import EvidenceShape
from dashboards.answers.shape import Listing, Shape
from dashboards.wording import utc_now
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from rca.conversation.store import Conversation, ConversationStore, Listed
from rca.conversation.talking import Speaker, Talker
from rca.conversation.values import Turn
from rca.conversation.world import World


class CitedShape(Shape):
    """A piece of evidence; `quote`, unless empty, stands in its text byte for byte."""

    evidence_id: str
    quote: str


class SentenceShape(Shape):
    """One sentence or point of an answer and what it rests on."""

    text: str
    citations: list[CitedShape]


class OptionShape(Shape):
    """One thing that the question may have meant; answer with its place in the list, from 1."""

    label: str
    fault: str


class DroppedShape(Shape):
    """A sentence that could not be confirmed and was left out."""

    claim: str
    why: str


class LookUpShape(Shape):
    """A look-up that was carried out; `problem` says why it found nothing or was refused."""

    tool: str
    arguments: dict[str, Any]
    evidence: list[str]
    problem: str
    milliseconds: int


class UsageShape(Shape):
    """What models took for a turn; zeros when none was asked. `cost_usd` is by list price."""

    input_tokens: int
    output_tokens: int
    cost_usd: float


class TurnShape(Shape):
    """One question with its answer. `shown` are ids of evidence worth laying open under it."""

    number: int
    at: datetime
    question: str
    status: Literal["answered", "asked_back", "not_known"]
    answer: list[SentenceShape]
    options: list[OptionShape] = Field(description="What the next question can choose from by a number")
    shown: list[str]
    marks: dict[str, int] = Field(description="Evidence id -> line to mark in its code")
    suggestions: list[str] = Field(description="What can be asked next")
    fault: str = Field(description="Id of the fault that was talked about")
    look_ups: list[LookUpShape]
    analyst: str
    note: str
    usage: UsageShape
    latency_ms: int
    checked: int
    dropped: list[DroppedShape]


class ConversationItem(Shape):
    """A conversation in a list. `cluster_id` is empty unless it is over a cluster, `log_name` unless over a log."""

    id: str
    title: str
    cluster_id: str
    log_name: str
    created_at: datetime
    updated_at: datetime
    turns: int


class ConversationAnswer(Shape):
    """A conversation with all its turns, oldest first, and every piece of evidence they cite."""

    id: str
    title: str
    about: str
    cluster_id: str
    log_name: str
    created_at: datetime
    updated_at: datetime
    turns: list[TurnShape]
    evidence: list[EvidenceShape]


class TurnAnswer(Shape):
    """One turn with the evidence that it cites or shows."""

    conversation_id: str
    turn: TurnShape
    evidence: list[EvidenceShape]


def begin(workspace: Workspace, *, cluster_id: str = "") -> Conversation:
    """A new conversation over a cluster, or with "" over everything. Raises NotFoundError."""
    found = ClusterStore(workspace.database).get(cluster_id).id if cluster_id else ""
    return ConversationStore(workspace.database).begin(utc_now(), cluster_id=found)


def begin_with_log(
    workspace: Workspace, data: bytes, name: str, *, service: str = "", version: str = ""
) -> Conversation:
    """A new conversation over a log that is handed in. Raises BadInputError for an empty or too large one."""
    key = keep_log(workspace, data, name, service=service, version=version)
    kept = name.encode("utf-8", "replace").decode()[:LONGEST_NAME] or "log"
    return ConversationStore(workspace.database).begin(utc_now(), log_key=key, log_name=kept)


def talker(workspace: Workspace, conversation: Conversation) -> Talker:
    """A stored conversation, ready for its next question; keep it for several. Raises NotFoundError."""
    store = ConversationStore(workspace.database)
    if conversation.log_key:
        pasted = pasted_world(workspace, conversation.log_key)
        faults = pasted.log.faults
        only = faults[0] if len(faults) == 1 else None
        return Talker(conversation, pasted, store, only, speaker(workspace, conversation, pasted))
    world = stored_world(workspace, conversation.cluster_id)
    return Talker(conversation, world, store, world.cluster, speaker(workspace, conversation, world))


def speaker(workspace: Workspace, conversation: Conversation, world: World) -> Speaker | None:
    """The model that answers, by the settings; None leaves it to the rules."""
    if workspace.settings.analyst.kind == "deterministic":
        return None
    from flows.steps.analyst import metered_models, redaction_policy
    from rca.conversation.model_speaker import ModelSpeaker

    return ModelSpeaker(
        metered_models(workspace, conversation.id),
        redaction=redaction_policy(workspace),
        labels={"cluster": conversation.cluster_id, "conversation": conversation.id},
        tokens=workspace.settings.analyst.token_budget,
    )


def ask(workspace: Workspace, conversation_id: str, question: str) -> TurnAnswer:
    """Ask the next question of a stored conversation. Raises NotFoundError and BadInputError."""
    conversation = ConversationStore(workspace.database).get(conversation_id)
    return asked(talker(workspace, conversation), question)


def asked(talker: Talker, question: str) -> TurnAnswer:
    """Ask the next question of an open conversation. Raises BadInputError."""
    turn, evidence = talker.ask(question)
    cited = set(turn.answer.cited)
    pieces = [EvidenceShape.model_validate(item) for item in evidence if item.id in cited]
    return TurnAnswer(conversation_id=talker.conversation.id, turn=turn_shape(turn), evidence=pieces)


def show(workspace: Workspace, conversation_id: str) -> ConversationAnswer:
    """A conversation as it stands. Raises NotFoundError."""
    store = ConversationStore(workspace.database)
    found = store.get(conversation_id)
    turns, evidence = store.turns(found.id)
    over = f"cluster {found.cluster_id}" if found.cluster_id else "everything that was taken in"
    return ConversationAnswer(
        id=found.id,
        title=found.title,
        about=f"the log {found.log_name}" if found.log_key else over,
        cluster_id=found.cluster_id,
        log_name=found.log_name,
        created_at=found.created_at,
        updated_at=found.updated_at,
        turns=[turn_shape(turn) for turn in turns],
        evidence=[EvidenceShape.model_validate(item) for item in evidence],
    )


def listing(
    workspace: Workspace, *, cluster_id: str = "", limit: int = 20, offset: int = 0
) -> Listing[ConversationItem]:
    """One page of the conversations, the newest first, of one cluster or of all."""
    found, total = ConversationStore(workspace.database).list(cluster_id=cluster_id, limit=limit, offset=offset)
    return Listing(items=[_item(one) for one in found], total=total, limit=limit, offset=offset)


def turn_shape(turn: Turn) -> TurnShape:
    """A turn as it is answered."""
    answer = turn.answer
    return TurnShape(
        number=turn.number,
        at=turn.at,
        question=turn.question,
        status=answer.status,
        answer=[SentenceShape.model_validate(sentence) for sentence in answer.sentences],
        options=[OptionShape.model_validate(option) for option in answer.options],
        shown=list(answer.shown),
        marks=answer.marks,
        suggestions=list(answer.suggestions),
        fault=answer.fault,
        look_ups=[LookUpShape.model_validate(one) for one in turn.look_ups],
        analyst=turn.analyst,
        note=turn.note,
        usage=UsageShape(
            input_tokens=turn.input_tokens, output_tokens=turn.output_tokens, cost_usd=turn.micro_usd / 1_000_000
        ),
        latency_ms=turn.latency_ms,
        checked=turn.checked,
        dropped=[DroppedShape.model_validate(one) for one in answer.dropped],
    )


def _item(listed: Listed) -> ConversationItem:
    found = listed.conversation
    return ConversationItem(
        id=found.id,
        title=found.title,
        cluster_id=found.cluster_id,
        log_name=found.log_name,
        created_at=found.created_at,
        updated_at=found.updated_at,
        turns=listed.turns,
    )
