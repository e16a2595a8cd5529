"""What asking a model took: every call of a report, tokens that the vendor had in its cache, answers of no use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.database import Database
from connectors.llm.bedrock import open_bedrock
from connectors.pseudonyms import Policy
from rca import prompts
from rca.analysis import analyse
from rca.analysts.metered import Meter, MeteredModel
from rca.analysts.model_analyst import ModelAnalyst
from rca.prices import Price, price_of
from rca.report import Usage
from rca.spending import Limits, Spending
from tests.fakes.converse_endpoint import ConverseEndpoint, Reply, failure, tool_call
from tests.fakes.rca_shop import Shop, build_shop, shop_case

MODEL = "anthropic.claude-sonnet-4-20250514-v1:0"
GOOD = {"summary": "The evidence does not show it.", "root_cause": None}
CACHED = {"inputTokens": 100, "cacheReadInputTokens": 2000, "cacheWriteInputTokens": 400, "outputTokens": 50}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("usage"))


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any credentials do: the endpoint checks no signature."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def ask(shop: Shop, tmp_path: Path) -> Callable[..., tuple[Usage | None, Spending]]:
    """The usage that a report shows after these replies, and the ledger."""

    def asked(*replies: Reply) -> tuple[Usage | None, Spending]:
        database = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
        database.migrate()
        spending = Spending(database, Limits())
        with ConverseEndpoint(*replies) as endpoint:
            model = open_bedrock(f"bedrock://{MODEL}", region="us-east-1", endpoint_url=endpoint.url)
            metered = MeteredModel(model, MODEL, Meter(spending, "r1"))
            writer = ModelAnalyst({MODEL: metered}, redaction=Policy(b"k" * 32), sleep=lambda _: None)
            return analyse(shop_case(shop), analyst=writer).report.usage, spending

    return asked


def good(**usage: int) -> Reply:
    return tool_call(prompts.TOOL, GOOD, usage=usage)


def test_a_report_says_what_it_took(ask: Callable[..., Any]) -> None:
    """Model, tokens, those of the cache among them, dollars, milliseconds, calls."""
    usage, _ = ask(good(**CACHED))
    cost = (100 * 3 + 2000 * 0.3 + 400 * 3.75 + 50 * 15) / 1e6
    assert usage.cost_usd == pytest.approx(cost)
    assert usage.model_dump(exclude={"cost_usd"}) == {
        "input_tokens": 2500, "output_tokens": 50, "latency_ms": 5, "cached_tokens": 2000, "model": MODEL, "calls": 1,
    }  # fmt: skip


def test_a_repair_is_paid_for_and_said(ask: Callable[..., Any]) -> None:
    """Both answers count, the bad one too."""
    usage, spending = ask(tool_call(prompts.TOOL, {"summary": "x"}), good())
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (2, 22, 14)
    assert usage.cost_usd == pytest.approx(spending.spent()[MODEL].usd)


def test_an_answer_that_was_cut_off_costs_what_it_took(ask: Callable[..., Any]) -> None:
    """Not what was predicted: the vendor said."""
    usage, spending = ask(tool_call(prompts.TOOL, {}, stop_reason="max_tokens", usage={"outputTokens": 4096}), good())
    expected = (11 * 3 + 4096 * 15 + 11 * 3 + 7 * 15) / 1e6
    assert spending.spent()[MODEL].usd == pytest.approx(expected)
    assert usage.cost_usd == pytest.approx(expected)


def test_what_was_spent_in_vain_is_in_the_fallback_too(ask: Callable[..., Any]) -> None:
    """The rules wrote; two bad answers were paid for."""
    usage, _ = ask(tool_call(prompts.TOOL, {"summary": "x"}))
    assert (usage.calls, usage.model) == (2, MODEL)


def test_without_an_answer_there_is_no_usage(ask: Callable[..., Any]) -> None:
    """A refusal takes nothing."""
    usage, spending = ask(failure("ValidationException", 400))
    assert usage is None
    assert spending.spent()[MODEL].usd == 0


def test_no_call_costs_more_than_the_most() -> None:
    """Whatever the vendor reads from or writes to its cache."""
    price = price_of(MODEL)
    most = price.most_micro_usd(1000, 100)
    shares = [(0, 0), (1000, 0), (0, 1000), (300, 400)]
    assert all(price.micro_usd(1000, 100, cached=cached, written=written) <= most for cached, written in shares)
    assert Price("m", 1.0, 2.0).micro_usd(10, 10, cached=5, written=5) == 30
