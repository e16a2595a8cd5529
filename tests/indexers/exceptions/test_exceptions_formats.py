"""Formats whose runtimes are not recorded: one sample of each, read whole."""

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import extract_exceptions


def heads(text: str) -> list[tuple[str, str | None, str, int | None]]:
    return [(r.type, r.message, r.relation, r.parent) for r in extract_exceptions(text)]


def frames(record: ExceptionRecord) -> list[tuple[str, str, int | None]]:
    return [(frame.file, frame.function, frame.line) for frame in record.frames]


DOTNET = """Unhandled exception. System.InvalidOperationException: checkout failed
 ---> Shop.StockException: no stock
for order 4711
 ---> System.FormatException: The input string 'twelve' was not in a correct format.
   at System.Number.ThrowFormatException[TChar](ReadOnlySpan`1 value)
   at Shop.Cart.Add(String sku) in /src/Shop/Cart.cs:line 12
   --- End of inner exception stack trace ---
   at Shop.Orders.<PlaceAsync>d__3.MoveNext() in C:\\src\\Shop\\Orders.cs:line 40
--- End of stack trace from previous location ---
   at Shop.Orders.Run()
   --- End of inner exception stack trace ---
   at Program.<Main>$(String[] args) in /src/Shop/Program.cs:line 3
"""


def test_dotnet_frames_belong_to_the_exception_they_are_printed_for() -> None:
    """Headers come outermost first, frames innermost first; each exception gets its own."""
    assert heads(DOTNET) == [
        ("System.InvalidOperationException", "checkout failed", "root", None),
        ("Shop.StockException", "no stock\nfor order 4711", "inner", 0),
        ("System.FormatException", "The input string 'twelve' was not in a correct format.", "inner", 1),
    ]
    outer, middle, inner = extract_exceptions(DOTNET)
    assert frames(outer) == [("/src/Shop/Program.cs", "Program.<Main>$", 3)]
    assert frames(middle) == [
        ("C:\\src\\Shop\\Orders.cs", "Shop.Orders.<PlaceAsync>d__3.MoveNext", 40),
        ("", "Shop.Orders.Run", None),
    ]
    assert [frame.in_app for frame in inner.frames] == [False, True]


def test_an_aggregate_exception_keeps_its_members() -> None:
    """Further inner exceptions are members of the aggregate."""
    text = """System.AggregateException: One or more errors occurred. (a) (b)
 ---> System.InvalidOperationException: a
   at Program.<>c.<Main>b__0_0() in /src/Program.cs:line 5
   --- End of inner exception stack trace ---
   at Program.Main(String[] args) in /src/Program.cs:line 9
 ---> (Inner Exception #1) System.ArgumentNullException: b (Parameter 'x')
   at Program.<>c.<Main>b__0_1() in /src/Program.cs:line 6<---
"""
    assert [(kind, relation, parent) for kind, _, relation, parent in heads(text)] == [
        ("System.AggregateException", "root", None),
        ("System.InvalidOperationException", "inner", 0),
        ("System.ArgumentNullException", "group_member", 0),
    ]


def test_an_inner_exception_on_the_same_line_is_split_off() -> None:
    """.NET Framework prints the chain of headers on one line."""
    text = """System.Exception: outer ---> System.ArgumentException: inner
   at A.B()
   --- End of inner exception stack trace ---
   at A.C()
"""
    assert heads(text) == [
        ("System.Exception", "outer", "root", None),
        ("System.ArgumentException", "inner", "inner", 0),
    ]


def test_localised_dotnet_and_mono_frames_are_read() -> None:
    """ "at", "in" and "line" may be words of another language; Mono prints offsets and build ids."""
    german = "System.NullReferenceException: leer\n   bei Shop.Cart.Add(String sku) in C:\\src\\Cart.cs:Zeile 12.\n"
    mono = (
        "System.NullReferenceException: empty\n"
        "  at Shop.Cart.Add (System.String sku) [0x00012] in <a1b2c3d4e5>:0 \n"
        "  at Shop.P.Main (System.String[] a) [0x00001] in /src/P.cs:3 \n"
    )
    assert frames(extract_exceptions(german)[0]) == [("C:\\src\\Cart.cs", "Shop.Cart.Add", 12)]
    assert frames(extract_exceptions(mono)[0]) == [("", "Shop.Cart.Add", None), ("/src/P.cs", "Shop.P.Main", 3)]


