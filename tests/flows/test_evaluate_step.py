"""The evaluation over a workspace: stored, compared with the last, verdicts as cases, a model's cost said before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.errors import StopError
from flows.settings import AnalystSettings, BudgetSettings, Settings
from flows.steps.evaluate import EvaluateOptions, evaluate_product, predict
from flows.wiring import Workspace
from rca import prompts
from rca.evaluation.baseline import baseline_of
from rca.evaluation.store import EvaluationStore
from rca.evaluation.verdicts import truths
from rca.feedback import FeedbackInput, FeedbackRecord, FeedbackStore, TrueCause, Verdict
from tests.fakes.converse_endpoint import ConverseEndpoint, tool_call
from tests.rca.evaluation.evaluations import some_attacks, some_cases

pytestmark = pytest.mark.slow
SONNET = "anthropic.claude-sonnet-4-20250514-v1:0"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    budget = AnalystSettings(budget=BudgetSettings(run=0.1))
    with Workspace(Settings(state_dir=tmp_path / "state", embeddings="none", analyst=budget)) as opened:
        yield opened


def test_a_release_passes_the_gate(workspace: Workspace) -> None:
    """The product as it stands against the baseline that comes with it: every case, every measure, no regression."""
    done = evaluate_product(workspace)
    assert done.judgement.sentences == []
    assert [stored.usable for stored in EvaluationStore(workspace.database).history()] == [True]


def test_the_next_run_is_compared_with_the_last_and_may_become_the_baseline(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Without a baseline the first run has nothing to be compared with, the second has the first."""
    first = EvaluateOptions(shipped=some_cases, attacks=some_attacks, baseline_file=tmp_path / "baseline.toml")
    assert evaluate_product(workspace, first).judgement.uncompared
    assert evaluate_product(workspace, replace(first, accept=True)).judgement.sentences == []
    assert baseline_of("deterministic", first.baseline_file) is not None


def test_what_a_model_may_cost_is_said_before_it_is_asked(workspace: Workspace) -> None:
    """By case and list price; more than the budget of a run stops it, and nothing is stored."""
    asked = EvaluateOptions(model=SONNET, shipped=some_cases, attacks=some_attacks)
    found = predict(workspace, asked)
    assert found.questions == 4 + 3  # each case; the fault with each of two orders, and without
    assert found.usd > 0.1
    with pytest.raises(StopError, match=r"the budget of a run is \$0\.10"):
        evaluate_product(workspace, asked)
    assert EvaluationStore(workspace.database).history() == []


def record(verdict: Verdict, *, hour: int, true: tuple[str, str] = ("", ""), cluster: str = "c1") -> FeedbackRecord:
    blamed = ("pay.py", "pay")
    named = blamed if verdict == "accept" and not true[0] else true
    at = datetime(2026, 11, 21, hour, tzinfo=UTC)
    return FeedbackRecord(f"{cluster}{hour}", cluster, "r1", verdict, "ann", "", blamed, named, {}, at)


def test_verdicts_become_truths() -> None:
    """Accepted: the place; rejected: not that place, and the true one where it was named; the newest counts."""
    found = truths(
        [
            record("reject", hour=1, cluster="accepted"),
            record("accept", hour=2, cluster="accepted"),
            record("reject", hour=1, cluster="rejected"),
            record("reject", hour=1, true=("cart.py", "total"), cluster="corrected"),
            record("partly_correct", hour=1, cluster="unclear"),
            record("partly_correct", hour=1, true=("cart.py", "total"), cluster="refined"),
        ]
    )
    shown = {
        name: ([(p.file, p.symbol) for p in truth.causes], [(p.file, p.symbol) for p in truth.not_causes])
        for name, truth in found.items()
    }
    assert shown == {
        "accepted": ([("pay.py", "pay")], []),
        "rejected": ([], [("pay.py", "pay")]),
        "corrected": ([("cart.py", "total")], [("pay.py", "pay")]),
        "refined": ([("cart.py", "total")], []),
    }


def test_a_verdict_on_a_cluster_that_is_gone_is_a_note(workspace: Workspace, tmp_path: Path) -> None:
    """Retention took it; that is no failure, but it is said."""
    cause = TrueCause(file="cart.py", symbol="total")
    FeedbackStore(workspace.database).add(FeedbackInput(cluster_id="gone", verdict="reject", true_cause=cause))
    done = evaluate_product(
        workspace, EvaluateOptions(baseline_file=tmp_path / "baseline.toml", shipped=some_cases, attacks=some_attacks)
    )
    assert done.evaluation.parts["verdicts"] == 0
    assert any("the verdict on cluster gone was left out" in note for note in done.evaluation.notes)
    assert done.judgement.failures == []


def test_a_model_is_evaluated_by_what_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real client against an endpoint on this machine: every case asked, paid for, and kept apart from the rules'
    results; a model that never names a cause is told apart from one that does."""
    silence = {"summary": "There is not enough evidence.", "root_cause": None}
    with ConverseEndpoint(tool_call(prompts.TOOL, silence)) as endpoint:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", endpoint.url)
        chosen = AnalystSettings(region="us-east-1", budget=BudgetSettings(run=100.0, day=None))
        with Workspace(Settings(state_dir=tmp_path / "state", embeddings="none", analyst=chosen)) as opened:
            asked = EvaluateOptions(
                model=SONNET, baseline_file=tmp_path / "baseline.toml", shipped=some_cases, attacks=some_attacks
            )
            done = evaluate_product(opened, asked)
    metrics = {metric.name: metric.value for metric in done.evaluation.metrics}
    assert done.evaluation.analyst == f"model:{SONNET}"
    assert metrics["analyst.answered"] == 1.0
    assert (metrics["abstention.kept"], metrics["abstention.needless"], metrics["cause.right"]) == (1.0, 1.0, 0.0)
    assert done.prediction is not None
    assert 0 < (metrics["cost.usd"] or 0) * done.prediction.questions < done.prediction.usd
    assert len(endpoint.seen) >= done.prediction.questions
