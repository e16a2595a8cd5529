"""A whole analysis by rules, from a case to a stored report."""

import pytest

from connectors.database import Database
from rca.analysis import analyse
from rca.feedback import FeedbackInput, FeedbackStore, TrueCause
from rca.report import RcaReport
from rca.reports import ReportStore
from tests.fakes.rca_shop import Shop, build_shop, log_rows, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("analysis"))


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('db') / 'metadata.db'}")
    database.migrate()
    return database


@pytest.fixture(scope="module")
def report(shop: Shop) -> RcaReport:
    return analyse(shop_case(shop)).report


def test_the_cause_three_calls_away_is_found(report: RcaReport) -> None:
    """The function that the failing release changed, at its place in the file."""
    assert report.root_cause is not None
    assert (report.root_cause.file, report.root_cause.symbol) == ("shop/orders.py", "load_customer")
    assert report.status == "cause_found"


def test_every_claim_of_the_rules_survives_verification(report: RcaReport) -> None:
    """The deterministic analyst says nothing that code cannot confirm."""
    assert report.dropped == []


def test_the_report_is_useful_at_night(report: RcaReport) -> None:
    """Alternatives, parameters with values, evidence, both kinds of fix with risk and rollback, tests, next checks."""
    assert len(report.alternatives) >= 2
    assert {"tier", "order_id"} <= {parameter.name for parameter in report.parameters if parameter.value}
    assert report.evidence
    assert {fix.kind for fix in report.fixes} == {"quick", "durable"}
    assert all(fix.risk and fix.rollback for fix in report.fixes)
    assert report.tests_to_add
    assert report.next_checks
    assert "42 times" in report.impact
    assert report.severity.level == "high"


def test_the_report_says_who_wrote_it_and_what_was_looked_at(report: RcaReport) -> None:
    """Stamps that no analyst can set."""
    assert report.analyst == "deterministic"
    assert "no model" in report.analyst_note
    assert {"log rows", "code"} <= {stamp.what for stamp in report.looked_at}


def test_a_secret_in_the_trace_is_in_no_part_of_the_result(shop: Shop) -> None:
    """What is stored and shown is masked."""
    result = analyse(shop_case(shop))
    assert "hunter22x" not in result.report.model_dump_json()
    assert not any("hunter22x" in item.text for item in result.evidence.items)


def test_the_same_analysis_is_made_once(shop: Shop, database: Database) -> None:
    """A second run finds the stored report and gives the same."""
    reports = ReportStore(database)
    first = analyse(shop_case(shop), reports=reports)
    second = analyse(shop_case(shop), reports=reports)
    assert (first.cached, second.cached) == (False, True)
    assert second.report == first.report
    assert second.evidence == first.evidence
    assert second.suspects == first.suspects
    assert len(reports.history("c1")) == 1


def test_a_stored_report_gets_the_severity_of_now(shop: Shop, database: Database) -> None:
    """A fault that became a flood is not hidden by an old report; the claims stay as they were."""
    reports = ReportStore(database)
    first = analyse(shop_case(shop), reports=reports)
    flood = analyse(shop_case(shop, count=90_000), reports=reports)
    assert flood.cached
    assert (first.report.severity.level, flood.report.severity.level) == ("high", "critical")
    assert flood.report.root_cause == first.report.root_cause
    newest = reports.latest("c1")
    assert newest is not None
    assert newest.result.report.severity.level == "critical"


def test_a_verdict_makes_a_new_report_with_a_new_order(shop: Shop, database: Database) -> None:
    """What people confirmed comes first in the next analysis, and the old report is not served again."""
    reports, feedback = ReportStore(database), FeedbackStore(database)
    first = analyse(shop_case(shop, good_release=None), reports=reports, feedback=feedback)
    assert first.report.root_cause is not None
    assert first.report.root_cause.symbol != "place"
    told = FeedbackInput(cluster_id="c1", verdict="reject", true_cause=TrueCause(file="shop/orders.py", symbol="place"))
    feedback.add(told, suspects=first.suspects)
    second = analyse(shop_case(shop, good_release=None), reports=reports, feedback=feedback)
    assert not second.cached
    assert second.suspects[0].symbol == "place"


def test_without_code_the_trace_alone_carries_the_report(shop: Shop) -> None:
    """The reason is in the report, and the confidence is modest."""
    missing = {"code": None, "code_missing": "commit abc is not indexed", "repository": None}
    report = analyse(shop_case(shop, **missing)).report
    assert report.root_cause is not None
    assert report.root_cause.confidence <= 0.5
    assert any("commit abc is not indexed" in stamp.result for stamp in report.looked_at)


def test_without_anything_the_report_says_so(shop: Shop) -> None:
    """Not enough evidence is a valid report, with what would be needed."""
    case = shop_case(shop, code=None, repository=None, chain=(), trace_text="it broke", logs=log_rows())
    report = analyse(case).report
    assert report.status == "not_enough_evidence"
    assert report.root_cause is None
    assert report.next_checks


def test_a_commit_that_is_not_there_is_said(shop: Shop) -> None:
    """A release whose commit was never fetched costs the history, not the report."""
    from dataclasses import replace

    case = shop_case(shop)
    assert case.good_release is not None
    lost = analyse(replace(case, good_release=replace(case.good_release, commit="f" * 40))).report
    assert lost.root_cause is not None
    assert any("not looked at" in stamp.what for stamp in lost.looked_at)


def test_a_finding_in_the_failing_event_reaches_the_report(shop: Shop) -> None:
    """A known kind of trouble brings its own quick and durable fix."""
    trace = shop_case(shop).trace_text.replace("KeyError: None", "sqlite3.OperationalError: no such column: gift_note")
    own = {"trace_text": trace, "logs": log_rows(trace), "event_id": "e0"}
    report = analyse(shop_case(shop, exception_type="sqlite3.OperationalError", **own)).report
    assert any("migration" in fix.description for fix in report.fixes)
    assert any("no such column: gift_note" in citation.quote for citation in report.evidence)


def test_the_store_answers_what_flows_and_pages_ask(shop: Shop, database: Database) -> None:
    """Newest report of a cluster, of one version, and which clusters have one."""
    reports = ReportStore(database)
    result = analyse(shop_case(shop), reports=reports)
    newest = reports.latest("c1")
    assert newest is not None
    assert newest.result.report_id == result.report_id
    assert reports.latest("c1", version="9") is None
    assert reports.reported(["c1", "c2"]) == {"c1"}
    assert reports.get("nothing") is None