def test_dart_frames_with_packages_are_read() -> None:
    """The text above the frames is type and message; SDK frames are not the application's."""
    text = """Unhandled exception:
FormatException: Invalid radix-10 number (at character 1)
twelve
^

#0      int.parse (dart:core-patch/integers_patch.dart:46:14)
#1      Cart.add (package:shop/cart.dart:12:9)
<asynchronous suspension>
#2      main (file:///srv/shop/bin/main.dart:5:3)
"""
    (record,) = extract_exceptions(text)
    assert record.type == "FormatException"
    assert [(frame.function, frame.line, frame.in_app) for frame in record.frames] == [
        ("int.parse", 46, False),
        ("Cart.add", 12, True),
        ("main", 5, True),
    ]


def test_gdb_backtraces_are_read() -> None:
    """The signal is the type; frames with and without an address count."""
    text = """Program received signal SIGSEGV, Segmentation fault.
0x000055555555513d in shop_add (cart=0x0) at cart.c:12
(gdb) bt
#0  0x000055555555513d in shop_add (cart=0x0, sku=0x555555556004 "a") at cart.c:12
#1  main () at main.c:5
#2  0x00007ffff7c29d90 in __libc_start_call_main () from /lib/libc.so.6
"""
    (record,) = extract_exceptions(text)
    assert (record.type, record.message) == ("SIGSEGV", "Segmentation fault")
    assert frames(record) == [("cart.c", "shop_add", 12), ("main.c", "main", 5), ("", "__libc_start_call_main", None)]


def test_kernel_reports_are_read() -> None:
    """KASAN's call trace, with and without places."""
    text = """[   12.345678] BUG: KASAN: use-after-free in kfree_skb+0x1a/0x20 at addr ffff8800
[   12.345681] Call Trace:
[   12.345682]  [<ffffffff81>] dump_stack+0x12/0x30 lib/dump_stack.c:51
[   12.345683]  kfree_skb+0x1a/0x20 net/core/skbuff.c:700
[   12.345684]  sk_free+0x33/0x40
"""
    (record,) = extract_exceptions(text)
    assert record.type == "KASAN: use-after-free"
    assert frames(record)[1:] == [("net/core/skbuff.c", "kfree_skb", 700), ("", "sk_free", None)]


def test_root_cause_first_printing_is_turned_round() -> None:
    """Logback may print the cause first and each exception that wraps it after."""
    text = (
        "java.io.IOException: disk\n\tat a.b.C.d(C.java:1)\nWrapped by: com.shop.Outer: top\n\tat a.b.C.f(C.java:3)\n"
    )
    assert heads(text) == [
        ("java.io.IOException", "disk", "caused_by", 1),
        ("com.shop.Outer", "top", "root", None),
    ]


def test_class_loaders_modules_and_jars_are_not_part_of_a_function() -> None:
    """What Java prints before and after the call goes to `module`."""
    text = """java.lang.IllegalStateException: x
\tat java.base/java.lang.Thread.run(Thread.java:840) ~[?:?]
\tat app//com.shop.Foo$$Lambda/0x00007f1234.run(Unknown Source) ~[shop.jar!/:1.0]
\tat com.shop.kotlin.CartKt.add(Cart.kt:12) [shop.jar:?]
"""
    (record,) = extract_exceptions(text)
    assert [(frame.function, frame.module) for frame in record.frames] == [
        ("java.lang.Thread.run", "?:?"),
        ("com.shop.Foo$$Lambda/0x00007f1234.run", "shop.jar!/:1.0"),
        ("com.shop.kotlin.CartKt.add", "shop.jar:?"),
    ]


