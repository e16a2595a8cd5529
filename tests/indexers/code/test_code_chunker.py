"""How files are cut into blocks, language by language, and what damaged files do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.code.blocks import Call
from indexers.code.chunker import outline
from indexers.code.languages import BY_NAME, RESOURCE, language_of
from indexers.code.outline import BlockOutline, Import, Outline, text_of
from tests.indexers.code import code_samples

SYMBOLS = {
    "python": [
        ("class", "Order"),
        ("constructor", "Order.__init__"),
        ("function", "Order.__init__.inner"),
        ("method", "Order.value"),
        ("method", "Order.key"),
        ("function", "later"),
    ],
    "java": [
        ("class", "OrderService"),
        ("method", "OrderService.<clinit>"),
        ("constructor", "OrderService.<init>"),
        ("constructor", "OrderService.<init>"),
        ("method", "OrderService.place"),
        ("function", "OrderService.place.later"),
        ("method", "OrderService.place.Runnable.run"),
        ("class", "OrderService.Kind"),
        ("method", "OrderService.Kind.A.v"),
        ("method", "OrderService.Kind.v"),
        ("class", "OrderService.Inner"),
        ("method", "OrderService.Inner.m"),
        ("class", "OrderService.Visitor"),
        ("method", "OrderService.Visitor.visit"),
        ("class", "OrderService.Point"),
        ("constructor", "OrderService.Point.<init>"),
    ],
    "javascript": [
        ("function", "placeOrder"),
        ("function", "total"),
        ("class", "Cart"),
        ("method", "Cart.handler"),
        ("constructor", "Cart.constructor"),
        ("method", "Cart.size"),
        ("method", "Cart.of"),
        ("function", "find"),
        ("function", "Cart.add"),
        ("method", "list"),
        ("function", "get"),
        ("function", "api.post"),
        ("method", "api.del"),
        ("function", "app.get(/orders/:id)"),
        ("function", "app.use"),
        ("function", "wrapped"),
        ("function", "default"),
    ],
    "typescript": [
        ("function", "Shop.f"),
        ("class", "Service"),
        ("constructor", "Service.constructor"),
        ("method", "Service.place"),
        ("method", "Service.handler"),
        ("class", "Thing"),
        ("function", "g"),
    ],
    "tsx": [("function", "View"), ("function", "Page")],
    "go": [
        ("class", "Service"),
        ("class", "Small"),
        ("class", "Iface"),
        ("function", "handler"),
        ("method", "Service.Place"),
        ("function", "Service.Place.f"),
        ("function", "NewService"),
    ],
}


def cut(language: str, source: str | None = None) -> Outline:
    return outline((code_samples.ALL[language] if source is None else source).encode(), language)


def block(language: str, symbol: str, source: str | None = None) -> BlockOutline:
    return next(found for found in cut(language, source).blocks if found.symbol == symbol)


def text(language: str, symbol: str) -> str:
    return text_of(code_samples.ALL[language].encode(), block(language, symbol).pieces)


@pytest.mark.parametrize("language", SYMBOLS)
def test_every_function_method_and_class_is_a_block(language: str) -> None:
    """Kinds and qualified symbols of everything a frame can point at, in order."""
    assert [(found.kind, found.symbol) for found in cut(language).blocks] == SYMBOLS[language]


@pytest.mark.parametrize(
    ("language", "symbol", "first", "last"),
    [
        ("python", "Order", "@decorate(1)", "key = lambda self, z: z + foo()"),
        ("python", "Order.value", "@property", ")"),
        ("java", "OrderService", "@Service", "}"),
        ("java", "OrderService.place", "@Override", "}"),
        ("javascript", "total", "const total", "0);"),
        ("typescript", "Service", "@Injectable()", "}"),
        ("typescript", "Service.place", "@Get(':id') @Auth()", "this.prices.price(dto) }"),
        ("tsx", "View", "export const View", "};"),
        ("go", "Service", "type Service struct", "}"),
    ],
)
def test_lines_cover_decorators_and_declarations(language: str, symbol: str, first: str, last: str) -> None:
    """The first line holds the decorator, annotation or keyword, the last one the end."""
    found = block(language, symbol)
    lines = code_samples.ALL[language].splitlines()
    assert lines[found.start_line - 1].strip().startswith(first)
    assert lines[found.end_line - 1].strip().endswith(last)


@pytest.mark.parametrize(
    ("language", "symbol", "signature"),
    [
        ("python", "Order", "class Order(Base, mixin.Logged)"),
        ("python", "Order.value", "def value(self) -> int"),
        ("python", "later", "async def later(x: shop.Cart, y: int = 3)"),
        ("java", "OrderService", "public class OrderService extends Base<Cart> implements Runnable, a.B"),
        ("java", "OrderService.place", "public <T> Order place(final Cart cart, List<Item> items) throws X"),
        ("javascript", "Cart.constructor", "constructor(a)"),
        ("typescript", "Service.place", "async place(@Body() dto: Dto, ...r: string[]): Promise<void>"),
        (
            "go",
            "Service.Place",
            "func (s *Service) Place(ctx context.Context, id, n int, rest ...string) (*Order, error)",
        ),
    ],
)
def test_signatures(language: str, symbol: str, signature: str) -> None:
    """What stands before the body, on one line, without annotations."""
    assert block(language, symbol).signature == signature


@pytest.mark.parametrize(
    ("language", "symbol", "doc"),
    [
        ("python", "Order", "An order."),
        ("python", "Order.value", ""),
        ("java", "OrderService", "Places orders.\nCarefully."),
        ("javascript", "placeOrder", "Places an order."),
        ("go", "Service", "Service places orders."),
        ("go", "Service.Place", "Place places one."),
    ],
)
def test_docs(language: str, symbol: str, doc: str) -> None:
    """Docstrings and the comments directly above, without their marks."""
    assert block(language, symbol).doc == doc


def test_calls_have_name_receiver_arguments_and_line() -> None:
    """Each call of a method's own body, also in chains and over several lines."""
    assert block("python", "Order.value").calls == (Call("total", "self.cart", 2, 23),)
    assert block("java", "OrderService.place").calls[-3:] == (
        Call("find", "repo", 2, 25),
        Call("getId", "cart", 0, 25),
        Call("orElse", "repo.find(cart.getId(), 2)", 1, 25),
    )


