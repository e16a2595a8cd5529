"""Budgets that no call breaks, over processes and kills; what calls cost, and what is kept of them.

Real: SQLite, boto3, HTTP, a folder as object store. Emulated: Bedrock's endpoint.
"""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.database import Database
from connectors.errors import ConfigurationError, ThrottledError, UnavailableError
from connectors.llm import ModelRequest
from connectors.llm.bedrock import open_bedrock
from connectors.objects.local import open_local
from rca.analysts.metered import Meter, MeteredModel
from rca.prices import Price, price_of
from rca.spending import BudgetError, Call, Limits, Spending
from tests.fakes.converse_endpoint import ConverseEndpoint, Reply, failure, tool_call

REQUEST = ModelRequest(
    "Be brief.", "What is up?", "report", "Say it.", {"type": "object"}, max_tokens=1000,
    labels={"project": "shop", "cluster": "c1", "purpose": "test"},
)  # fmt: skip
MODEL = "anthropic.claude-sonnet-4-20250514-v1:0"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any credentials do: the endpoint checks no signature."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    made.migrate()
    return made


def call(micro_usd: int, *, project: str = "shop", run: str = "r1") -> Call:
    return Call("m", run, micro_usd, project=project)


def metered(endpoint: ConverseEndpoint, spending: Spending, folder: Path | None = None) -> MeteredModel:
    model = open_bedrock(f"bedrock://{MODEL}", region="us-east-1", endpoint_url=endpoint.url, timeout_seconds=1)
    history = None if folder is None else open_local(f"file://{folder}")
    return MeteredModel(model, MODEL, Meter(spending, "r1", history=history))


def test_a_call_that_would_break_the_day_is_refused(database: Database) -> None:
    """With the limit, what is used and what it may cost; and nothing is reserved for it."""
    spending = Spending(database, Limits(day=1.0))
    spending.reserve(call(600_000))
    with pytest.raises(BudgetError, match=r"\$1\.00 for the day .* \$0\.6000 is used and it may cost \$0\.5000"):
        spending.reserve(call(500_000))
    assert spending.spent()["m"].usd == 0.6


@pytest.mark.parametrize(
    ("limits", "other"),
    [(Limits(project_day=1.0), call(900_000, project="other")), (Limits(run=1.0), call(900_000, run="r2"))],
)
def test_projects_and_runs_have_their_own_budget(database: Database, limits: Limits, other: Call) -> None:
    """What another one used does not count."""
    spending = Spending(database, limits)
    spending.reserve(other)
    spending.reserve(call(900_000))
    with pytest.raises(BudgetError):
        spending.reserve(call(200_000))


def test_a_new_day_has_a_new_budget(database: Database) -> None:
    """Days are UTC days."""
    now = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    Spending(database, Limits(day=1.0), clock=lambda: now).reserve(call(1_000_000))
    Spending(database, Limits(day=1.0), clock=lambda: now + timedelta(minutes=2)).reserve(call(1_000_000))


def test_a_reservation_counts_until_it_is_settled(database: Database) -> None:
    """A process that was killed before its answer leaves the most that it can have cost."""
    spending = Spending(database, Limits(day=1.0))
    held = spending.reserve(call(900_000))
    with pytest.raises(BudgetError):
        spending.reserve(call(200_000))
    spending.settle(held, micro_usd=100_000, input_tokens=10, output_tokens=5)
    spending.reserve(call(200_000))


def test_runs_at_the_same_time_do_not_overspend_together(database: Database) -> None:
    """Twenty threads want a tenth of the budget each: ten get it."""
    refused: list[BudgetError] = []

    def take() -> None:
        try:
            Spending(Database(database.url), Limits(day=1.0)).reserve(call(100_000))
        except BudgetError as error:
            refused.append(error)

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 10


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 400_000)), max_size=12))
def test_no_sequence_of_calls_costs_more_than_the_budget(costs: list[tuple[int, int]]) -> None:
    """As no call costs more than was predicted."""
    database = Database("sqlite://")
    from connectors.database import metadata

    with database.write() as connection:
        metadata.create_all(connection)
    spending = Spending(database, Limits(day=1.0))
    for predicted, real in costs:
        try:
            spending.settle(spending.reserve(call(predicted)), micro_usd=min(predicted, real))
        except BudgetError:
            continue
    assert sum(spent.usd for spent in spending.spent().values()) <= 1.0


