"""Confidence learns from verdicts: never falling, little from few, and never above what the evidence carries."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.database import Database
from rca.analysis import analyse
from rca.confidence import PRIOR, Calibration, Judged, calibration, reliability_curve
from rca.confidence_verdicts import judged
from rca.feedback import FeedbackInput, FeedbackStore, Verdict
from rca.reports import ReportStore
from tests.fakes.rca_shop import build_shop, shop_case

shares = st.floats(0, 1)
verdicts = st.lists(st.builds(Judged, shares, st.sampled_from([0.0, 0.5, 1.0])), max_size=60)


@given(verdicts, shares, shares)
def test_a_surer_statement_never_ends_less_sure(given_verdicts: list[Judged], one: float, other: float) -> None:
    """Whatever people said."""
    learnt = calibration(given_verdicts)
    low, high = sorted((one, other))
    assert 0 <= learnt(low) <= learnt(high) + 1e-9 <= 1 + 2e-9


@given(shares)
def test_without_verdicts_nothing_changes(stated: float) -> None:
    """What was stated stays."""
    assert calibration([])(stated) == pytest.approx(stated)


@given(shares, st.sampled_from([0.0, 0.5, 1.0]), shares)
def test_one_verdict_changes_little(stated: float, right: float, asked: float) -> None:
    """At most one part in nine, which is what the prior leaves to a single voice."""
    learnt = calibration([Judged(stated, right)])
    assert abs(learnt(asked) - asked) <= 1 / (PRIOR + 1) + 1e-9


def test_many_verdicts_are_believed() -> None:
    """Sixty reports that said 0.85 and were right two times in three end near two thirds."""
    said = [Judged(0.85, 1.0)] * 40 + [Judged(0.85, 0.0)] * 20
    assert calibration(said)(0.85) == pytest.approx(0.69, abs=0.02)


def test_the_curve_has_what_was_seen_alone() -> None:
    """Means of each bin without the prior, empty bins left out, a certain statement in the last."""
    curve = reliability_curve([Judged(0.52, 1.0), Judged(0.56, 0.0), Judged(1.0, 0.5)])
    assert [(one.stated, one.observed, one.n) for one in curve] == [(0.54, 0.5, 2), (1.0, 0.5, 1)]
    assert reliability_curve([]) == []


def test_a_mapping_goes_through_its_points() -> None:
    """Straight lines between them, and held inside 0 to 1."""
    mapping = Calibration(((0.0, 0.0), (0.5, 0.2), (1.0, 0.4)), 1)
    assert [mapping(value) for value in (-1.0, 0.25, 0.5, 0.75, 2.0)] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])


def _said(cluster: str, report: str, verdict: Verdict, author: str) -> FeedbackInput:
    return FeedbackInput(cluster_id=cluster, report_id=report, verdict=verdict, author=author)


def test_verdicts_on_stored_reports_lower_the_next_one(tmp_path: Path) -> None:
    """Ten people reject a report; a report on another cluster states less, and says what it would have stated."""
    database = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    database.migrate()
    shop, reports, feedback = build_shop(tmp_path), ReportStore(database), FeedbackStore(database)
    first = analyse(shop_case(shop), reports=reports, feedback=feedback)
    assert first.report.root_cause is not None
    for number in range(10):
        feedback.add(_said("c1", first.report_id, "accept", f"person {number}"))
        feedback.add(_said("c1", first.report_id, "reject", f"person {number}"))
    stated = first.report.root_cause.confidence
    assert judged(feedback, reports) == [Judged(stated, 0.0)] * 10
    assert judged(feedback, reports, analyst="model:m") == []
    second = analyse(shop_case(shop, cluster_id="c2"), reports=reports, feedback=feedback)
    assert second.report.root_cause is not None
    assert second.report.root_cause.confidence < 0.8 * stated
    assert second.report.confidence_before == stated
