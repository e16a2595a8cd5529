"""Which commits are suspected, and why, on a real repository."""

import pytest

from connectors.errors import NotFoundError
from rca.suspect_changes import suspect_changes
from rca.suspects import Suspect, rank_suspects
from tests.fakes.rca_shop import Shop, build_shop, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("changes"))


@pytest.fixture(scope="module")
def suspects(shop: Shop) -> list[Suspect]:
    return rank_suspects(shop_case(shop).chain, shop.snapshot)


def test_the_commit_that_wrote_a_suspects_lines_comes_first(shop: Shop, suspects: list[Suspect]) -> None:
    """Blame at the deployed commit finds it, and says what it wrote."""
    first = suspect_changes(shop.repository, suspects, failing=shop.failing, good=shop.good)[0]
    assert first.commit.subject == "Rename tier to customer_tier"
    assert any("load_customer" in reason for reason in first.reasons)
    assert '+    return {"tier": row.get("customer_tier")}' in first.diff


def test_a_configuration_change_that_the_message_names_comes_first(shop: Shop, suspects: list[Suspect]) -> None:
    """A renamed key is found by the name in the message."""
    found = suspect_changes(shop.repository, suspects, failing=shop.failing, good=shop.good, words=["max_items"])
    assert found[0].commit.subject == "Rename the limit"
    assert any("max_items" in reason for reason in found[0].reasons)


def test_only_commits_between_the_releases_are_suspected(shop: Shop, suspects: list[Suspect]) -> None:
    """What the good release already had is innocent."""
    found = suspect_changes(shop.repository, suspects, failing=shop.failing, good=shop.good)
    assert "First version" not in {change.commit.subject for change in found}


def test_without_a_good_release_the_last_to_change_is_named_so(shop: Shop, suspects: list[Suspect]) -> None:
    """The reasons do not claim more than is known."""
    found = suspect_changes(shop.repository, suspects, failing=shop.failing, good=None)
    assert found
    assert not any("between" in reason for change in found for reason in change.reasons)


def test_a_missing_commit_is_said(shop: Shop, suspects: list[Suspect]) -> None:
    """Nothing is guessed about a commit that is not there."""
    with pytest.raises(NotFoundError):
        suspect_changes(shop.repository, suspects, failing="f" * 40, good=None)
