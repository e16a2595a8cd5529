"""Dart exceptions as the virtual machine and Flutter print them.

Dart VM: the isolate's `Unhandled exception:`, StackTrace's toString in runtime/vm/object.cc (`#0      f (place)`),
`<asynchronous suspension>`. Flutter: FlutterErrorDetails.toString and TextTreeRenderer's box, the same through logcat.
package:stack_trace: Trace.terse, places padded to one width.

What the format leaves undecidable is not drawn: messages that hold frames (of any language) or another header; in a
box, messages with an empty line, where Flutter's explanations begin; types that only the SDK's own classes print in
words.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

TYPES = ["FormatException", "StockError", "_CartFailure", "Exception", "NoSuchMethodError", "ApiException<Order>"]
FUNCTIONS = ["main", "Cart.add", "main.<anonymous closure>", "new Cart", "List.[]", "_RootZone.runUnary", "Object.=="]
FILES = [
    "package:shop/cart.dart",
    "dart:async/zone.dart",
    "file:///srv/shop/bin/main.dart",
    "dart:core-patch/errors_patch.dart",
]
FILES += [
    "file:///C:/shop/bin/main.dart",
    "org-dartlang-app:///main.dart",
    "package:flutter/src/widgets/framework.dart",
]
LINES = ["twelve", "      ^", "Receiver: null", "Tried calling: call(1)", "key: value", "it's {a: 1}", "é"]


@dataclass(frozen=True)
class Call:
    function: str
    file: str
    line: int
    column: int | None
    is_followed_by_gap: bool


def calls() -> st.SearchStrategy[list[Call]]:
    """A stack."""
    column = st.none() | st.integers(1, 200)
    one = st.builds(
        Call, st.sampled_from(FUNCTIONS), st.sampled_from(FILES), st.integers(1, 9999), column, st.booleans()
    )
    return st.lists(one, min_size=1, max_size=5)


def messages() -> st.SearchStrategy[str]:
    """One line or several, none empty."""
    head = st.sampled_from(["no stock", "Invalid radix-10 number (at character 1)", "x: y", "'a' is not b"])
    return st.builds(lambda first, rest: "\n".join([first, *rest]), head, st.lists(st.sampled_from(LINES), max_size=3))


def _frames(stack: list[Call], first: int = 0) -> list[str]:
    lines = []
    for number, call in enumerate(stack, first):
        place = f"{call.file}:{call.line}" + ("" if call.column is None else f":{call.column}")
        lines.append(f"#{number:<7}{call.function} ({place})")
        lines += ["<asynchronous suspension>"] if call.is_followed_by_gap else []
    return lines


def _expected(kind: str, message: str | None, first: int, lines: list[str], stack: list[Call]) -> Expected:
    last = len(lines) - (1 if stack[-1].is_followed_by_gap else 0)
    shown = tuple((call.file, call.function, call.line, call.column) for call in stack)
    return Expected(kind, message, "root", None, (first, last), shown)


def unhandled(kind: str, message: str | None, stack: list[Call], prefix: str) -> Printed:
    """As the VM prints it, or as logcat shows it."""
    text = kind if message is None else f"{kind}: {message}"
    body = ["Unhandled exception:", *text.split("\n")]
    body = (
        [f"[ERROR:flutter/runtime/dart_vm_initializer.cc(41)] Unhandled Exception: {body[1]}", *body[2:]]
        if prefix
        else body
    )
    lines = [prefix + line for line in [*body, *_frames(stack)]]
    return Printed("dart", tuple(lines), (_expected(kind, message, 1, lines, stack),))


def boxed(kind: str, message: str, stack: list[Call], first: int) -> Printed:
    """As FlutterError reports it."""
    lines = [
        "══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞" + "═" * 40,
        f"The following {kind} was thrown building Cart(dirty):",
    ]
    lines += [
        *message.split("\n"),
        "",
        "The relevant error-causing widget was:",
        "  Cart Cart:file:///srv/shop/main.dart:3:4",
        "",
    ]
    lines += ["When the exception was thrown, this was the stack:", *_frames(stack, first)]
    found = _expected(kind, message, 2, lines, stack)
    return Printed("dart", (*lines, "(elided 3 frames from dart:async)", "", "═" * 80), (found,))


def terse(kind: str, message: str | None, stack: list[Call]) -> Printed:
    """As package:stack_trace shortens it."""
    lines = ["Unhandled exception:", *(kind if message is None else f"{kind}: {message}").split("\n")]
    places = [f"{call.file} {call.line}" + ("" if call.column is None else f":{call.column}") for call in stack]
    width = max(len(place) for place in places)
    for call, place in zip(stack, places, strict=True):
        lines.append(f"{place:<{width}}  {call.function}")
        lines += ["===== asynchronous gap ==========================="] if call.is_followed_by_gap else []
    return Printed("dart", tuple(lines), (_expected(kind, message, 1, lines, stack),))


def traces() -> st.SearchStrategy[Printed]:
    """Prints of unhandled and reported exceptions."""
    kinds, texts = st.sampled_from(TYPES), st.none() | messages()
    return st.one_of(
        st.builds(unhandled, kinds, texts, calls(), st.sampled_from(["", "E/flutter ( 3174): "])),
        st.builds(boxed, st.sampled_from([*TYPES, "assertion"]), messages(), calls(), st.integers(0, 3)),
        st.builds(terse, kinds, texts, calls()),
    )
