"""Who calls whom, in each language, and what is not taken for a call."""

import pytest

from indexers.code.blocks import CodeBlock
from indexers.code.snapshot import CodeSnapshot


def block(shop: CodeSnapshot, path: str, symbol: str) -> CodeBlock:
    return next(found for found in shop.blocks_in(path) if found.symbol == symbol)


def names(blocks: list[CodeBlock]) -> list[str]:
    return [f"{found.path.rsplit('/', 1)[-1]}:{found.symbol}" for found in blocks]


JAVA = "api/src/main/java/com/shop/"


@pytest.mark.parametrize(
    ("path", "symbol", "callees"),
    [
        ("src/shop/cart.py", "Cart.total", ["cart.py:Cart._line"]),
        ("src/shop/cart.py", "Cart._line", ["prices.py:price_of"]),
        ("src/shop/cart.py", "Cart.save", ["repo.py:CartRepo.store"]),
        ("src/shop/cart.py", "empty", ["cart.py:Cart.__init__"]),
        ("src/shop/repo.py", "CartRepo.store", ["cart.py:Cart.total"]),
        (f"{JAVA}OrderService.java", "OrderService.<init>", ["BaseService.java:BaseService.<init>"]),
        (
            f"{JAVA}OrderService.java",
            "OrderService.place",
            [
                "OrderService.java:OrderService.check",
                "OrderStore.java:OrderStore.save",
                "BaseService.java:BaseService.items",
            ],
        ),
        (f"{JAVA}store/OrderStore.java", "OrderStore.save", []),
        ("web/src/orders/place.ts", "Orders.place", ["index.ts:priceOf", "api.ts:send"]),
        ("server.js", "serve", ["handle.js:handle"]),
        ("orders/service.go", "Service.Place", ["repo.go:Repo.Save"]),
        ("cmd/api/main.go", "main", ["service.go:NewService"]),
    ],
)
def test_callees(shop: CodeSnapshot, path: str, symbol: str, callees: list[str]) -> None:
    """Targets follow imports, the class of the receiver, inheritance and scope, and nothing else of the name."""
    assert names(shop.callees(block(shop, path, symbol))) == callees


def test_overloads_are_told_apart_by_their_arguments(shop: CodeSnapshot) -> None:
    """A call with two arguments means the method that takes two."""
    place = block(shop, f"{JAVA}OrderService.java", "OrderService.place")
    save = next(found for found in shop.callees(place) if found.name == "save")
    assert save.parameters == ("cart", "tries")


@pytest.mark.parametrize(
    ("path", "symbol", "callers"),
    [
        ("src/shop/prices.py", "price_of", ["cart.py:Cart._line"]),
        ("src/shop/prices.py", "lookup", ["prices.py:price_of"]),
        ("src/shop/repo.py", "CartRepo.store", ["cart.py:Cart.save"]),
        ("src/shop/repo.py", "OrderRepo.store", []),
        (f"{JAVA}BaseService.java", "BaseService.items", ["OrderService.java:OrderService.place"]),
        ("orders/repo.go", "Repo.Save", ["service.go:Service.Place"]),
        ("lib/handle.js", "handle", ["server.js:serve"]),
    ],
)
def test_callers(shop: CodeSnapshot, path: str, symbol: str, callers: list[str]) -> None:
    """The same look-up the other way round."""
    assert names(shop.callers(block(shop, path, symbol))) == callers


def test_a_constructor_is_called_by_its_class_name(shop: CodeSnapshot) -> None:
    """Whoever makes an object calls its constructor."""
    callers = names(shop.callers(block(shop, "src/shop/cart.py", "Cart.__init__")))
    assert set(callers) == {"cart.py:empty", "test_cart.py:test_total"}


def test_a_block_is_not_its_own_caller(shop: CodeSnapshot) -> None:
    """An overload that calls the other one is found, itself it is not."""
    first, second = (b for b in shop.blocks_in(f"{JAVA}store/OrderStore.java") if b.name == "save")
    assert shop.callers(first) != [first]
    assert second in shop.callers(first)
