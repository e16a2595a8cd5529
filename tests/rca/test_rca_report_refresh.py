"""A stored report that is served again tells the counts of now, and keeps the claims it was stored with."""

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.database import Database
from rca.analysis import analyse
from rca.analysts import Draft
from rca.case import ClusterCase
from rca.material import Material
from rca.report import RcaClaims, RcaReport
from rca.reports import ReportStore
from tests.fakes.rca_shop import NOW, Shop, build_shop, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("refresh"))


@pytest.fixture
def reports(tmp_path: Path) -> ReportStore:
    database = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    database.migrate()
    return ReportStore(database)


class Wordy:
    """An analyst with an impact in its own words."""

    name, version = "wordy", "1"

    def __init__(self) -> None:
        self.asked = 0

    def write(self, material: Material) -> Draft:
        self.asked += 1
        impact = f"It happened {material.case.count} times. Customers cannot order."
        return Draft(RcaClaims(summary="It fails.", root_cause=None, impact=impact), "wordy")


def later(shop: Shop) -> ClusterCase:
    """The same fault, seen more often and since."""
    return shop_case(
        shop, count=90_000, last_seen=NOW + timedelta(hours=5), counts_by_version={"2.0": 90_000},
        counts_by_environment={"production": 90_000},
    )  # fmt: skip


def stored(reports: ReportStore) -> RcaReport:
    newest = reports.latest("c1")
    assert newest is not None
    return newest.result.report


def test_counts_and_impact_of_a_stored_report_are_those_of_now(shop: Shop, reports: ReportStore) -> None:
    """In what is returned and in what is stored; the cause and who wrote it stay."""
    first = analyse(shop_case(shop), reports=reports)
    flood = analyse(later(shop), reports=reports)
    assert flood.cached
    assert "42 times" in first.report.impact
    assert "90000 times" in flood.report.impact
    assert "42" not in flood.report.impact
    assert flood.report.seen is not None
    assert (flood.report.seen.count, flood.report.seen.last_seen) == (90_000, NOW + timedelta(hours=5))
    assert flood.report.root_cause == first.report.root_cause
    assert stored(reports) == flood.report


def test_an_analysts_words_lose_the_numbers_that_no_longer_hold(shop: Shop, reports: ReportStore) -> None:
    """What is counted is said anew, the rest of the impact stays, and the analyst is not asked again."""
    wordy = Wordy()
    analyse(shop_case(shop), analyst=wordy, reports=reports)
    impact = analyse(later(shop), analyst=wordy, reports=reports).report.impact
    assert wordy.asked == 1
    assert "42" not in impact
    assert "90000 times" in impact
    assert impact.endswith("Customers cannot order.")


def test_an_unchanged_fault_changes_nothing(shop: Shop, reports: ReportStore) -> None:
    """Not even the time at which it was counted."""
    first = analyse(shop_case(shop), reports=reports)
    assert analyse(shop_case(shop), reports=reports).report == first.report


def test_a_report_without_a_cause_says_what_is_needed(shop: Shop) -> None:
    """An analyst that gives no next check that holds is given those of the rules."""
    report = analyse(shop_case(shop, code=None, code_missing="commit abc is not indexed"), analyst=Wordy()).report
    assert report.status == "not_enough_evidence"
    assert any("abc" in check for check in report.next_checks)
