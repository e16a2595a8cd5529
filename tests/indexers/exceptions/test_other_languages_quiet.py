"""What only resembles an exception of .NET, Ruby, PHP, Rust or native code, and what such a report leaves out."""

import time

import pytest

from indexers.exceptions.extract import extract_exceptions

QUIET = {
    "php_warning": "PHP Warning:  Undefined variable $x in /srv/a.php on line 3",
    "php_notice": "PHP Deprecated:  strlen(): Passing null to parameter #1 in /srv/a.php on line 3",
    "phpunit": "1) CartTest::testAdd\nFailed asserting that 2 is identical to 3.\n\n/srv/tests/CartTest.php:12",
    "compiler_gcc": "cart.c:12:5: error: expected ';' before 'return'\ncart.c:13:1: note: in expansion of macro",
    "compiler_rust": "error[E0308]: mismatched types\n --> src/main.rs:2:5\n  |\n2 |     1\n  |     ^ expected `()`",
    "compiler_csharp": "Cart.cs(12,5): error CS1002: ; expected [/srv/shop/Shop.csproj]",
    "cargo": "error: failed to run custom build command for `x`\n\nCaused by:\n  process didn't exit successfully: `x`",
    "ruby_comment": "# cart.rb:9:in `add': missing argument: -r (OptionParser::MissingArgument)",
    "ruby_warning": "/srv/cart.rb:3: warning: method redefined; discarding old add",
    "prose_at": "Meet Foo.Bar(x)\n  at Shop.Corner(street)\n  in the evening: be there at 12",
    "prose_arrow": "a ---> b\n ---> see Exception: handling, page 3",
    "kernel_line": "Kernel panic is what we call it when WARNING: lights flash\nINFO: task list updated",
    "dmesg": "[    1.2] WARNING: CPU hotplug is disabled\n[    1.3] usb 1-1: new device",
    "stack_of_a_healthy_process": "#0  0x00007f in poll () from /lib/libc.so.6\n#1  0x00007f in main () at a.c:3",
    "asan_words": "==16763==WARNING: AddressSanitizer failed to allocate 0xffffffff bytes",
    "exit": "Aborted (core dumped)\nSegmentation fault",
    "csharp_source": 'throw new InvalidOperationException("no");\n    // at Shop.Cart.Add(String sku)',
    "numbered": "#1 buy milk\n#2 call Bob at home\n#3 see page:12",
}

REPEATED = {
    "dotnet_overflow": "System.Exception: x\n" + "   at A.B.C(Int32) in /a/b.cs:line 12\n" * 25_000,
    "dotnet_arrows": "System.Exception: x" + " ---> System.Exception: y" * 40_000 + "\n   at A.B()",
    "ruby_headers": "a.rb:1:in `x': m\n" * 60_000,
    "php_stacks": "Stack trace:\n" * 80_000,
    "php_fatal": "Fatal error: " * 80_000,
    "rust_headers": "thread 'a' panicked at a.rs:1:1:\n" * 30_000,
    "native_heads": "==1==ERROR: AddressSanitizer: x\n" * 30_000,
    "kernel_heads": "WARNING: CPU: 1 PID: 1 at a.c:1 x+0x1/0x2\n" * 24_000,
}


@pytest.mark.parametrize("name", QUIET)
def test_what_only_resembles_an_exception_is_none(name: str) -> None:
    """Warnings, builds, prose, source code and healthy processes give nothing."""
    assert extract_exceptions(QUIET[name]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", REPEATED)
def test_a_megabyte_of_repetition_takes_seconds(name: str) -> None:
    """No repetition makes reading slower than linear: a megabyte stays under ten seconds on a busy machine."""
    start = time.perf_counter()
    extract_exceptions(REPEATED[name])
    assert time.perf_counter() - start < 10
