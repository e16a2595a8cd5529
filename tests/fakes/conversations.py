"""Conversations over the small shop: its log as handed in, its code and history, and models that do what a test says.

Owns: the pieces. Real: triage, analysis, code index, git, SQLite. A fake is only who answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.llm import ModelAnswer, ModelRequest, ToolCall
from connectors.pseudonyms import Policy
from connectors.records import utc_now
from rca.analysis import analyse
from rca.conversation.desk import Limits
from rca.conversation.model_speaker import ModelSpeaker
from rca.conversation.pasted import PastedWorld, triage
from rca.conversation.store import ConversationStore
from rca.conversation.talking import Talker
from rca.conversation.values import Fault
from rca.conversation.world import Code
from tests.fakes.rca_shop import Shop

POLICY = Policy(b"k" * 32)
LOG = """2026-11-21 04:00:00,100 INFO shop.orders started version=2.0
2026-11-21 04:00:01,050 INFO shop.orders order received order_id=991 customer_id=c-77 mail=canary.person@example.org
2026-11-21 04:00:02,110 ERROR shop.orders order failed order_id=991 customer_id=c-77 tier=None password=hunter22x
Traceback (most recent call last):
  File "/app/shop/orders.py", line 11, in place
    return Pricer("EUR").total(order)
  File "/app/shop/pricing.py", line 18, in total
    rate = discount_rate(order["customer"])
  File "/app/shop/pricing.py", line 8, in discount_rate
    return RATES[customer["tier"]]
KeyError: None
2026-11-21 04:00:03,000 WARN shop.orders retrying order_id=991
"""
OTHER = """2026-11-21 04:00:04,000 ERROR shop.stock stock lookup failed
Traceback (most recent call last):
  File "/app/shop/stock.py", line 4, in level
    return shelf[sku]
IndexError: list index out of range
"""


def talker(shop: Shop, *, log: str = LOG, speaker: ModelSpeaker | None = None, limits: Limits | None = None) -> Talker:
    """A new conversation over `log`, with the shop's code, history and database."""
    world = PastedWorld(triage(log, "orders.log", service="orders"), _code_of(shop), analyse)
    faults = world.log.faults
    store = ConversationStore(shop.database)
    conversation = store.begin(utc_now(), log_key="k", log_name="orders.log")
    only = faults[0] if len(faults) == 1 else None
    return Talker(conversation, world, store, only, speaker, limits or Limits())


def _code_of(shop: Shop) -> Callable[[str, str, Fault], Code]:
    def code_of(service: str, ref: str, fault: Fault) -> Code:
        return Code(shop.snapshot, shop.repository, shop.failing, "at the commit that was running")

    return code_of


Move = Callable[[ModelRequest], Mapping[str, Any] | Sequence[tuple[str, Mapping[str, Any]]]]


@dataclass
class ScriptedModel:
    """A `StructuredModel` that makes one move a call, the last one again and again; keeps what it was asked.

    A move gives an answer (a mapping) or the look-ups to ask for (pairs of name and arguments).
    """

    moves: list[Move]
    asked: list[ModelRequest] = field(default_factory=list)

    def answer(self, request: ModelRequest) -> ModelAnswer:
        self.asked.append(request)
        move = self.moves.pop(0) if len(self.moves) > 1 else self.moves[0]
        made = move(request)
        if isinstance(made, Mapping):
            return ModelAnswer(made, "scripted", 10, 5, 1, "tool_use")
        number = len(self.asked)
        calls = tuple(ToolCall(f"t{number}-{place}", name, given) for place, (name, given) in enumerate(made))
        return ModelAnswer({}, "scripted", 10, 5, 1, "tool_use", calls=calls)


def spoken_by(*models: Any, tokens: int = 12_000) -> ModelSpeaker:
    """A speaker that asks `models` in order and never sleeps."""
    named = {f"m{number}": model for number, model in enumerate(models)}
    return ModelSpeaker(named, redaction=POLICY, tokens=tokens, sleep=lambda _: None)


def says(text: str, evidence_id: str = "", quote: str = "", kind: str = "fact") -> dict[str, Any]:
    """One sentence as a model hands it in."""
    citations = [{"evidence_id": evidence_id, "quote": quote}] if evidence_id else []
    return {"text": text, "kind": kind, "citations": citations}
