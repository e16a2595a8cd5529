"""From a frame as production prints it to a path and a block of the tree."""

import pytest

from indexers.code.frame_names import java_class, parts, simple_function
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.chain import Frame

SERVICE = "api/src/main/java/com/shop/OrderService.java"


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("/app/src/shop/cart.py", "src/shop/cart.py"),
        ("/srv/releases/42/shop/cart.py", "src/shop/cart.py"),
        ("C:\\builds\\shop\\src\\shop\\cart.py", "src/shop/cart.py"),
        ("shop/cart.py", "src/shop/cart.py"),
        ("./src/shop/cart.py", "src/shop/cart.py"),
        ("/app/.venv/lib/python3.11/site-packages/shop/cart.py", "src/shop/cart.py"),
        ("/usr/lib/python3/dist-packages/shop/cart.py", "src/shop/cart.py"),
        ("webpack:///./src/orders/place.ts", "web/src/orders/place.ts"),
        ("webpack-internal:///(rsc)/./src/orders/place.ts", "web/src/orders/place.ts"),
        ("webpack://shop/./src/orders/place.ts?a1b2", "web/src/orders/place.ts"),
        ("file:///app/web/src/orders/place.ts", "web/src/orders/place.ts"),
        ("/app/web/dist/orders/place.js", "web/src/orders/place.ts"),
        ("/usr/src/app/server.js", "server.js"),
        ("/app/lib/handle.js", "lib/handle.js"),
        ("github.com/acme/shop/orders/service.go", "orders/service.go"),
        ("/home/ci/go/src/github.com/acme/shop/orders/service.go", "orders/service.go"),
        ("/go/pkg/mod/github.com/acme/shop@v1.4.2/orders/service.go", "orders/service.go"),
        ("/app/config/app.yaml", None),
    ],
)
def test_files_of_production_frames(shop: CodeSnapshot, file: str, path: str | None) -> None:
    """Deploy prefixes, installed packages, bundlers' addresses and module paths lead to the file of the tree."""
    assert shop.resolve_path(file) == path


@pytest.mark.parametrize(
    "file",
    [
        "/usr/lib/python3.11/json/cart.py",
        "/app/.venv/lib/python3.11/site-packages/other/cart.py",
        "/app/.venv/lib/python3.11/site-packages/requests/api.py",
        "<frozen importlib._bootstrap>",
        "<string>",
        "node:internal/process/task_queues",
        "/app/node_modules/express/lib/server.js",
        "/usr/local/go/src/runtime/service.go",
        "/usr/local/go/src/net/http/main.go",
        "/go/pkg/mod/github.com/other/lib@v1.0.0/service.go",
        "/app/unknown.py",
        "",
    ],
)
def test_files_that_are_not_ours(shop: CodeSnapshot, file: str) -> None:
    """Library and runtime files are not taken for files of the tree that happen to be called alike."""
    assert shop.resolve_path(file) is None


@pytest.mark.parametrize(
    ("file", "function", "module", "path"),
    [
        ("OrderService.java", "com.shop.OrderService.place", "", SERVICE),
        ("OrderService.java", "place", "com.shop.OrderService", SERVICE),
        ("OrderService.java", "com.other.OrderService.place", "", "api/src/main/java/com/other/OrderService.java"),
        ("OrderService.java", "app//com.shop.OrderService$Inner.run", "", SERVICE),
        ("OrderService.java", "com.shop.OrderService$$EnhancerBySpringCGLIB$$1a2b.place", "", SERVICE),
        ("", "com.shop.store.OrderStore.save", "", "api/src/main/java/com/shop/store/OrderStore.java"),
        ("OrderService.java", "org.lib.OrderService.place", "", None),
        ("OrderStore.java", "", "", "api/src/main/java/com/shop/store/OrderStore.java"),
        ("OrderService.java", "", "", None),
        ("Thread.java", "java.lang.Thread.run", "java.base", None),
    ],
)
def test_java_files_are_found_by_their_class(
    shop: CodeSnapshot, file: str, function: str, module: str, path: str | None
) -> None:
    """Java prints the bare file name; the class says which of several it is, and whether it is ours."""
    assert shop.resolve_path(file, function, module) == path


def test_one_of_two_is_chosen_by_the_function(shop: CodeSnapshot) -> None:
    """Two files fit alike: the one that defines the function is meant; without a function none is guessed."""
    assert shop.resolve_path("/app/src/index.ts", "boot") == "admin/src/index.ts"
    assert shop.resolve_path("/app/src/index.ts") is None