def test_a_call_is_refused_before_anything_is_sent(database: Database) -> None:
    """The endpoint hears nothing but the question what it would count, which fails here."""
    refusal = failure("ValidationException", 400)
    with ConverseEndpoint(refusal) as endpoint:
        with pytest.raises(BudgetError):
            metered(endpoint, Spending(database, Limits(day=0.001))).answer(REQUEST)
        assert [seen.operation for seen in endpoint.seen] == ["count-tokens"]


def test_the_vendors_count_decides_where_the_prediction_is_too_careful(database: Database) -> None:
    """An exact count is asked for only when the budget hangs on it."""
    limits = Limits(day=0.0155)  # the answer's limit alone is $0.015
    with ConverseEndpoint(Reply({"inputTokens": 40}), tool_call("report", {"a": 1})) as endpoint:
        answer = metered(endpoint, Spending(database, limits)).answer(REQUEST)
        assert [seen.operation for seen in endpoint.seen] == ["count-tokens", "converse"]
    assert answer.output == {"a": 1}


def test_an_answer_has_its_price(database: Database) -> None:
    """11 tokens in at $3 and 7 out at $15 a million, in the answer and in the ledger."""
    spending = Spending(database, Limits())
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        assert metered(endpoint, spending).answer(REQUEST).cost_usd == 0.000138
    spent = spending.spent(by="project")["shop"]
    assert (spent.calls, spent.input_tokens, spent.output_tokens, spent.usd) == (1, 11, 7, 0.000138)


def test_a_refused_call_costs_nothing(database: Database) -> None:
    """Throttling happens before the model reads anything."""
    spending = Spending(database, Limits())
    with ConverseEndpoint(failure("ThrottlingException", 429)) as endpoint, pytest.raises(ThrottledError):
        metered(endpoint, spending).answer(REQUEST)
    assert spending.spent()[MODEL].usd == 0


def test_a_call_that_broke_off_counts_as_predicted(database: Database) -> None:
    """Nobody knows what the vendor will charge for it."""
    spending = Spending(database, Limits())
    with ConverseEndpoint(failure("InternalServerException", 500)) as endpoint:
        model = metered(endpoint, spending)
        with pytest.raises(UnavailableError):
            model.answer(REQUEST)
    assert spending.spent()[MODEL].usd == model.predicted_micro_usd(REQUEST) / 1e6 > 0.015


def test_question_and_answer_are_kept(database: Database, tmp_path: Path) -> None:
    """As they were sent, with labels and cost, in the object store."""
    folder = tmp_path / "objects"
    with ConverseEndpoint(tool_call("report", {"a": "ä"})) as endpoint:
        metered(endpoint, Spending(database, Limits()), folder).answer(REQUEST)
    store = open_local(f"file://{folder}")
    (key,) = store.keys("llm/")
    kept = json.loads(store.get(key))
    assert (kept["prompt"], kept["output"], kept["labels"]["cluster"]) == ("What is up?", {"a": "ä"}, "c1")
    assert kept["cost_usd"] == 0.000138


def test_labels_are_not_sent(database: Database) -> None:
    """They are the ledger's business."""
    request = replace(REQUEST, labels={"project": "canary-project"})
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        metered(endpoint, Spending(database, Limits())).answer(request)
        assert "canary-project" not in json.dumps(endpoint.seen[0].body)


def test_own_prices_go_first() -> None:
    """And a model that nothing fits costs as much as the dearest."""
    own = Price("sonnet", 1.0, 2.0)
    assert price_of(MODEL, [own]) is own
    assert price_of(MODEL).input == 3.0
    assert price_of("unheard.of-model").output == max(price_of(name).output for name in ("claude-opus-4-1", MODEL))


def test_a_wrong_price_is_said() -> None:
    """With the pattern."""
    with pytest.raises(ConfigurationError, match="negative"):
        Price("x", -1.0, 0.0)
