"""Pairs of prints of one fault: what differs between runs, releases, runtimes and machines. (name, one, two)."""

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

_LOOP = "processTicksAndRejections@node:internal/process/task_queues:95"
_POOL = (
    "java.util.concurrent.ThreadPoolExecutor.runWorker@ThreadPoolExecutor.java:1136",
    "java.lang.Thread.run@Thread.java:840",
)
_NEWPOOL = (
    "java.util.concurrent.ThreadPoolExecutor$Worker.run@T.java:642",
    "java.lang.Thread.runWith@Thread.java:1596",
    "java.lang.Thread.run@Thread.java:1583",
)
_RUSTPANIC = (
    "rust_begin_unwind@/rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/std/src/panicking.rs:647",
    "core::panicking::panic_fmt@/rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/core/src/panicking.rs:72",
)
_RUSTFULL = (
    "std::backtrace_rs::backtrace::libunwind::trace@/rustc/1111111111111111111111111111111111111111/library/std/src/x.rs:93",
    "std::panicking::default_hook::{{closure}}@/rustc/1111111111111111111111111111111111111111/library/std/src/panicking.rs:2",
    "__rustc::rust_begin_unwind@/rustc/1111111111111111111111111111111111111111/library/std/src/panicking.rs:6",
    "core::panicking::panic_fmt@/rustc/1111111111111111111111111111111111111111/library/core/src/panicking.rs:7",
)