@pytest.mark.parametrize(
    ("language", "symbol", "call"),
    [
        ("java", "OrderService", Call("CartRepo", "new", 1, 10)),
        ("javascript", "Cart.constructor", Call("Repo", "new", 1, 12)),
        ("javascript", "Cart.of", Call("Cart", "new", -1, 14)),
        ("python", "Order.__init__.inner", Call("go", "q", -1, 17)),
        ("java", "OrderService.place", Call("check", "this", -1, 24)),
    ],
)
def test_constructions_and_unknown_numbers_of_arguments(language: str, symbol: str, call: Call) -> None:
    """`new X()` has "new" as receiver; spread arguments and method references have an unknown number."""
    assert call in block(language, symbol).calls


def test_calls_belong_to_the_innermost_block() -> None:
    """What an inner function calls is not counted for the outer one."""
    assert [call.name for call in block("python", "Order.__init__").calls] == ["Cart", "super", "__init__"]


@pytest.mark.parametrize(
    ("language", "imports"),
    [
        (
            "python",
            {
                Import("shop.cart", "total", "t"),
                Import("shop.cart", "Cart", "Cart"),
                Import("os.path", "", "p"),
                Import(".", "*", "*"),
            },
        ),
        (
            "java",
            {
                Import("com.shop.cart", "Cart", "Cart"),
                Import("com.shop.Util", "check", "check"),
                Import("java.util", "*", "*"),
            },
        ),
        (
            "javascript",
            {
                Import("express", "", "express"),
                Import("./db", "pool", "pool"),
                Import("./db", "query", "query"),
                Import("../lib/foo", "", "Foo"),
                Import("../lib/foo", "qux", "qux"),
                Import("../lib/foo", "bar", "baz"),
                Import("./ns", "", "ns"),
            },
        ),
        ("go", {Import("fmt", "", "fmt"), Import("github.com/acme/shop/cart", "", "sh")}),
    ],
)
def test_imports(language: str, imports: set[Import]) -> None:
    """Modules, names and aliases of each form of import."""
    assert set(cut(language).imports) == imports


def test_packages() -> None:
    """The package that a file declares."""
    assert (cut("java").package, cut("go").package) == ("com.shop", "orders")


