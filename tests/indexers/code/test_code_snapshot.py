"""Looking things up in one commit: files, blocks, names, words."""

import pytest

from connectors.errors import NotFoundError
from indexers.code.snapshot import CodeSnapshot


@pytest.mark.parametrize(
    ("line", "symbol"), [(6, "Cart"), (10, "Cart.__init__"), (14, "Cart.total"), (18, "Cart"), (24, "empty"), (1, None)]
)
def test_the_innermost_block_around_a_line(shop: CodeSnapshot, line: int, symbol: str | None) -> None:
    """Functions come before the class around them; outside of both there is none."""
    found = shop.block_at("src/shop/cart.py", line)
    assert (found.symbol if found else None) == symbol


def test_blocks_behave_like_a_list(shop: CodeSnapshot) -> None:
    """Length, index, slice and iteration agree, in order of path and line."""
    blocks = shop.blocks()
    everything = list(blocks)
    assert len(blocks) == len(everything)
    assert blocks[3] == everything[3]
    assert blocks[-1] == everything[-1]
    assert blocks[2:5] == everything[2:5]
    assert [(b.path, b.start_line) for b in everything] == sorted((b.path, b.start_line) for b in everything)
    with pytest.raises(IndexError):
        blocks[len(everything)]


@pytest.mark.parametrize(
    ("name", "symbols"),
    [
        ("Cart", ["Cart"]),
        ("store", ["CartRepo.store", "OrderRepo.store"]),
        ("OrderRepo.store", ["OrderRepo.store"]),
        ("shop.repo.OrderRepo.store", ["OrderRepo.store"]),
        ("com.shop.OrderService$Inner", ["OrderService.Inner"]),
        ("(*Repo).Save", ["Repo.Save"]),
        ("nothing", []),
    ],
)
def test_find_by_name(shop: CodeSnapshot, name: str, symbols: list[str]) -> None:
    """A last name finds all, a qualified one those whose known parts fit."""
    assert [found.symbol for found in shop.find(name)] == symbols


def test_words_find_the_function_that_an_error_speaks_of(shop: CodeSnapshot) -> None:
    """Identifiers are split, so prose and names of other spelling meet."""
    assert shop.search_words("could not find the price of item", 3)[0][0].symbol in ("price_of", "Cart._line")
    assert shop.search_words("CartRepo store failed", 1)[0][0].symbol == "CartRepo.store"


def test_words_that_no_block_has(shop: CodeSnapshot) -> None:
    """Unknown words and an empty query find nothing; the limit holds."""
    assert shop.search_words("zzz qqq", 5) == []
    assert shop.search_words("", 5) == []
    assert len(shop.search_words("cart", 2)) == 2


def test_scores_fall(shop: CodeSnapshot) -> None:
    """Results come best first."""
    scores = [score for _, score in shop.search_words("save the cart to the store", 10)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_texts_of_files(shop: CodeSnapshot) -> None:
    """Code and configuration can be read; what was not kept is said."""
    assert shop.text("config/app.yaml") == "timeout: 3\n"
    assert shop.text("orders/repo.go").startswith("package orders\n")
    with pytest.raises(NotFoundError, match=r"'README\.md' is not an indexed file of shop at cccccccccccc"):
        shop.text("README.md")


def test_marks_of_paths(shop: CodeSnapshot) -> None:
    """Vendored and test code is marked by its path."""
    assert shop.is_vendored("src/shop/vendor/six.py")
    assert not shop.is_vendored("src/shop/cart.py")
    assert shop.is_test("tests/test_cart.py")
    assert not shop.is_test("src/shop/latest.py")


def test_without_embeddings_meaning_finds_nothing(shop: CodeSnapshot) -> None:
    """Search by meaning is optional and never an error."""
    assert shop.search_meaning("price", 5) == []


def test_a_path_without_blocks(shop: CodeSnapshot) -> None:
    """Configuration and unknown paths have no blocks."""
    assert shop.blocks_in("config/app.yaml") == ()
    assert shop.blocks_in("nope.py") == ()
    assert shop.block_at("nope.py", 1) is None
