"""Between which commits a fault came in, and what is said when that is not known."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rca.analysis import analyse
from rca.history.bounds import Bounds, bounds_of
from tests.fakes.rca_shop import Shop, build_shop, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("bounds"))


def bounds(shop: Shop, *, good: dict[str, str] | None = None, failing: dict[str, str] | None = None, **parts: Any):
    case = shop_case(shop, **parts)
    if case.good_release is not None and good:
        case = replace(case, good_release=replace(case.good_release, **good))
    if case.failing_release is not None and failing:
        case = replace(case, failing_release=replace(case.failing_release, **failing))
    notes: list[str] = []
    return bounds_of(case, notes), " ".join(notes)


def test_both_releases_known(shop: Shop) -> None:
    """Nothing needs to be said."""
    assert bounds(shop) == (Bounds(shop.failing, shop.good, shop.failing), "")


def test_a_good_release_without_a_commit_is_said_with_the_way_to_record_it(shop: Shop) -> None:
    """No older release is put in its place."""
    found, notes = bounds(shop, good={"commit": ""})
    assert found == Bounds(shop.failing, None, shop.failing)
    assert (
        "release 1.0, the last without this fault, names no commit; `firstcause release orders 1.0 --commit ID`"
        in notes
    )


def test_a_good_commit_that_is_gone_is_said(shop: Shop) -> None:
    """After a forced push, or before a fetch; the suspects' last writers are still given."""
    found, notes = bounds(shop, good={"commit": "e" * 40})
    assert found == Bounds(shop.failing, None, shop.failing)
    assert "was never fetched or is gone from a rewritten history" in notes


def test_a_failing_commit_that_is_gone_gives_way_to_the_running_one(shop: Shop) -> None:
    """And that is said."""
    found, notes = bounds(shop, failing={"commit": "d" * 40})
    assert found == Bounds(shop.failing, shop.good, shop.failing)
    assert "the running commit stands in" in notes


def test_without_any_commit_history_is_not_looked_at(shop: Shop) -> None:
    """The default branch does not stand in for what was running."""
    assert bounds(shop, failing={"commit": ""}, code=None) == (
        None, "history was not looked at: the commit that was running is not known",
    )  # fmt: skip


def test_a_report_keeps_its_commits_when_the_good_one_is_gone(shop: Shop) -> None:
    """They are the last writers, and the report says why."""
    case = shop_case(shop)
    assert case.good_release is not None
    lost = analyse(replace(case, good_release=replace(case.good_release, commit="f" * 40)))
    assert lost.changes
    assert any("rewritten history" in stamp.result for stamp in lost.report.looked_at)


def test_a_repository_that_cannot_be_read_costs_the_history_alone(shop: Shop, tmp_path: Path) -> None:
    """A report is written all the same."""

    class Broken:
        """A repository on a disk that is gone."""

        name = "shop"

        def __getattr__(self, asked: str) -> Any:
            from connectors.errors import UnavailableError

            raise UnavailableError(f"{tmp_path} cannot be read ({asked}).")

    class Resolving(Broken):
        def resolve(self, ref: str) -> str:
            return ref

    report = analyse(shop_case(shop, repository=Resolving())).report
    assert report.root_cause is not None
    assert any("history was not looked at" in stamp.result for stamp in report.looked_at)
