"""`python -m tests.benchmarks.extraction_hostile`: the time of reading what is almost a trace, at one size and at four
times that size: a table of seconds a megabyte, and how the time grows.

For every language: heads without frames, frames without a head, a message without end, a chain without end, deep
nesting, brackets. Linear reading keeps the seconds a megabyte; quadratic reading makes them four times as many.
"""

import argparse
import gc
import time
from collections.abc import Callable, Mapping

from indexers.exceptions.extract import extract_exceptions

TIMES = 4
_WORDS = "what the program said about it, in (brackets) and 'quotes': a.b.c = 3\n"


def _repeated(unit: str, head: str = "", end: str = "") -> Callable[[int], str]:
    def text(size: int) -> str:
        return head + unit * max(1, size // len(unit)) + end

    return text


def _nested(begin: str, end: str, step: str = "  ", deepest: int = 200) -> Callable[[int], str]:
    """Blocks within blocks, `deepest` levels at most, then from the start again."""
    descent = "".join(step * depth + begin for depth in range(deepest))
    ascent = "".join(step * depth + end for depth in reversed(range(deepest)))
    return _repeated(descent + ascent)


# language -> (a head, a frame, a link between two exceptions), each a whole line or more
_FORMS: Mapping[str, tuple[str, str, str]] = {
    "python": (
        "Traceback (most recent call last):\n",
        '  File "/srv/shop/cart.py", line 12, in add\n',
        "ValueError: no\n\nDuring handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n',
    ),
    "python groups": (
        "  + Exception Group Traceback (most recent call last):\n",
        '  |   File "/srv/shop/cart.py", line 12, in add\n',
        "  | ExceptionGroup: no (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n",
    ),
    "java": (
        "java.lang.IllegalStateException: no\n",
        "\tat com.shop.Cart.add(Cart.java:12)\n",
        "Caused by: java.lang.IllegalStateException: no\n\tat a.B.c(B.java:3)\n\t... 3 more\n",
    ),
    "java suppressed": (
        'Exception in thread "main" java.lang.Error: no\n',
        "\t... 12 more\n",
        "\tSuppressed: java.lang.Error: no\n\t\tat a.B.c(B.java:3)\n",
    ),
    "javascript": (
        "TypeError: x is not a function\n",
        "    at add (/srv/shop/cart.js:12:34)\n",
        "  [cause]: Error: no\n      at f (/a.js:1:2) {\n",
    ),
    "javascript uncaught": (
        "/srv/shop/cart.js:12\n    throw error;\n    ^\n\n",
        "add@https://shop.example/x.js:12:34\n",
        "  [errors]: [\n    Error: no\n        at f (/a.js:1:2),\n",
    ),
    "go": (
        "panic: no\n",
        "main.add(0x1)\n\t/srv/shop/main.go:12 +0x1d\n",
        "goroutine 7 [running]:\nmain.add(0x1)\n\t/srv/shop/main.go:12 +0x1d\n\n",
    ),
    "dotnet": (
        "System.InvalidOperationException: no\n",
        "   at Shop.Cart.Add(String sku) in /src/Cart.cs:line 12\n",
        " ---> System.InvalidOperationException: no\n",
    ),
    "dotnet members": (
        "Unhandled exception. System.AggregateException: no\n",
        "   --- End of inner exception stack trace ---\n",
        " ---> (Inner Exception #1) System.InvalidOperationException: no\n   at A.B()<---\n",
    ),
    "ruby": (
        "/srv/cart.rb:12:in `add': no (RuntimeError)\n",
        "\tfrom /srv/cart.rb:12:in `add'\n",
        "/srv/cart.rb:12:in `add': no (RuntimeError)\n\tfrom a.rb:1:in `b'\n",
    ),
    "php": (
        "PHP Fatal error:  Uncaught Exception: no in /srv/cart.php:12\n",
        "#0 /srv/cart.php(12): Cart->add('x')\n",
        "#1 {main}\n\nNext Exception: no in /srv/cart.php:12\nStack trace:\n",
    ),
    "rust": (
        "thread 'main' panicked at src/main.rs:12:5:\n",
        "   3: shop::cart::add\n             at ./src/cart.rs:12:5\n",
        "Error: no\n\nCaused by:\n    0: no\n    1: no\n",
    ),
    "dart": (
        "Unhandled exception:\n",
        "#0      add (package:shop/cart.dart:12:5)\n",
        "Unhandled exception:\nno\n#0      add (package:shop/cart.dart:12:5)\n<asynchronous suspension>\n",
    ),
    "perl": (
        "no at /srv/cart.pl line 12.\n",
        "\tmain::add('x') called at /srv/cart.pl line 12\n",
        "no at /srv/cart.pl line 12.\n\tmain::add('x') called at /srv/cart.pl line 12\n",
    ),
    "sanitizers": (
        "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n",
        "    #0 0x55d0c1 in add /srv/cart.c:12:5\n",
        "==1==ERROR: AddressSanitizer: x\n    #0 0x55d0c1 in add /srv/cart.c:12:5\n\n",
    ),
    "debuggers": (
        "Program received signal SIGSEGV, Segmentation fault.\n",
        "#0  0x000055d0 in add (sku=0x0) at cart.c:12\n",
        "Thread 2 (Thread 0x7f (LWP 2)):\n#0  0x000055d0 in add (sku=0x0) at cart.c:12\n",
    ),
    "kernel": (
        "[   12.3] BUG: KASAN: use-after-free in add+0x1/0x2\n",
        "[   12.3]  add+0x1/0x2\n",
        "[   12.3] Call Trace:\n[   12.3]  add+0x1/0x2\n",
    ),
    "apple": (
        "Exception Type:  EXC_BAD_ACCESS (SIGSEGV)\n",
        "3   shop   0x0000000100003f2c add + 12\n",
        "Thread 0 Crashed:\n3   shop   0x0000000100003f2c add + 12\n",
    ),
}


def _shapes() -> dict[str, Callable[[int], str]]:
    shapes = {}
    for language, (head, frame, link) in _FORMS.items():
        shapes[f"{language}: heads"] = _repeated(head)
        shapes[f"{language}: frames"] = _repeated(frame)
        shapes[f"{language}: a message without end"] = _repeated(_WORDS, head, frame)
        shapes[f"{language}: heads, each with a long message"] = _repeated(head + _WORDS * 60)
        shapes[f"{language}: a chain without end"] = _repeated(link, head + frame)
        shapes[f"{language}: nesting"] = _nested(head, frame)
        shapes[f"{language}: brackets"] = _repeated("([{<" * 20, head.rstrip("\n") + " ", "\n" + frame)
        shapes[f"{language}: all on one line"] = _repeated((head + frame).replace("\n", " "))
        shapes[f"{language}: folded"] = _repeated((head + frame).replace("\n", "\\n").replace("\t", "\\t"))
        shapes[f"{language}: a prefix on every line"] = _repeated(
            "".join(f"2026-03-01 09:15:02 ERROR [a] b - {line}\n" for line in (head + frame).splitlines())
        )
    return shapes | _ENVELOPES


_ENVELOPES: dict[str, Callable[[int], str]] = {
    "envelope: openings of JSON": _repeated('{"a": '),
    "envelope: JSON in JSON": _repeated('{"log": "{\\"log\\": \\"no\\"}\\n", "stream": "stdout"}\n'),
    "envelope: pieces of one line": _repeated("2026-03-01T09:15:02.000000000Z stderr P at a.b(c:1)\n"),
    "envelope: a container a line": lambda size: "".join(f"c{n}  | at a.b(c:1)\n" for n in range(size // 22)),
    "envelope: a tag a line": lambda size: "".join(f"[{n}] [{n % 7}]  at a.b(c:1)\n" for n in range(size // 24)),
    "envelope: a prefix a line": lambda size: "".join(
        f"2026-03-01 09:15:02 ERROR [t{n}] \tat a.b(c.java:1)\n" for n in range(size // 45)
    ),
    "envelope: stamps": _repeated("2026-03-01T09:15:02.1234567Z  at a.b(c:1)\n"),
    "envelope: octal escapes": _repeated("#012\tat a.b(c:1)", "<11>Mar  1 09:15:02 a b[1]: "),
    "envelope: logfmt": _repeated('k="v\\n at a.b(c:1)" '),
    "envelope: backslashes": _repeated("\\"),
    "envelope: escapes": _repeated("\\n\\t"),
    "envelope: colours": _repeated("\x1b[31m"),
    "envelope: brackets": _repeated("[a] "),
    "envelope: blanks": _repeated(" "),
    "envelope: tabs": _repeated("\t"),
    "envelope: line ends": _repeated("\n"),
    "envelope: bars": _repeated("a | "),
    "envelope: colons": _repeated("a: "),
}
SHAPES = _shapes()


def growth(name: str, size: int, runs: int = 3) -> tuple[float, float]:
    """Seconds a megabyte of the shape at `size` characters and at `TIMES` as many; the best of `runs`."""
    texts = [SHAPES[name](size), SHAPES[name](size * TIMES)]
    best = [float("inf"), float("inf")]
    for _ in range(runs):
        for index, text in enumerate(texts):
            gc.collect()
            gc.disable()  # as timeit does: when it comes round is chance
            started = time.process_time()
            extract_exceptions(text)
            best[index] = min(best[index], (time.process_time() - started) / len(text) * 1e6)
            gc.enable()
    return best[0], best[1]


def measure(size: int) -> dict[str, float]:
    """The worst seconds a megabyte of all shapes at `size` characters, and the worst growth at four times that."""
    rows = [growth(name, size, runs=1) for name in SHAPES]
    return {
        "worst of hostile shapes, s/MB": max(at_once for at_once, _ in rows),
        "the same at four times the size, s/MB": max(after for _, after in rows),
        "worst growth of s/MB (4 would be quadratic)": max(after / at_once for at_once, after in rows),
    }


def main() -> None:
    """Print the table, the slowest shape first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    rows = [(name, *growth(name, arguments.size, 2)) for name in SHAPES if arguments.only in name]
    print(f"{'shape':52s}{arguments.size:>12,}{arguments.size * TIMES:>12,}   growth   (s/MB)")
    for name, at_once, after in sorted(rows, key=lambda row: -row[2]):
        print(f"{name:52s}{at_once:12.2f}{after:12.2f}{after / at_once:9.2f}")


if __name__ == "__main__":
    main()