@pytest.mark.parametrize(
    ("frame", "symbol"),
    [
        (Frame("/app/src/shop/cart.py", "total", 14), "Cart.total"),
        (Frame("/app/src/shop/cart.py", "<genexpr>", 14), "Cart.total"),
        (Frame("/app/src/shop/cart.py", "<module>", 7), "Cart"),
        (Frame("OrderService.java", "com.shop.OrderService.lambda$place$0", 14), "OrderService.place"),
        (Frame("OrderService.java", "com.shop.OrderService$Inner.run", 23), "OrderService.Inner.run"),
        (Frame("OrderService.java", "com.shop.OrderService.<init>", 9), "OrderService.<init>"),
        (Frame("OrderService.java", "com.shop.OrderService.<init>", 6), "OrderService"),
        (Frame("service.go", "github.com/acme/shop/orders.(*Service).Place", 8), "Service.Place"),
        (Frame("/app/orders/service.go", "github.com/acme/shop/orders.NewService.func1", 13), "NewService"),
        (Frame("webpack:///./src/orders/place.ts", "async Orders.place", 6), "Orders.place"),
        (Frame("/app/lib/handle.js", "module.exports.handle", 2), "handle"),
        (Frame("/app/lib/handle.js", "<anonymous>", 2), "handle"),
    ],
)
def test_frames_lead_to_blocks(shop: CodeSnapshot, frame: Frame, symbol: str) -> None:
    """The line decides, whatever the runtime calls the function."""
    found = shop.locate(frame)
    assert found is not None
    assert found.symbol == symbol


def test_a_shifted_line_falls_back_on_the_name(shop: CodeSnapshot) -> None:
    """A log from another version: the line is in another method, the name still finds its own."""
    found = shop.locate(Frame("/app/src/shop/cart.py", "_line", 20))
    assert found is not None
    assert found.symbol == "Cart._line"


def test_a_compiled_script_is_found_by_name_alone(shop: CodeSnapshot) -> None:
    """Lines of compiled JavaScript mean nothing in the TypeScript source; the function's name does."""
    found = shop.locate(Frame("/app/web/dist/orders/place.js", "Orders.place", 1))
    assert found is not None
    assert found.symbol == "Orders.place"


def test_a_foreign_frame_has_no_block(shop: CodeSnapshot) -> None:
    """A library's frame is not located."""
    assert shop.locate(Frame("/usr/lib/python3.11/json/decoder.py", "decode", 340)) is None


def test_a_frame_without_line_is_found_by_class_and_name(shop: CodeSnapshot) -> None:
    """Two methods of one name in a file are told apart by the class."""
    found = shop.locate(Frame("/app/src/shop/repo.py", "OrderRepo.store"))
    assert found is not None
    assert found.symbol == "OrderRepo.store"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("com.shop.Cart$Item.lambda$total$0", ["com", "shop", "Cart", "Item", "total"]),
        ("github.com/acme/shop/orders.(*Service).Place.func1.2", ["orders", "Service", "Place"]),
        ("main.Map[...].Get", ["main", "Map", "Get"]),
        ("net/http.HandlerFunc.ServeHTTP(0x1, {0x2, 0x3})", ["http", "HandlerFunc", "ServeHTTP"]),
        ("async Object.place [as handler]", ["place"]),
        ("new Cart", ["Cart", "constructor"]),
        ("Outer.<locals>.inner", ["Outer", "inner"]),
        ("com.shop.Cart.access$000", ["com", "shop", "Cart"]),
        ("com.shop.Cart.<init>", ["com", "shop", "Cart", "<init>"]),
    ],
)
def test_names_lose_what_the_runtime_added(function: str, expected: list[str]) -> None:
    """Closures, lambdas, receivers, proxies and arguments are spelled away."""
    assert parts(function) == expected


@pytest.mark.parametrize(
    "function", ["<module>", "<lambda>", "<listcomp>", "Object.<anonymous>", "", "f.<locals>.<lambda>"]
)
def test_module_level_and_anonymous_code_has_no_name(function: str) -> None:
    """What is not a named function has the empty name."""
    assert simple_function(function) == ""


def test_java_class_of_a_frame() -> None:
    """Package and outermost class, from the qualified name or the class printed beside it."""
    assert java_class("com.shop.Cart$Item.total", "") == ("com.shop", "Cart")
    assert java_class("total", "com.shop.Cart") == ("com.shop", "Cart")
    assert java_class("total", "") == ("", "")
