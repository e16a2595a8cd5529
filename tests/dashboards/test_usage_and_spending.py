"""What reports took and what models cost, in the terminal, in the API and on the page."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboards.answers.usage import NowShape, overtaken_words, usage_words
from flows.settings import load_settings
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterQuery, ClusterStore
from rca.report import DroppedClaim, RcaReport, Seen, Usage
from rca.reports import ReportStore
from rca.spending import Call, Limits, Spending

USED = Usage(
    input_tokens=3245, output_tokens=512, cost_usd=0.0123, latency_ms=5210, cached_tokens=2000, model="claude-x",
    calls=2,
)  # fmt: skip


@pytest.fixture
def cluster_id(scene: Path) -> str:
    """A fault with a report by a model that made one thing up, overtaken by three events."""
    with Workspace(load_settings(scene / "firstcause.toml")) as opened:
        clusters = ClusterStore(opened.database).list(ClusterQuery())
        found = next(one for one in clusters if one.type == "TypeError")
        reports = ReportStore(opened.database)
        stored = reports.latest(found.id)
        assert stored is not None
        lost = DroppedClaim(
            claim="impact: It cost <b>31,337</b> euros.", why="no evidence holds 31,337", check="number"
        )
        update = {
            "usage": USED, "dropped": [lost], "dropped_claims": 1,
            "seen": Seen(count=found.count - 3, at=datetime(2026, 3, 1, 12, tzinfo=UTC)),
        }  # fmt: skip
        report = stored.result.report.model_copy(update=update)
        reports.renew(replace(stored.result, report=report))
        return found.id


def test_explain_says_what_the_report_took(run, scene: Path, cluster_id: str) -> None:
    """Model, tokens, cache, dollars, seconds, prompt; what was dropped and why; that it is from the store."""
    seen = " ".join(run("explain", cluster_id, at=scene).out.split())
    assert "claude-x: 3,245 tokens in (2,000 of them from the model's cache), 512 out, 2 calls, $0.0123" in seen
    assert "5.2 s; prompt " in seen
    assert "1 claim could not be confirmed and was dropped: - impact: It cost <b>31,337</b> euros.: no evidence" in seen
    assert "From the store." in seen
    assert "Since this was counted (7 at 2026-03-01 12:00:00Z) it was seen 3 times more" in seen


def test_the_api_and_json_have_the_same(run, scene: Path, cluster_id: str) -> None:
    """Usage, dropped claims with the check that failed, whether it is from the store, and the counts of now."""
    answer = json.loads(run("explain", cluster_id, "--json", at=scene).out)
    assert answer["report"]["usage"]["cached_tokens"] == 2000
    assert [lost["check"] for lost in answer["report"]["dropped"]] == ["number"]
    assert (answer["cached"], answer["now"]["count"], answer["report"]["seen"]["count"]) == (True, 10, 7)


def test_the_page_shows_it_too(own_api, cluster_id: str) -> None:
    """With what a model wrote escaped."""
    page = own_api.get(f"/clusters/{cluster_id}").text
    assert "claude-x: 3,245 tokens in" in page
    assert "it was seen 3 times more" in page
    assert "&lt;b&gt;31,337" in page
    assert "<b>31,337" not in page


def test_a_report_by_rules_says_that_no_model_was_asked(run, built: Path) -> None:
    """And names the rules' version."""
    found = json.loads(run("clusters", "--json", at=built).out)["items"]
    asked = next(item["id"] for item in found if item["type"] == "TypeError")
    assert "No model was asked; rules 20" in run("explain", asked, at=built).out


def test_counts_of_now_are_not_repeated() -> None:
    """Nothing is said while nothing happened since, nor of reports that kept no counts."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    now = NowShape(count=7, first_seen=at, last_seen=at)
    report = RcaReport.model_construct(seen=Seen(count=7, at=at), usage=None, prompt_version="rules-1")
    assert overtaken_words(report, now) == ""
    assert overtaken_words(report.model_copy(update={"seen": None}), now) == ""
    assert "once more" in overtaken_words(report, now.model_copy(update={"count": 8}))
    assert usage_words(report) == "No model was asked; rules 1."


@pytest.fixture
def spent(scene: Path) -> Path:
    """Calls of today, of this month (or today, on its first day), and of a month long ago; one still under way."""
    with Workspace(load_settings(scene / "firstcause.toml")) as opened:
        now = datetime.now(UTC)
        for at, model, cost in (
            (now, "claude-x", 1_500_000),
            (now.replace(day=1), "nova-y", 250_000),
            (now - timedelta(days=400), "claude-x", 9_000_000),
        ):
            ledger = Spending(opened.database, Limits(), clock=lambda at=at: at)
            held = ledger.reserve(Call(model, "r", cost * 2, project="orders"))
            ledger.settle(held, micro_usd=cost, input_tokens=1000, output_tokens=10)
        Spending(opened.database, Limits()).reserve(Call("claude-x", "r", 100_000, project="billing"))
    return scene


def test_spending_shows_today_the_month_and_what_is_left(run, spent: Path) -> None:
    """By project and model, dearest first; what is under way counts with what it may cost."""
    found = json.loads(run("spending", "--json", at=spent).out)
    first = found["today"]["rows"][0]
    assert (first["project"], first["model"], first["usd"], first["predicted_usd"]) == ("orders", "claude-x", 1.5, 3.0)
    assert found["month"]["usd"] == 1.85
    assert [row["waiting"] for row in found["today"]["rows"] if row["project"] == "billing"] == [1]
    day = found["budgets"][0]
    assert (day["limit"], day["left"]) == (20.0, round(20.0 - found["today"]["usd"], 6))
    assert found["run_limit"] == 5.0


def test_spending_reads_well(run, spent: Path) -> None:
    """Words for people, within the width of a terminal."""
    seen = run("spending", at=spent)
    assert seen.code == 0
    assert "This month: $1.85 for 3 calls" in seen.out
    assert "left of $20.00" in seen.out
    assert "one run: at most $5.00" in seen.out
    assert max(map(len, seen.out.splitlines())) <= 100


def test_spending_without_any_call(run, built: Path) -> None:
    """Says so, and what may be spent."""
    seen = run("spending", at=built)
    assert "No model was asked this month." in seen.out
    assert "today: $20.00 left of $20.00" in seen.out


def test_the_api_has_spending(api) -> None:
    """The same answer as the command's."""
    answer = api.get("/api/v1/spending")
    assert answer.status_code == 200
    assert answer.json()["budgets"][0]["name"] == "today"
