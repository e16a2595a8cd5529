"""A conversation through the real boto3: look-ups, budget, history, and what never leaves.

Real: boto3, HTTP, redaction, metering, SQLite, the object store. Emulated: Bedrock's endpoint.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.database import Database
from connectors.llm.bedrock import open_bedrock
from connectors.objects.local import LocalObjects
from connectors.pseudonyms import Pseudonyms
from rca.analysts.metered import Meter, MeteredModel
from rca.conversation.model_speaker import ModelSpeaker
from rca.conversation.talking import Talker
from rca.conversation.values import Turn
from rca.spending import Limits, Spending
from tests.fakes.conversations import POLICY, talker
from tests.fakes.converse_endpoint import ConverseEndpoint, failure, tool_call
from tests.fakes.rca_shop import Shop

MAIL = "canary.person@example.org"
SECRET = "hunter22x"
MODEL = "amazon.nova-lite-v1:0"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def opened(folder: Path, shop: Shop, url: str, limits: Limits | None = None) -> Talker:
    """A conversation whose model is at `url`, with ledger and history below `folder`."""
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    database.migrate()
    meter = Meter(Spending(database, limits or Limits()), run_id="c1", history=LocalObjects(folder / "history"))
    model = MeteredModel(open_bedrock(f"bedrock://{MODEL}", region="us-east-1", endpoint_url=url), MODEL, meter)
    return talker(shop, speaker=ModelSpeaker({"nova": model}, redaction=POLICY, sleep=lambda _: None))


def asked(folder: Path, shop: Shop) -> tuple[Turn, list[dict[str, Any]], str]:
    """The turn, the bodies that the endpoint was sent, and the history as kept; the model quotes a stand-in."""
    stand_in = Pseudonyms(POLICY).hide(MAIL)
    replies = [
        tool_call("search_logs", {"text": stand_in}),
        tool_call("logs_around", {"at": "2026-11-21T04:00:02Z", "service": "orders"}),
        tool_call(
            "answer",
            {
                "sentences": [
                    {
                        "text": f"The order of {stand_in} failed.",
                        "citations": [{"evidence_id": "E3", "quote": f"mail={stand_in}"}],
                    }
                ]
            },
        ),
    ]
    with ConverseEndpoint(*replies) as endpoint:
        turn, _ = opened(folder, shop, endpoint.url).ask(f"what became of {MAIL}, password={SECRET}?")
    kept = "\n".join(path.read_text() for path in sorted((folder / "history").rglob("*.json")))
    return turn, [seen.body for seen in endpoint.seen], kept


def test_secrets_and_personal_data_never_leave_and_the_engineer_reads_the_values(tmp_path: Path, shop: Shop) -> None:
    """Neither questions, look-ups nor results carry them; the model searches by stand-in, the answer has the value."""
    turn, bodies, kept = asked(tmp_path, shop)
    sent = json.dumps(bodies, ensure_ascii=False)
    assert len(bodies) == 3
    assert MAIL not in sent
    assert SECRET not in sent
    assert MAIL not in kept
    assert SECRET not in kept
    assert turn.answer.sentences[0].text == f"The order of {MAIL} failed."
    assert turn.answer.sentences[0].citations[0].quote == f"mail={MAIL}"
    assert turn.look_ups[1].arguments == {"text": MAIL}
    assert turn.look_ups[1].evidence
    assert SECRET not in turn.question


def test_each_round_is_paid_for_and_kept(tmp_path: Path, shop: Shop) -> None:
    """Three calls are in the ledger under the conversation, with their look-ups in the history."""
    turn, _, kept = asked(tmp_path, shop)
    spent = Spending(Database(f"sqlite:///{tmp_path / 'ledger.db'}"), Limits()).spent(by="run_id")
    assert spent["c1"].calls == 3
    assert (turn.input_tokens, turn.output_tokens) == (33, 21)
    assert turn.micro_usd == round(spent["c1"].usd * 1_000_000)
    assert '"search_logs"' in kept
    assert '"conversation"' in kept


def test_a_spent_budget_leaves_the_answer_to_the_rules(tmp_path: Path, shop: Shop) -> None:
    """Nothing is sent, and the note says why."""
    with ConverseEndpoint(failure("ValidationException", 400)) as endpoint:
        turn, _ = opened(tmp_path, shop, endpoint.url, Limits(run=0.0)).ask("why does it fail?")
    assert [seen.operation for seen in endpoint.seen] == ["count-tokens"]
    assert turn.analyst == "rules"
    assert "budget" in turn.note
