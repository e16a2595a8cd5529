"""Pairs of prints that look alike and are two faults: another failing call, root, own path, class. (name, one, two)."""

# ruff: noqa: E501  # a table is read best with one case a line

from tests.indexers.exceptions.grouping_traces import (
    asan,
    caused,
    dart,
    dotnet,
    go,
    java,
    node,
    perl,
    php,
    python,
    repeated,
    ruby,
    rust,
)

_PANIC = (
    "rust_begin_unwind@/rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/std/src/panicking.rs:647",
    "core::panicking::panic_fmt@/rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/core/src/panicking.rs:72",
)
_SITE = "/app/venv/lib/python3.11/site-packages"
_NODES = ("a.Node.hash@Node.java:3", "a.Node.child@Node.java:4")

NEAR_MISSES: tuple[tuple[str, str, str], ...] = (
    # --- Python
    ("python failing call", python("add@/app/cart.py:4", "place@/app/order.py:9"), python("remove@/app/cart.py:4", "place@/app/order.py:9")),
    ("python type", python("add@/app/cart.py:4"), python("add@/app/cart.py:4", error="KeyError: 'bad'")),
    ("python own path", python("add@/app/cart.py:4", "place@/app/order.py:9"), python("add@/app/cart.py:4", "import_all@/app/order.py:19")),
    ("python library call below", python(f"get@{_SITE}/redis/client.py:3", "add@/app/cart.py:4"), python(f"set@{_SITE}/redis/client.py:3", "add@/app/cart.py:4")),
    ("python library entry", python(f"send@{_SITE}/redis/conn.py:3", f"get@{_SITE}/redis/client.py:3", "add@/app/cart.py:4"), python(f"send@{_SITE}/redis/conn.py:3", f"hget@{_SITE}/redis/client.py:3", "add@/app/cart.py:4")),
    ("python same name in another package", python("get@/app/billing/views.py:4"), python("get@/app/catalog/views.py:4")),
    ("python same name in another package's init", python("load@/app/billing/__init__.py:4"), python("load@/app/catalog/__init__.py:4")),
    ("python another file", python("add@/app/cart.py:4"), python("add@/app/basket.py:4")),
    ("python one caller more", python("add@/app/cart.py:4", "place@/app/order.py:9"), python("add@/app/cart.py:4", "retry@/app/order.py:30", "place@/app/order.py:9")),
    ("python cause", python("add@/app/cart.py:4") + "\n\nThe above exception was the direct cause of the following exception:\n\n" + python("place@/app/order.py:9", error="app.OrderError: no"), python("add@/app/cart.py:4", error="KeyError: 'x'") + "\n\nThe above exception was the direct cause of the following exception:\n\n" + python("place@/app/order.py:9", error="app.OrderError: no")),
    ("python endless recursion of another call", python(*repeated(["visit@/app/t.py:5"], 5), error="RecursionError: maximum recursion depth exceeded"), python(*repeated(["render@/app/t.py:5"], 5), error="RecursionError: maximum recursion depth exceeded")),
    ("python script, other key", python("<module>@main.py:4", error="KeyError: 'sku'"), python("<module>@main.py:9", error="KeyError: 'price'")),
    ("python inner function", python("inner@/app/cart.py:4", "outer@/app/cart.py:9"), python("outer@/app/cart.py:9")),
    ("python number in a name", python("step_1@/app/cart.py:4"), python("step_2@/app/cart.py:4")),
    # --- JVM
    ("java failing call", java("a.Shop.add@Shop.java:1", "a.Web.go@Web.java:4"), java("a.Shop.remove@Shop.java:1", "a.Web.go@Web.java:4")),
    ("java class", java("a.Shop.add@Shop.java:1"), java("a.Store.add@Store.java:1")),
    ("java package", java("a.b.Shop.add@Shop.java:1"), java("a.c.Shop.add@Shop.java:1")),
    ("java root cause", caused(java("a.Web.go@Web.java:4", error="a.ShopException: failed"), "java.io.IOException: disk", "a.Disk.read@Disk.java:1"), caused(java("a.Web.go@Web.java:4", error="a.ShopException: failed"), "java.sql.SQLException: gone", "a.Disk.read@Disk.java:1")),
    ("java root cause's call", caused(java("a.Web.go@Web.java:4", error="a.ShopException: failed"), "java.io.IOException: disk", "a.Disk.read@Disk.java:1"), caused(java("a.Web.go@Web.java:4", error="a.ShopException: failed"), "java.io.IOException: disk", "a.Disk.write@Disk.java:1")),
    ("java a cause more", java("a.Web.go@Web.java:4", error="a.ShopException: failed"), caused(java("a.Web.go@Web.java:4", error="a.ShopException: failed"), "java.io.IOException: disk", "a.Disk.read@Disk.java:1")),
    ("java collection", java("java.util.ArrayList.get@ArrayList.java:1", "a.Shop.add@Shop.java:1"), java("java.util.LinkedList.get@LinkedList.java:1", "a.Shop.add@Shop.java:1")),
    ("java lambda of another method", java("a.Shop.lambda$add$0@Shop.java:1"), java("a.Shop.lambda$remove$0@Shop.java:1")),
    ("java lambda or method", java("a.Shop.lambda$add$0@Shop.java:1"), java("a.Shop.add@Shop.java:1")),
    ("java inner class", java("a.Shop$Line.add@Shop.java:1"), java("a.Shop$Total.add@Shop.java:1")),
    ("java constructor", java("a.Shop.<init>@Shop.java:1"), java("a.Shop.<clinit>@Shop.java:1")),
    ("java pool job", java("a.Mail.run@Mail.java:1", "java.lang.Thread.run@Thread.java:1"), java("a.Bill.run@Bill.java:1", "java.lang.Thread.run@Thread.java:1")),
    ("java framework only, another handler", java("org.springframework.web.A.read@A.java:1", "org.springframework.web.D.dispatch@D.java:1"), java("org.springframework.web.B.read@B.java:1", "org.springframework.web.D.dispatch@D.java:1")),
    ("java number in a class", java("a.Base64.decode@Base64.java:1"), java("a.Base32.decode@Base32.java:1")),
    ("java endless recursion of another class", java(*repeated(_NODES, 6), error="java.lang.StackOverflowError"), java(*repeated(["a.Tree.hash@Tree.java:3", "a.Tree.child@Tree.java:4"], 6), error="java.lang.StackOverflowError")),
    ("kotlin suspend of another function", java("a.Shop$add$2.invokeSuspend@Shop.kt:5"), java("a.Shop$drop$2.invokeSuspend@Shop.kt:5")),
    ("scala another closure", java("a.Shop.$anonfun$add$1@Shop.scala:5"), java("a.Shop.$anonfun$drop$1@Shop.scala:5")),
    # --- JavaScript
    ("javascript failing call", node("add@/app/cart.js:1", "place@/app/order.js:5"), node("drop@/app/cart.js:1", "place@/app/order.js:5")),
    ("javascript file", node("add@/app/cart.js:1"), node("add@/app/order.js:1")),
    ("javascript class in a bundle", node("Cart.render@https://x.example/main.4f3c2b1a.js:1"), node("Order.render@https://x.example/main.4f3c2b1a.js:1")),
    ("javascript index files", node("add@/app/cart/index.js:1"), node("add@/app/order/index.js:1")),
    ("javascript pages", node("GET@/app/cart/route.ts:1"), node("GET@/app/order/route.ts:1")),
    ("javascript async path", node("add@/app/cart.js:1", "async place@/app/order.js:5"), node("add@/app/cart.js:1", "async cancel@/app/order.js:5")),
    ("javascript minified, other message", node("t.e@https://x.example/main.4f3c2b1a.js:1", "r@https://x.example/main.4f3c2b1a.js:1", error="TypeError: Cannot read properties of undefined (reading 'total')"), node("n.a@https://x.example/main.4f3c2b1a.js:1", "i@https://x.example/main.4f3c2b1a.js:1", error="TypeError: Cannot read properties of undefined (reading 'sku')")),
    ("javascript type", node("add@/app/cart.js:1"), node("add@/app/cart.js:1", error="RangeError: bad")),
    ("javascript library call", node("parse@/app/node_modules/qs/lib/parse.js:9", "add@/app/cart.js:1"), node("stringify@/app/node_modules/qs/lib/stringify.js:9", "add@/app/cart.js:1")),
    ("javascript constructor's class", node("new Cart@/app/cart.js:1"), node("new Line@/app/cart.js:1")),
    # --- Go
    ("go kind of panic", go("main.Add@/app/cart.go:5"), go("main.Add@/app/cart.go:5", error="panic: runtime error: invalid memory address or nil pointer dereference")),
    ("go method", go("main.(*Cart).Add@/app/cart.go:5"), go("main.(*Cart).Drop@/app/cart.go:5")),
    ("go receiver", go("main.(*Cart).Add@/app/cart.go:5"), go("main.(*Order).Add@/app/order.go:5")),
    ("go package", go("shop/cart.Add@/app/cart.go:5"), go("shop/order.Add@/app/order.go:5")),
    ("go caller", go("main.Add@/app/cart.go:5", "main.Place@/app/cart.go:9"), go("main.Add@/app/cart.go:5", "main.Import@/app/cart.go:19")),
    ("go closure of another function", go("main.Add.func1@/app/cart.go:5"), go("main.Drop.func1@/app/cart.go:5")),
    # --- .NET
    ("dotnet method", dotnet("Shop.Cart.Add(Int32 id)@/src/Cart.cs:12"), dotnet("Shop.Cart.Drop(Int32 id)@/src/Cart.cs:12")),
    ("dotnet class", dotnet("Shop.Cart.Add(Int32 id)@/src/Cart.cs:12"), dotnet("Shop.Order.Add(Int32 id)@/src/Order.cs:12")),
    ("dotnet inner", dotnet("Shop.Cart.Add(Int32 id)@/src/Cart.cs:12", error="System.Exception: x\n ---> System.IO.IOException: y\n   at Shop.Disk.Read()\n   --- End of inner exception stack trace ---"), dotnet("Shop.Cart.Add(Int32 id)@/src/Cart.cs:12", error="System.Exception: x\n ---> System.TimeoutException: y\n   at Shop.Disk.Read()\n   --- End of inner exception stack trace ---")),
    ("dotnet closure of another method", dotnet("Shop.Cart.<>c.<Add>b__3_0(Item i)@/src/Cart.cs:12"), dotnet("Shop.Cart.<>c.<Drop>b__4_0(Item i)@/src/Cart.cs:12")),
    ("dotnet property or indexer", dotnet("Shop.Cart.get_Total()@/src/Cart.cs:12"), dotnet("Shop.Cart.get_Item(Int32 i)@/src/Cart.cs:12")),
    ("dotnet collection", dotnet("System.Collections.Generic.List`1.get_Item(Int32 index)", "Shop.Cart.Add()@/src/Cart.cs:9"), dotnet("System.Collections.Generic.Dictionary`2.get_Item(TKey key)", "Shop.Cart.Add()@/src/Cart.cs:9")),
    # --- Ruby, PHP, Perl
    ("ruby method", ruby("add@/app/cart.rb:5", "place@/app/order.rb:9"), ruby("drop@/app/cart.rb:5", "place@/app/order.rb:9")),
    ("ruby core method", ruby("Integer@/app/cart.rb:5", "add@/app/cart.rb:4"), ruby("Float@/app/cart.rb:5", "add@/app/cart.rb:4")),
    ("ruby iterator that fails", ruby("each@/app/cart.rb:5", "add@/app/cart.rb:4"), ruby("map@/app/cart.rb:5", "add@/app/cart.rb:4")),
    ("ruby type", ruby("add@/app/cart.rb:5"), ruby("add@/app/cart.rb:5", error="bad (KeyError)")),
    ("php method", php("Shop\\Cart->add@/srv/shop/src/Web.php:5"), php("Shop\\Cart->drop@/srv/shop/src/Web.php:5")),
    ("php class", php("Shop\\Cart->add@/srv/shop/src/Web.php:5"), php("Shop\\Order->add@/srv/shop/src/Web.php:5")),
    ("php function that failed", php("intdiv@/srv/shop/src/Cart.php:5", "Shop\\Cart->add@/srv/shop/src/Web.php:5"), php("strlen@/srv/shop/src/Cart.php:5", "Shop\\Cart->add@/srv/shop/src/Web.php:5")),
    ("php script only", php(error="RuntimeException: cart is empty"), php(error="RuntimeException: payment refused")),
    ("perl sub", perl("Shop::Cart::add@/srv/shop/web.pl:5"), perl("Shop::Cart::drop@/srv/shop/web.pl:5")),
    # --- Rust
    ("rust function", rust(*_PANIC, "shop::cart::add@./src/cart.rs:12"), rust(*_PANIC, "shop::cart::drop_item@./src/cart.rs:12")),
    ("rust module", rust(*_PANIC, "shop::cart::add@./src/cart.rs:12"), rust(*_PANIC, "shop::order::add@./src/order.rs:12")),
    ("rust implementing type", rust(*_PANIC, "<shop::Cart as shop::Store>::add@./src/cart.rs:12"), rust(*_PANIC, "<shop::Order as shop::Store>::add@./src/cart.rs:12")),
    ("rust without backtrace, other panic", rust(error="called `Option::unwrap()` on a `None` value"), rust(error="attempt to subtract with overflow")),
    ("rust without backtrace, own message", rust(error="cart is empty"), rust(error="payment refused")),
    # --- C and C++
    ("cpp function", asan("shop::Cart::add(int)@/src/cart.cpp:3"), asan("shop::Cart::drop(int)@/src/cart.cpp:3")),
    ("cpp kind of report", asan("shop::Cart::add(int)@/src/cart.cpp:3"), asan("shop::Cart::add(int)@/src/cart.cpp:3", error="heap-buffer-overflow")),
    ("c static functions of one name", asan("parse@/src/cart.c:3", "main@/src/main.c:5"), asan("parse@/src/order.c:3", "main@/src/main.c:5")),
    ("cpp class template", asan("shop::List<int>::at(int)@/src/l.h:3"), asan("shop::Map<int>::at(int)@/src/m.h:3")),
    ("cpp operator", asan("shop::Cart::operator[](int)@/src/cart.cpp:3"), asan("shop::Cart::operator()(int)@/src/cart.cpp:3")),
    ("cpp comparison", asan("shop::operator<(shop::A const&, shop::A const&)@/src/a.cpp:3"), asan("shop::operator>(shop::A const&, shop::A const&)@/src/a.cpp:3")),
    # --- Dart
    ("dart method", dart("Cart.add@package:shop/cart.dart:3"), dart("Cart.drop@package:shop/cart.dart:3")),
    ("dart closure of another method", dart("Cart.add.<anonymous closure>@package:shop/cart.dart:3"), dart("Cart.drop.<anonymous closure>@package:shop/cart.dart:3")),
)  # fmt: skip
