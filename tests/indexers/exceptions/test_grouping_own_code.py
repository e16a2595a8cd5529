"""Own, foreign or unknown: what a repository's tree says about frames."""

import pytest

from indexers.exceptions.chain import Frame
from indexers.exceptions.own_code import OwnCode

TREE = (
    "pom.xml",
    "src/main/java/com/acme/shop/cart/Cart.java",
    "src/main/java/com/acme/shop/order/Order.java",
    "src/main/kotlin/com/acme/shop/Web.kt",
    "third_party/src/main/java/org/other/Thing.java",
    "backend/billing/__init__.py",
    "backend/billing/pay/__init__.py",
    "backend/billing/pay/card.py",
    "src/report/make.py",
    "tests/test_pay.py",
    "go.mod",
    "web/package.json",
    "src/Shop.Web/Shop.Web.csproj",
    "composer.json",
    "Cargo.toml",
    "mobile/pubspec.yaml",
    "shop.gemspec",
    "lib/Acme/Cart.pm",
)
MANIFESTS = {
    "go.mod": "module github.com/acme/shop\n\ngo 1.22\n",
    "web/package.json": '{"name": "@acme/ui"}',
    "src/Shop.Web/Shop.Web.csproj": "<Project><RootNamespace>Acme.Web</RootNamespace></Project>",
    "composer.json": '{"name": "acme/shop", "autoload": {"psr-4": {"Acme\\\\Shop\\\\": "src/"}}}',
    "Cargo.toml": '[package]\nname = "shop-core"\n',
    "mobile/pubspec.yaml": "name: shop_app\n",
}
OWN = OwnCode.from_paths(TREE, MANIFESTS)


@pytest.mark.parametrize(
    ("language", "file", "function", "said"),
    [
        ("java", "Cart.java", "com.acme.shop.cart.Cart.add", True),
        ("java", "New.java", "com.acme.shop.fresh.New.add", True),
        ("kotlin", "Web.kt", "com.acme.shop.WebKt.main", True),
        ("java", "Base.java", "com.acme.common.Base.run", None),
        ("java", "Thing.java", "org.other.Thing.run", False),
        ("java", "F.java", "com.unknownframework.F.run", False),
        ("java", "List.java", "java.util.List.get", False),
        ("java", "Main.java", "Main.main", None),
        ("python", "/app/billing/pay/card.py", "charge", True),
        ("python", "/usr/lib/python3/site-packages/billing/pay/card.py", "charge", True),
        ("python", "/usr/lib/python3/site-packages/requests/api.py", "get", False),
        ("python", "/srv/report/make.py", "make", True),
        ("python", "/usr/lib/python3.11/json/decoder.py", "decode", None),
        ("python", "/app/other.py", "x", None),
        ("go", "/build/cart.go", "github.com/acme/shop/cart.Add", True),
        ("go", "/build/cart.go", "github.com/acme/lib.Add", None),
        ("go", "/root/go/pkg/mod/github.com/acme/shop@v1/cart.go", "github.com/acme/shop/cart.Add", None),
        ("go", "/build/x.go", "github.com/gin-gonic/gin.(*Context).Next", False),
        ("go", "/build/x.go", "main.main", None),
        ("javascript", "/app/node_modules/@acme/ui/dist/x.js", "show", True),
        ("javascript", "/app/node_modules/react/index.js", "render", None),
        ("dotnet", "", "Acme.Web.Cart.Add", True),
        ("dotnet", "", "Shop.Web.Cart.Add", True),
        ("dotnet", "", "Acme.Common.Thing.Add", None),
        ("dotnet", "", "UnknownFramework.Web.Run", False),
        ("php", "/srv/src/Cart.php", "Acme\\Shop\\Cart->add", True),
        ("php", "/srv/vendor/acme/shop/src/Cart.php", "Acme\\Shop\\Cart->add", True),
        ("php", "/srv/vendor/symfony/x/K.php", "Symfony\\K->run", None),
        ("rust", "", "shop_core::cart::add", True),
        ("rust", "", "<shop_core::Cart as serde::Serialize>::serialize", True),
        ("rust", "", "serde_json::from_str", False),
        ("rust", "", "core::result::unwrap_failed", None),
        ("dart", "package:shop_app/cart.dart", "Cart.add", True),
        ("dart", "package:http/http.dart", "get", False),
        ("ruby", "/usr/local/bundle/gems/shop-1.2.0/lib/shop.rb", "add", True),
        ("ruby", "/usr/local/bundle/gems/rack-1.2.0/lib/rack.rb", "call", None),
        ("perl", "/srv/lib/Acme/Cart.pm", "Acme::Cart::add", True),
        ("cpp", "/src/cart.cpp", "shop::add()", None),
    ],
)
def test_the_tree_says_what_it_knows_and_no_more(language: str, file: str, function: str, said: bool | None) -> None:
    """Own under a root, foreign where no doubt is left, else nothing."""
    assert OWN.owns(Frame(file, function), language) is said


def test_a_moved_file_changes_nothing() -> None:
    """Roots count, not files: the same trees are equal, and so is what is known of two versions."""
    moved = [path.replace("cart/Cart.java", "basket/Basket.java") for path in TREE]
    assert OwnCode.from_paths(moved, MANIFESTS) == OWN


def test_an_empty_tree_says_nothing() -> None:
    """Where nothing is known, patterns decide."""
    nothing = OwnCode.from_paths(["README.md"])
    frames = {"java": "com.acme.A.b", "dotnet": "A.B.c", "rust": "a::b", "go": "example.org/a/b.C"}
    assert {nothing.owns(Frame("x", name), language) for language, name in frames.items()} == {None}


def test_broken_manifests_say_nothing() -> None:
    """A manifest that cannot be read is as good as none."""
    broken = OwnCode.from_paths(["package.json"], {"package.json": "{", "composer.json": '{"autoload": []}'})
    assert broken == OwnCode.from_paths([])
