"""One turn of a conversation: read the question, let a model or the rules answer it, keep both.

Owns: the order, and what happens when a model cannot answer: the rules do, and the reason is said. Keeps out: look-ups,
sentences, prompts.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from connectors.errors import BadInputError
from rca.conversation import rules_speaker
from rca.conversation.asked import Asked, read
from rca.conversation.choosing import resumed
from rca.conversation.desk import Desk, Limits
from rca.conversation.notebook import Notebook
from rca.conversation.store import Conversation, ConversationStore
from rca.conversation.values import Answer, Fault, LookedUp, Turn
from rca.conversation.world import World
from rca.evidence import EvidenceItem

LONGEST_QUESTION = 4_000  # characters


def utc_now() -> datetime:
    """The present (connectors.records has the same, behind an import of Arrow)."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a model made of a question. `answer` is None when none could; then `note` says why."""

    answer: Answer | None
    analyst: str = ""
    note: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    checked: int = 0


def _storable(question: str) -> str:
    """What every database can keep: no NUL, no half characters of a terminal's bytes."""
    return question.replace("\0", " ").encode("utf-8", "replace").decode().strip()


class Speaker(Protocol):
    """A model that plans look-ups and answers. Never raises for a vendor's failure."""

    def speak(self, asked: Asked, desk: Desk, earlier: Sequence[Turn], own: Fault | None) -> Spoken: ...


@dataclass
class Talker:
    """A conversation that is open. `fault` is what it is over, None when it is over several; `speaker` None: rules."""

    conversation: Conversation
    world: World
    store: ConversationStore
    fault: Fault | None = None
    speaker: Speaker | None = None
    limits: Limits = field(default_factory=Limits)
    rules_limits: Limits = field(default_factory=lambda: Limits(look_ups=40, seconds=60.0, pieces=200))
    now: Callable[[], datetime] = utc_now

    def ask(self, question: str) -> tuple[Turn, Sequence[EvidenceItem]]:
        """The next turn, stored, and all evidence of the conversation. Raises BadInputError for a question of no
        use."""
        text = _storable(question)
        if not text:
            raise BadInputError("the question is empty; ask something, such as: what happened?")
        if len(text) > LONGEST_QUESTION:
            raise BadInputError(
                f"the question has {len(text):,} characters and at most {LONGEST_QUESTION:,} are taken; hand a log in "
                "as a file instead."
            )
        began = time.monotonic()
        earlier, held = self.store.turns(self.conversation.id)
        notebook = Notebook(held)
        turn = self._turn(text, earlier, notebook)
        done = replace(turn, latency_ms=round((time.monotonic() - began) * 1_000))
        kept = self.store.add(self.conversation, done, notebook.fresh, after=earlier[-1].number if earlier else 0)
        return kept, notebook.evidence.items

    def _turn(self, text: str, earlier: Sequence[Turn], notebook: Notebook) -> Turn:
        meant, chosen = resumed(read(text), earlier)
        asked = self._read(meant or text)
        own = self.world.fault(chosen) if chosen else self.fault
        spoken = Spoken(None)
        look_ups: tuple[LookedUp, ...] = ()
        if self.speaker is not None:
            desk = Desk(self.world, notebook, self.limits)
            spoken = self.speaker.speak(asked, desk, earlier, own)
            look_ups = tuple(desk.done)
        answer, checked, note, analyst = spoken.answer, spoken.checked, spoken.note, spoken.analyst
        if answer is None:
            desk = Desk(self.world, notebook, self.rules_limits)
            answer, checked = rules_speaker.answer(asked, desk, earlier, own)
            look_ups = (*look_ups, *desk.done)
            analyst = rules_speaker.NAME
            note = note or rules_speaker.NOTE
        return Turn(
            number=0,
            at=self.now(),
            question=text,
            answer=answer,
            look_ups=look_ups,
            analyst=analyst,
            note=note,
            input_tokens=spoken.input_tokens,
            output_tokens=spoken.output_tokens,
            micro_usd=spoken.micro_usd,
            checked=checked,
        )

    def _read(self, text: str) -> Asked:
        """The question with the services and times that it names, where it may name any."""
        plain = read(text)
        if not _may_name(text):
            return plain
        return read(text, services=list(self.world.services()), newest=self.world.newest())


def _may_name(text: str) -> bool:
    """Whether it is worth opening the warehouse to know the services: short common questions need it not."""
    return len(text.split()) > 3