VARIANTS: tuple[tuple[str, str, str], ...] = (
    # --- Python
    ("python lines move", python("add@/app/shop/cart.py:4", "place@/app/shop/order.py:9"), python("add@/app/shop/cart.py:44", "place@/app/shop/order.py:19")),
    ("python release folder", python("add@/srv/releases/20240101/shop/cart.py:4", "main@/srv/releases/20240101/main.py:1"), python("add@/srv/releases/20240202/shop/cart.py:4", "main@/srv/releases/20240202/main.py:1")),
    ("python versioned folder", python("add@/opt/shop-1.2.3/cart.py:4"), python("add@/opt/shop-1.3.0/cart.py:4")),
    ("python Windows and Unix", python("add@C:\\shop\\billing\\views.py:4", "run@C:\\shop\\main.py:1"), python("add@/home/ann/shop/billing/views.py:4", "run@/home/ann/shop/main.py:1")),
    ("python list comprehension inlined", python("total@/app/cart.py:4", "<listcomp>@/app/cart.py:5", "sum_up@/app/cart.py:5"), python("total@/app/cart.py:4", "sum_up@/app/cart.py:5")),
    ("python qualified name", python("Cart.add@/app/cart.py:4", "Shop.place@/app/cart.py:9"), python("add@/app/cart.py:4", "place@/app/cart.py:9")),
    ("python local function", python("outer.<locals>.inner@/app/cart.py:4", "outer@/app/cart.py:9"), python("inner@/app/cart.py:4", "outer@/app/cart.py:9")),
    ("python another server", python("add@/app/cart.py:4", "wsgi_app@/usr/lib/python3/site-packages/flask/app.py:9"), python("add@/app/cart.py:4", "handle@/usr/lib/python3.12/site-packages/gunicorn/sync.py:3", "run@/usr/lib/python3.12/site-packages/gunicorn/app.py:3")),
    ("python thread", python("work@/app/jobs.py:3", "run@/usr/lib/python3.8/threading.py:870", "_bootstrap_inner@/usr/lib/python3.8/threading.py:932"), python("work@/app/jobs.py:3", "_worker@/usr/lib/python3.12/concurrent/futures/thread.py:90", "run@/usr/lib/python3.12/threading.py:1012")),
    ("python egg", python("fetch@/app/venv/lib/python3.8/site-packages/api-1.2-py3.8.egg/api/get.py:3", "load@/app/cart.py:3"), python("fetch@/app/venv/lib/python3.11/site-packages/api/get.py:30", "load@/app/cart.py:5")),
    ("python recursion of data", python(*repeated(["walk@/app/tree.py:5"], 4), "main@/app/run.py:2"), python(*repeated(["walk@/app/tree.py:5"], 9), "main@/app/run.py:2")),
    ("python mutual recursion", python(*repeated(["expr@/app/p.py:5", "term@/app/p.py:9"], 3), "parse@/app/p.py:2"), python(*repeated(["expr@/app/p.py:5", "term@/app/p.py:9"], 7), "parse@/app/p.py:2")),
    ("python endless recursion ends elsewhere", python("__repr__@/usr/lib/python3.11/dataclasses.py:240", *repeated(["visit@/app/t.py:5", "child@/app/t.py:9"], 5), error="RecursionError: maximum recursion depth exceeded"), python(*repeated(["visit@/app/t.py:5", "child@/app/t.py:9"], 5), error="RecursionError: maximum recursion depth exceeded while calling a Python object")),
    ("python main module's class", python("add@/app/cart.py:4", error="__main__.StockError: none left"), python("add@/app/cart.py:4", error="StockError: none left")),
    ("python Nix store", python("add@/nix/store/3lvg3g1sd9aqh9jjmxx0l5bsjgyr5yc8-shop-1.0/shop/cart.py:4"), python("add@/nix/store/9fj2k1sd9aqh9jjmxx0l5bsjgyr5yc81-shop-1.1/shop/cart.py:4")),
    ("python Bazel", python("add@/root/.cache/bazel/_bazel_root/1a2b3c4d5e6f/execroot/shop/bazel-out/k8-fastbuild/bin/cart.runfiles/shop/cart.py:4"), python("add@/home/ci/.cache/bazel/_bazel_ci/9f8e7d6c5b4a/execroot/shop/bazel-out/k8-opt/bin/cart.runfiles/shop/cart.py:4")),
    ("python temporary folder", python("add@/tmp/tmpab12cd34/cart.py:4"), python("add@/tmp/tmpzz98yy76/cart.py:4")),
    # --- JVM
    ("java lambda numbers", java("a.Shop.lambda$add$3@Shop.java:1", "a.Shop$$Lambda$14/0x0000000800066840.run", "a.Shop.add@Shop.java:9"), java("a.Shop.lambda$add$7@Shop.java:5", "a.Shop$$Lambda/0x00007f1c4c00b0c8.run", "a.Shop.add@Shop.java:12")),
    ("java proxies", java("a.Shop.add@Shop.java:1", "a.Shop$$FastClassBySpringCGLIB$$1a2b3c4d.invoke@<generated>", "a.Shop$$EnhancerBySpringCGLIB$$9f8e.add@<generated>", "a.Web.go@Web.java:1"), java("a.Shop.add@Shop.java:1", "a.Shop$$SpringCGLIB$$0.add@<generated>", "a.Web.go@Web.java:1")),
    ("java interface proxy", java("a.ShopImpl.add@Shop.java:1", "com.sun.proxy.$Proxy12.add", "a.Web.go@Web.java:1"), java("a.ShopImpl.add@Shop.java:1", "jdk.proxy2.$Proxy87.add", "a.Web.go@Web.java:1")),
    ("java reflection accessors", java("a.Shop.add@Shop.java:1", "sun.reflect.GeneratedMethodAccessor12.invoke", "java.lang.reflect.Method.invoke@Method.java:498", "a.Web.go@Web.java:1"), java("a.Shop.add@Shop.java:1", "jdk.internal.reflect.DirectMethodHandleAccessor.invoke@D.java:103", "java.lang.reflect.Method.invoke@Method.java:580", "a.Web.go@Web.java:1")),
    ("java bounds check of another version", java("java.util.ArrayList.rangeCheck@ArrayList.java:653", "java.util.ArrayList.get@ArrayList.java:429", "a.Shop.add@Shop.java:1", error="java.lang.IndexOutOfBoundsException: Index: 5, Size: 3"), java("java.base/jdk.internal.util.Preconditions.outOfBounds@P.java:100", "java.base/jdk.internal.util.Preconditions.checkIndex@P.java:302", "java.base/java.util.Objects.checkIndex@O.java:385", "java.base/java.util.ArrayList.get@ArrayList.java:427", "a.Shop.add@Shop.java:1", error="java.lang.IndexOutOfBoundsException: Index 5 out of bounds for length 3")),
    ("java thread pools", java("a.Job.run@Job.java:1", *_POOL), java("a.Job.run@Job.java:1", *_NEWPOOL)),
    ("java anonymous class renumbered", java("a.Shop$1.run@Shop.java:1", "a.Shop.add@Shop.java:3"), java("a.Shop$4.run@Shop.java:1", "a.Shop.add@Shop.java:3")),
    ("java accessor of an inner class", java("a.Shop.total@Shop.java:1", "a.Shop.access$000@Shop.java:2", "a.Shop$Line.sum@Shop.java:3"), java("a.Shop.total@Shop.java:1", "a.Shop$Line.sum@Shop.java:3")),
    ("java cause with other tail", caused(java("a.Web.go@Web.java:4", error="a.ShopException: failed"), "java.io.IOException: disk", "a.Disk.read@Disk.java:1", more=3), caused(java("a.Web.go@Web.java:5", error="a.ShopException: failed"), "java.io.IOException: disk full", "a.Disk.read@Disk.java:2", more=17)),
    ("java Mockito and Hibernate classes", java("a.Item.price@Item.java:1", "a.Item$HibernateProxy$pQ3kd8Zz.price", "a.Web.go@Web.java:1"), java("a.Item.price@Item.java:1", "a.Item$HibernateProxy$Xa81Lm2q.price", "a.Web.go@Web.java:1")),
    ("kotlin lambda and default", java("a.Shop.add$lambda$3@Shop.kt:1", "a.Shop.place$default@Shop.kt:9"), java("a.Shop.add$lambda-7@Shop.kt:1", "a.Shop.place@Shop.kt:9")),
    ("kotlin coroutine", java("a.Shop$add$2.invokeSuspend@Shop.kt:5", "kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith@C.kt:33", "kotlinx.coroutines.DispatchedTask.run@D.kt:106"), java("a.Shop$add$1.invokeSuspend@Shop.kt:6", "kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith@C.kt:46", "kotlinx.coroutines.scheduling.CoroutineScheduler.runSafely@C.kt:584")),
    ("scala closures", java("a.Shop.$anonfun$add$1@Shop.scala:5", "a.Shop.$anonfun$add$1$adapted@Shop.scala:4", "scala.collection.immutable.List.foreach@List.scala:431", "a.Shop.add@Shop.scala:4"), java("a.Shop.$anonfun$add$2@Shop.scala:5", "scala.collection.immutable.List.foreach@List.scala:333", "a.Shop.add@Shop.scala:4")),
    ("groovy closures", java("Script1$_run_closure1.doCall@Script1.groovy:3", "Script1.run@Script1.groovy:9"), java("Script7$_run_closure2.doCall@Script7.groovy:3", "Script7.run@Script7.groovy:9")),
    ("clojure functions", java("shop.core$add$fn__1234.invoke@core.clj:3", "shop.core$add.invokeStatic@core.clj:5", "shop.core$add.invoke@core.clj:5"), java("shop.core$add$fn__987.invoke@core.clj:3", "shop.core$add.invoke@core.clj:5")),
    ("java endless recursion", java(*repeated(["a.Node.hash@Node.java:3", "a.Node.child@Node.java:4"], 6), error="java.lang.StackOverflowError"), java("java.util.HashMap.hash@HashMap.java:3", *repeated(["a.Node.child@Node.java:4", "a.Node.hash@Node.java:3"], 6), error="java.lang.StackOverflowError")),
    # --- JavaScript
    ("javascript bundle hash", node("addToCart@https://shop.example/js/main.4f3c2b1a.js:1"), node("addToCart@https://shop.example/js/main.99aa88bb.js:1")),
    ("javascript Vite hash", node("addToCart@https://shop.example/assets/cart-DiwrgTda.js:1"), node("addToCart@https://shop.example/assets/cart-B2x_k9Qz.js:1")),
    ("javascript event loop", node("add@/app/cart.js:1", _LOOP), node("add@/app/cart.js:1", "process._tickCallback@internal/process/next_tick.js:68")),
    ("javascript await", node("add@/app/cart.js:1", "async place@/app/order.js:5"), node("add@/app/cart.js:1", _LOOP, "async place@/app/order.js:5")),
    ("javascript receiver", node("Object.add@/app/cart.js:1", "Object.exports.place@/app/order.js:1"), node("add@/app/cart.js:1", "exports.place@/app/order.js:1")),
    ("javascript alias", node("Cart.add [as onClick]@/app/cart.js:1"), node("Cart.add@/app/cart.js:1")),
    ("javascript compiled async", node("add@/app/cart.js:1", "Generator.next@<anonymous>", "fulfilled@/app/cart.js:5"), node("add@/app/cart.js:1", "step@/app/cart.js:33", "Object.next@/app/cart.js:14")),
    ("javascript source or output", node("add@webpack:///src/cart.ts:1"), node("add@/app/dist/cart.js:1")),
    ("javascript pnpm", node("parse@/app/node_modules/.pnpm/qs@6.11.0/node_modules/qs/lib/parse.js:1", "add@/app/cart.js:1"), node("parse@/app/node_modules/qs/lib/parse.js:9", "add@/app/cart.js:1")),
    ("javascript webpack query", node("add@webpack-internal:///./src/cart.js:1"), node("add@webpack:///./src/cart.js?a1b2:1")),
    # --- Go
    ("go addresses", go("main.(*Cart).Add@/app/cart.go:5", "main.main@/app/main.go:9"), go("main.(*Cart).Add@/build/shop/cart.go:8", "main.main@/build/shop/main.go:19")),
    ("go values", go("main.Add@/app/cart.go:5"), go("main.Add@/app/cart.go:5", error="panic: runtime error: index out of range [17] with length 9")),
    ("go closures renumbered", go("main.Add.func1@/app/cart.go:5", "main.Add@/app/cart.go:9"), go("main.Add.func2@/app/cart.go:5", "main.Add@/app/cart.go:9")),
    ("go wrapper of a go statement", go("main.Add.func1@/app/cart.go:5", "main.Run.gowrap1@/app/cart.go:9"), go("main.Add.func1@/app/cart.go:5", "main.Run.func1@/app/cart.go:9")),
    ("go package variable", go("shop.glob..func1@/app/cart.go:5"), go("shop.init.func1@/app/cart.go:5")),
    ("go generics", go("main.Map[...]@/app/cart.go:5"), go("main.Map[go.shape.int]@/app/cart.go:5")),
    ("go module version", go("github.com/x/lib.Parse@/root/go/pkg/mod/github.com/x/lib@v1.2.3/p.go:5", "main.Add@/app/cart.go:5"), go("github.com/x/lib/v2.Parse@/root/go/pkg/mod/github.com/x/lib/v2@v2.0.1/p.go:5", "main.Add@/app/cart.go:5")),
    ("go vendored", go("github.com/x/lib.Parse@/app/vendor/github.com/x/lib/p.go:5", "main.Add@/app/cart.go:5"), go("shop/vendor/github.com/x/lib.Parse@/app/vendor/github.com/x/lib/p.go:5", "main.Add@/app/cart.go:5")),
    ("go runtime calls", go("runtime.goPanicIndex@/usr/local/go/src/runtime/panic.go:113", "main.Add@/app/cart.go:5"), go("main.Add@/app/cart.go:5")),
    # --- .NET
    ("dotnet state machine", dotnet("Shop.Cart.<Add>d__5.MoveNext()@/src/Cart.cs:12", "Shop.Web.<Go>d__2.MoveNext()@/src/Web.cs:9"), dotnet("Shop.Cart.Add(Int32 id)@C:\\src\\Cart.cs:14", "Shop.Web.Go()@C:\\src\\Web.cs:10")),
    ("dotnet async glue", dotnet("Shop.Cart.Add(Int32 id)@/src/Cart.cs:12", "System.Runtime.CompilerServices.TaskAwaiter.ThrowForNonSuccess(Task task)", "System.Runtime.CompilerServices.TaskAwaiter.HandleNonSuccessAndDebuggerNotification(Task task)", "Shop.Web.Go()@/src/Web.cs:9"), dotnet("Shop.Cart.Add(Int32 id)@/src/Cart.cs:12", "Shop.Web.Go()@/src/Web.cs:9")),
    ("dotnet closures", dotnet("Shop.Cart.<>c__DisplayClass3_0.<Add>b__0(Item i)@/src/Cart.cs:12", "Shop.Cart.Add()@/src/Cart.cs:9"), dotnet("Shop.Cart.<>c__DisplayClass7_0.<Add>b__2(Item i)@/src/Cart.cs:18", "Shop.Cart.Add()@/src/Cart.cs:9")),
    ("dotnet local function", dotnet("Shop.Cart.<Add>g__Check|3_0(Item i)@/src/Cart.cs:12"), dotnet("Shop.Cart.<Add>g__Check|9_1(Item i)@/src/Cart.cs:12")),
    ("dotnet throw helpers", dotnet("System.Collections.Generic.List`1.get_Item(Int32 index)", "Shop.Cart.Add()@/src/Cart.cs:9"), dotnet("System.ThrowHelper.ThrowArgumentOutOfRange_IndexMustBeLessException()", "System.Collections.Generic.List`1.get_Item(Int32 index)", "Shop.Cart.Add()@/src/Cart.cs:9")),
    ("dotnet instances", dotnet("Shop.Repo`1.Get[T](Int32 id)@/src/Repo.cs:9"), dotnet("Shop.Repo`1[[Shop.Item, Shop, Version=1.0.0.0]].Get[T](Int32 id)@/src/Repo.cs:9")),
    # --- Ruby
    ("ruby block levels", ruby("block (2 levels) in add@/app/cart.rb:5", "each@/app/cart.rb:4", "add@/app/cart.rb:4"), ruby("block in add@/app/cart.rb:5", "map@/app/cart.rb:4", "add@/app/cart.rb:4")),
    ("ruby qualified names", ruby("add@/app/cart.rb:5", "place@/app/order.rb:9"), ruby("Shop::Cart#add@/app/cart.rb:5", "Shop::Order.place@/app/order.rb:9")),
    ("ruby iterators in Ruby", ruby("block in add@/app/cart.rb:5", "each@/app/cart.rb:4", "add@/app/cart.rb:4"), ruby("block in add@/app/cart.rb:5", "each@<internal:array>:42", "add@/app/cart.rb:4")),
    ("ruby gems", ruby("call@/usr/local/bundle/gems/rack-2.2.3/lib/rack/x.rb:5", "add@/app/cart.rb:4"), ruby("call@/usr/local/bundle/gems/rack-3.0.1/lib/rack/x.rb:9", "add@/app/cart.rb:4")),
    ("ruby compiled template", ruby("_app_views_carts_show_html_erb___3127384_70123@/app/app/views/carts/show.html.erb:3"), ruby("_app_views_carts_show_html_erb__1299384756_47120@/app/app/views/carts/show.html.erb:3")),
    # --- PHP
    ("php closures", php("Shop\\{closure}@/srv/shop/src/Cart.php:5", "Shop\\Cart->add@/srv/shop/src/Web.php:5"), php("{closure:Shop\\Cart::add():12}@/srv/shop/src/Cart.php:5", "Shop\\Cart->add@/srv/shop/src/Web.php:5")),
    ("php release", php("Shop\\Cart->add@/var/www/releases/41/src/Web.php:5", at="/var/www/releases/41/src/Cart.php:3"), php("Shop\\Cart->add@/var/www/releases/42/src/Web.php:7", at="/var/www/releases/42/src/Cart.php:3")),
    ("php compiled view", php("include@/srv/storage/framework/views/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567.php:5", "Shop\\Cart->show@/srv/shop/src/Web.php:5"), php("include@/srv/storage/framework/views/ffee2c3d4e5f60718293a4b5c6d7e8f901234567.php:5", "Shop\\Cart->show@/srv/shop/src/Web.php:5")),
    ("php anonymous class", php("Shop\\Job@anonymous->run@/srv/shop/src/Web.php:5"), php("Shop\\Job@anonymous->run@/srv/shop/src/Web.php:15")),
    # --- Rust
    ("rust hashes", rust(*_RUSTPANIC, "shop::cart::add::h0123456789abcdef@./src/cart.rs:12", "shop::main@./src/main.rs:4"), rust(*_RUSTPANIC, "shop::cart::add::hfedcba9876543210@./src/cart.rs:14", "shop::main@./src/main.rs:4")),
    ("rust full backtrace", rust(*_RUSTPANIC, "shop::cart::add@./src/cart.rs:12", "shop::main@./src/main.rs:4"), rust(*_RUSTFULL, "shop::cart::add@./src/cart.rs:12", "shop::main@./src/main.rs:4", "core::ops::function::FnOnce::call_once@/rustc/1111111111111111111111111111111111111111/library/core/src/ops/function.rs:2", "std::rt::lang_start@/rustc/1111111111111111111111111111111111111111/library/std/src/rt.rs:2")),
    ("rust mangling", rust(*_RUSTPANIC, "shop::cart::add::{{closure}}@./src/cart.rs:12"), rust(*_RUSTPANIC, "shop[a1b2c3d4e5f60718]::cart::add::{closure#0}@./src/cart.rs:12")),
    ("rust instances", rust(*_RUSTPANIC, "shop::cart::add::<u32>@./src/cart.rs:12"), rust(*_RUSTPANIC, "shop::cart::add::<i64>@./src/cart.rs:12")),
    ("rust no backtrace", rust(error="index out of bounds: the len is 3 but the index is 7"), rust(error="index out of bounds: the len is 1 but the index is 9", at="src/cart.rs:19:9")),
    # --- C and C++
    ("cpp addresses", asan("shop::Cart::add(int)@/src/cart.cpp:3", "main@/src/main.cpp:5"), asan("shop::Cart::add(int)@/src/cart.cpp:5", "main@/src/main.cpp:8", pid=991)),
    ("cpp templates and inline namespaces", asan("std::__1::vector<int, std::__1::allocator<int>>::at(unsigned long)@/src/v.h:3", "shop::add<int>(int)@/src/cart.cpp:5"), asan("std::vector<long, std::allocator<long> >::at(unsigned long)@/src/v.h:3", "void shop::add<long>(long)@/src/cart.cpp:5")),
    ("cpp lambdas", asan("shop::add(int)::$_0::operator()() const@/src/cart.cpp:3", "shop::add(int)@/src/cart.cpp:5"), asan("shop::add(int)::{lambda()#1}::operator()() const@/src/cart.cpp:3", "shop::add(int)@/src/cart.cpp:5")),
    ("cpp anonymous namespace", asan("(anonymous namespace)::add(int)@/src/cart.cpp:3"), asan("{anonymous}::add(int)@/src/cart.cpp:3")),
    ("cpp compiled variant", asan("add.isra.0@/src/cart.c:3", "run@/src/run.c:4"), asan("add@/src/cart.c:3", "run@/src/run.c:4")),
    ("cpp thread start", asan("add@/src/cart.c:3", "start_thread@/lib/x86_64-linux-gnu/libc.so.6:", "clone@/lib/x86_64-linux-gnu/libc.so.6:"), asan("add@/src/cart.c:3", "clone3@/lib/x86_64-linux-gnu/libc.so.6:")),
    # --- Dart and Perl
    ("dart closures", dart("Cart.add.<anonymous closure>@package:shop/cart.dart:3", "Cart.add@package:shop/cart.dart:5"), dart("Cart.add.<fn>@package:shop/cart.dart:3", "Cart.add@package:shop/cart.dart:5")),
    ("dart private names", dart("_Cart@12345678.add@package:shop/cart.dart:3"), dart("_Cart@99999.add@package:shop/cart.dart:7")),
    ("perl evaluated", perl("Shop::Cart::add@/srv/shop/web.pl:5", "eval {...}@/srv/shop/web.pl:5", "main::go@/srv/shop/web.pl:9"), perl("Shop::Cart::add@/srv/shop/web.pl:6", "main::go@/srv/shop/web.pl:10")),
)  # fmt: skip
