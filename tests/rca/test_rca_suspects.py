"""The ranking as a whole, on a shop whose fault lies three calls from where it shows."""

from pathlib import Path

import pytest

from rca.localize import localize
from rca.signals import Surroundings
from rca.suspects import Adjustments, rank_suspects
from tests.fakes.rca_code import code_of
from tests.fakes.rca_shop import ORDERS, PRICING, TRACE, Shop, build_shop, shop_case


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("suspects"))


def symbols(suspects: list) -> list[str]:  # type: ignore[type-arg]  # of Suspect; only symbols are read
    return [suspect.block.symbol for suspect in suspects]


def test_every_suspect_says_why(shop: Shop) -> None:
    """No suspect without a reason in words, and scores fall with the rank."""
    found = localize(TRACE, shop.snapshot)
    assert all(suspect.reasons for suspect in found)
    assert [suspect.score for suspect in found] == sorted((suspect.score for suspect in found), reverse=True)


def test_without_more_than_a_trace_the_first_is_in_the_trace(shop: Shop) -> None:
    """A block outside the trace never goes first on guesswork."""
    found = localize(TRACE, shop.snapshot)
    assert found[0].in_trace
    assert "load_customer" in symbols(found)


def test_the_line_that_was_running_is_kept(shop: Shop) -> None:
    """A suspect of the trace knows its line."""
    lines = {suspect.block.symbol: suspect.line for suspect in localize(TRACE, shop.snapshot)}
    assert lines["discount_rate"] == 8


def test_a_change_in_the_failing_release_that_the_trace_reaches_comes_first(shop: Shop) -> None:
    """When nothing of the trace was changed, what the trace had called and the release changed is the best guess."""
    changed = {("shop/orders.py", "load_customer"): "changed since 1.0"}
    found = rank_suspects(shop_case(shop).chain, shop.snapshot, surroundings=Surroundings(changed))
    assert symbols(found)[0] == "load_customer"


def test_one_change_among_hundreds_vouches_for_nothing(shop: Shop) -> None:
    """After a huge release the trace itself stays first."""
    changed = {("shop/orders.py", "load_customer"): "changed since 1.0"}
    changed |= {("elsewhere.py", str(number)): "changed since 1.0" for number in range(900)}
    found = rank_suspects(shop_case(shop).chain, shop.snapshot, surroundings=Surroundings(changed))
    assert found[0].in_trace


def test_a_verdict_moves_a_block_and_says_so(shop: Shop) -> None:
    """What people confirmed rises, and its reasons name them."""
    said = Adjustments(blocks={("shop/orders.py", "place"): (4.0, "confirmed here by people's verdicts (+4.0)")})
    found = rank_suspects(shop_case(shop).chain, shop.snapshot, adjustments=said)
    assert symbols(found)[0] == "place"
    assert any("verdicts" in reason for reason in found[0].reasons)


def test_a_weight_moved_by_verdicts_is_shown(shop: Shop) -> None:
    """A factor on a signal appears in the reason that it changed."""
    found = rank_suspects(shop_case(shop).chain, shop.snapshot, adjustments=Adjustments(factors={"position": 1.1}))
    assert any("1.10 times" in reason for reason in found[0].reasons)


def test_the_same_input_gives_the_same_ranking(shop: Shop) -> None:
    """Nothing in the ranking depends on chance or on what was asked before."""
    assert localize(TRACE, shop.snapshot) == localize(TRACE, shop.snapshot)


def test_text_without_a_trace_is_searched_by_its_words(shop: Shop) -> None:
    """A bare message still finds the block that shares its words."""
    found = localize("the discount rate of this customer tier is wrong", shop.snapshot)
    assert "discount_rate" in symbols(found)
    assert "no stack trace" in found[0].reasons[0]


def test_text_that_fits_nothing_gives_no_suspects(shop: Shop) -> None:
    """Nothing is invented."""
    assert localize("zzz qqq", shop.snapshot) == []


def test_a_trace_of_other_code_falls_back_to_words(shop: Shop) -> None:
    """Frames that lead nowhere leave suspects that are not in the trace."""
    foreign = "Traceback (most recent call last):\n  File \"/x/y.py\", line 3, in z\n    a()\nKeyError: 'tier'\n"
    assert not any(suspect.in_trace for suspect in localize(foreign, shop.snapshot))


def test_tests_are_not_proposed_from_outside(tmp_path: Path) -> None:
    """A test shares all the words of what it tests and is not the cause."""
    files = {
        "shop/pricing.py": PRICING,
        "shop/orders.py": ORDERS,
        "tests/test_orders.py": "from shop.orders import place\n\n\ndef test_place():\n    place({'tier': 'vip'})\n",
    }
    found = localize(TRACE, code_of(tmp_path, files))
    assert not [suspect for suspect in found if suspect.block.path.startswith("tests/")]


def test_an_endless_recursion_is_ranked_in_no_time(shop: Shop) -> None:
    """A thousand equal frames are one place."""
    frame = '  File "/app/shop/pricing.py", line 18, in total\n    rate = discount_rate(order["customer"])\n'
    text = "Traceback (most recent call last):\n" + frame * 1000 + "RecursionError: maximum recursion depth exceeded\n"
    assert symbols(localize(text, shop.snapshot))[0] == "Pricer.total"