@pytest.mark.parametrize(
    ("language", "symbol", "types"),
    [
        ("python", "Order", (("cart", "Cart"),)),
        ("python", "Order.__init__", (("self.cart", "Cart"),)),
        ("python", "later", (("x", "Cart"),)),
        ("java", "OrderService", (("repo", "CartRepo"),)),
        ("java", "OrderService.place", (("cart", "Cart"), ("items", "List"))),
        ("javascript", "Cart.constructor", (("this.repo", "Repo"),)),
        ("typescript", "Service.constructor", (("prices", "PriceService"), ("opt", "X"))),
        ("go", "Service", (("repo", "Repo"), ("cart", "Cart"))),
        ("go", "Service.Place", (("s", "Service"), ("ctx", "Context"), ("o", "Order"))),
    ],
)
def test_declared_and_constructed_types(language: str, symbol: str, types: tuple[tuple[str, str], ...]) -> None:
    """The class of a variable or field, where the code says it; primitives are left out."""
    assert block(language, symbol).types == types


def test_bases_and_parameters() -> None:
    """What a class extends and what a function takes."""
    assert block("java", "OrderService").bases == ("Base", "Runnable", "B")
    assert block("typescript", "Service").bases == ("Base", "OnInit", "B")
    assert block("go", "Service").bases == ("Base",)
    assert block("python", "Order.__init__").parameters == ("self", "a", "b", "*kw")
    assert block("java", "OrderService.place").parameters == ("cart", "items")
    assert block("go", "Service.Place").parameters == ("ctx", "id", "n", "*rest")


def test_a_class_block_holds_its_fields_and_not_its_methods() -> None:
    """The text of a class is what a fault in the class itself would show."""
    assert "private final CartRepo repo = new CartRepo(1);" in text("java", "OrderService")
    assert "orElse" not in text("java", "OrderService")
    assert "cart: Optional[Cart] = None" in text("python", "Order")


def test_block_ids_follow_the_text_alone() -> None:
    """Moving a block down keeps its id, changing it or its language gives another."""
    sample = "def f():\n    return 1\n"
    first = block("python", "f", sample).block_id
    assert block("python", "f", f"import os\n\n\n{sample}").block_id == first
    assert block("python", "f", sample.replace("1", "2")).block_id != first
    assert len(first) == 32


def test_syntax_errors_leave_the_rest_readable() -> None:
    """A broken function does not hide the ones after it."""
    source = "def a(:\n    return 1 +\n\ndef b():\n    c()\n"
    assert "b" in [found.symbol for found in cut("python", source).blocks]


def test_crlf_and_tabs() -> None:
    """Windows line ends and tabs move no line."""
    found = block("python", "B.f", "class B:\r\n\tdef f(self):\r\n\t\treturn 1\r\n")
    assert (found.start_line, found.end_line) == (2, 3)


@given(st.binary(max_size=400), st.sampled_from(sorted(BY_NAME)))
def test_no_input_breaks_the_chunker(content: bytes, language: str) -> None:
    """Whatever the bytes are, blocks lie inside the file."""
    for found in outline(content, language).blocks:
        assert 1 <= found.start_line <= found.end_line <= content.count(b"\n") + 1
        assert all(0 <= start <= end <= len(content) for start, end in found.pieces)


@given(st.data(), st.sampled_from(sorted(SYMBOLS)))
def test_no_damage_breaks_the_chunker(data: st.DataObject, language: str) -> None:
    """A sample with a stretch cut out is still cut into blocks that lie inside of it."""
    source = code_samples.ALL[language].encode()
    start = data.draw(st.integers(0, len(source)))
    content = source[:start] + source[start + data.draw(st.integers(0, 60)) :]
    for found in outline(content, language).blocks:
        assert all(0 <= first <= last <= len(content) for first, last in found.pieces)


@pytest.mark.parametrize("noise", [b"(" * 100_000, b"{" * 100_000, b"def f(\n" * 10_000, b"a = [\n" * 10_000])
def test_noise_does_not_take_minutes(noise: bytes) -> None:
    """Unreadable input ends within seconds of processor time."""
    started = time.thread_time()
    outline(noise, "python")
    assert time.thread_time() - started < 20


def test_deep_nesting_is_cut_off() -> None:
    """A hundred functions inside one another give symbols of bounded length."""
    source = "".join(f"{' ' * depth}def f():\n" for depth in range(100)) + " " * 100 + "pass\n"
    assert max(found.symbol.count(".") for found in cut("python", source).blocks) < 40


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"),
        ("B.JAVA", "java"),
        ("x.test.tsx", "tsx"),
        ("x.mjs", "javascript"),
        ("conf/app.yaml", RESOURCE),
        ("Dockerfile", RESOURCE),
        ("README.md", None),
        ("logo.png", None),
        ("a.rs", None),
    ],
)
def test_language_by_path(path: str, language: str | None) -> None:
    """Extensions choose the language; configuration is kept as text; the rest is not known."""
    assert language_of(path) == language