def test_a_log_line_between_a_header_and_its_frames_does_no_harm() -> None:
    """Standard error and the log are written by different threads."""
    text = """Exception in thread "http-1" java.lang.OutOfMemoryError: Java heap space
2026-03-01 09:15:02,120 INFO  [http-5] c.e.Api - GET / 200
\tat com.shop.Labels.render(Labels.java:16)
2026-03-01 09:15:02,130 INFO  [http-5] c.e.Api - GET / 200
"""
    (record,) = extract_exceptions(text)
    assert (record.message, len(record.frames), record.lines) == ("Java heap space", 1, (1, 3))


def test_android_log_lines_are_read() -> None:
    """Logcat puts its prefix before every line."""
    prefix = "03-01 09:15:02.113  1234  1234 E AndroidRuntime: "
    lines = ["FATAL EXCEPTION: main", "java.lang.RuntimeException: no", "\tat com.shop.Main.onCreate(Main.kt:12)"]
    lines += ["Caused by: java.lang.NullPointerException", "\tat com.shop.Main.load(Main.kt:30)"]
    assert heads("".join(f"{prefix}{line}\n" for line in lines)) == [
        ("java.lang.RuntimeException", "no", "root", None),
        ("java.lang.NullPointerException", None, "caused_by", 0),
    ]


def test_traces_of_other_browsers_are_read() -> None:
    """Firefox and Safari print function@url:line:column."""
    text = "TypeError: x is undefined\nrender@https://shop.example/main.4f3c2b1a.js:12:345\n@https://shop.example/main.js:1:2\n"
    assert frames(extract_exceptions(text)[0]) == [
        ("https://shop.example/main.4f3c2b1a.js", "render", 12),
        ("https://shop.example/main.js", "", 1),
    ]


def test_rails_prints_the_exception_above_its_backtrace() -> None:
    """A request id may stand before every line."""
    text = "[a1] NoMethodError (undefined method `total' for nil):\n[a1]   \n[a1] app/models/cart.rb:12:in `total'\n"
    assert heads(text) == [("NoMethodError", "undefined method `total' for nil", "root", None)]


def test_laravel_records_are_read() -> None:
    """Monolog names place and class in one line; names lose the doubled backslashes."""
    text = """[2026-03-01 09:15:02] p.ERROR: {"x":"[object] (App\\\\StockException(code: 0): no at /w/Cart.php:12)
[stacktrace]
#0 /var/www/app/OrderController.php(30): App\\\\Cart->add('a')
#1 /var/www/vendor/laravel/Controller.php(54): call_user_func_array(Array, Array)
#2 {main}
"}
"""
    (record,) = extract_exceptions(text)
    assert (record.type, record.message) == ("App\\StockException", "no")
    assert record.location is not None
    assert (record.location.file, record.location.line) == ("/w/Cart.php", 12)
    assert [frame.in_app for frame in record.frames] == [True, False]


def test_a_message_goes_on_between_log_records() -> None:
    """SQLAlchemy's message has three lines; the next record does not belong to it."""
    text = """2026-03-01 09:15:02,120 ERROR shop failed
Traceback (most recent call last):
  File "/app/shop/db.py", line 3, in get
    cursor.execute(x)
sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such table: items
[SQL: SELECT 1]
(Background on this error at: https://sqlalche.me/e/20/e3q8)
2026-03-01 09:15:02,130 INFO shop ok
"""
    (record,) = extract_exceptions(text)
    assert record.message is not None
    assert record.message.split("\n")[1:] == [
        "[SQL: SELECT 1]",
        "(Background on this error at: https://sqlalche.me/e/20/e3q8)",
    ]
    assert record.lines == (2, 7)


def test_a_sanitizer_that_only_reports_the_abort_of_a_panic_is_left_out() -> None:
    """The panic above it is the exception; a memory error is one of its own."""
    panic = "thread 'main' panicked at 'no port', src/a.rs:3:5\n"
    report = "==1==ERROR: AddressSanitizer: {} on unknown address 0x000000000001\n    #0 0x7f27 in gsignal raise.c:54\n"
    assert [record.type for record in extract_exceptions(panic + report.format("ABRT"))] == ["panic"]
    assert [record.type for record in extract_exceptions(panic + report.format("SEGV"))] == [
        "panic",
        "AddressSanitizer: SEGV",
    ]
    assert [record.type for record in extract_exceptions(report.format("ABRT"))] == ["AddressSanitizer: ABRT"]
