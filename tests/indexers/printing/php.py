"""Uncaught exceptions as PHP prints them, after Exception::__toString and zend_exception_error in zend_exceptions.c
(PHP 5's words and today's), and the same logged by Monolog's LineFormatter, whose output is part of a JSON string.

Not drawn: message lines that are themselves a frame of another language, a title, a frame, a head or the beginning of
a log record; in Monolog, messages with " at file:line)" in them.
"""

import json
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

TYPES = ["Exception", "RuntimeException", "Shop\\StockException", "App\\Models\\NotThere", "TypeError", "Größe\\Fehler"]
LINES = [
    "no stock for a",
    'Class "App\\Foo" not found',
    "it's in the cart",
    "in /srv/a.php:3 and elsewhere",
    "a: b",
    "(x)",
]
LINES += ["naïve – ünïcödé", "x" * 300, "SQLSTATE[42S02]: Base table not found: 1146", "called in /a.php on line 3"]
MORE = ["second line", "  indented", "", "#hash", "key: value", "{main}", "at home (again)"]
FILES = [
    "/srv/shop/cart.php",
    "C:\\inetpub\\shop (1)\\cart.php",
    "/a b/x.php",
    "phar:///x.phar/src/y.php",
    "/x.php(3) : eval()'d code",
]
FUNCTIONS = ["add", "Shop\\Cart->add", "Shop\\Cart::make", "Shop\\{closure}", "Shop\\Cart->Shop\\{closure}", "include"]
FUNCTIONS += ["{closure:Shop\\Cart::make():12}", "class@anonymous->go", "call_user_func_array"]
ARGUMENTS = ["", "'a: b'", "Object(Shop\\Cart), Array", "1, NULL, 'it...'", "'#0 /x.php(3): y()'", "'first\nsecond...'"]


@dataclass(frozen=True)
class Thrown:
    type: str
    message: str | None
    file: str
    line: int
    frames: tuple[tuple[str, str, int, str], ...]


_frame = st.tuples(
    st.sampled_from(["", *FILES]), st.sampled_from(FUNCTIONS), st.integers(1, 9_999), st.sampled_from(ARGUMENTS)
)


@st.composite
def thrown(draw: st.DrawFn) -> Thrown:
    rest = draw(st.lists(st.sampled_from(MORE), max_size=2))
    while rest and not rest[-1]:
        rest.pop()
    message = draw(st.none() | st.sampled_from(LINES).map(lambda line: "\n".join([line, *rest])))
    frames = tuple(draw(st.lists(_frame, max_size=5)))
    return Thrown(
        draw(st.sampled_from(TYPES)), message, draw(st.sampled_from(FILES)), draw(st.integers(1, 9_999)), frames
    )


def _stack(one: Thrown) -> list[str]:
    lines = ["Stack trace:"]
    for number, (file, function, line, arguments) in enumerate(one.frames):
        place = f"{file}({line})" if file else "[internal function]"
        lines += f"#{number} {place}: {function}({arguments})".split("\n")
    return [*lines, f"#{len(one.frames)} {{main}}"]


def _head(one: Thrown, *, old: bool) -> str:
    place = f" in {one.file}:{one.line}"
    if one.message is None:
        return f"exception '{one.type}'{place}" if old else f"{one.type}{place}"
    return f"exception '{one.type}' with message '{one.message}'{place}" if old else f"{one.type}: {one.message}{place}"


def _places(one: Thrown) -> tuple[tuple[str, str, int | None, int | None], ...]:
    return tuple((file, function, line if file else None, None) for file, function, line, _ in one.frames)


@st.composite
def uncaught(draw: st.DrawFn) -> Printed:
    """A chain, the first cause first, as the interpreter ends with it."""
    chain = draw(st.lists(thrown(), min_size=1, max_size=3))
    old = draw(st.booleans())
    lines = [
        draw(
            st.sampled_from(
                [
                    "PHP Fatal error:  Uncaught ",
                    "Fatal error: Uncaught ",
                    "[01-Mar-2026 09:15:02 UTC] PHP Fatal error:  Uncaught ",
                ]
            )
        )
    ]
    found = []
    for index, one in enumerate(chain):
        if index:
            lines += ["", "Next "]
        first = len(lines)
        head, *rest = _head(one, old=old).split("\n")
        lines[-1] += head
        lines += [*rest, *_stack(one)]
        last = index == len(chain) - 1
        if last:
            lines.append(f"  thrown in {one.file} on line {one.line}")
        relation, parent = ("root", None) if last else ("caused_by", index + 1)
        found.append(Expected(one.type, one.message, relation, parent, (first, len(lines)), _places(one)))
    return Printed("php", tuple(lines), tuple(found))


@st.composite
def monolog(draw: st.DrawFn) -> Printed:
    """A chain, the outermost first, as Laravel logs it."""
    chain = draw(st.lists(thrown(), min_size=1, max_size=3))
    lines = ['[2026-03-01 09:15:02] production.ERROR: failed {"userId":7,"exception":"']
    found = []
    for index, one in enumerate(chain):
        if index:
            lines += ["", "[previous exception] "]
        first = len(lines)
        head, *rest = _json(f"[object] ({one.type}(code: 0): {one.message or ''} at {one.file}:{one.line})")
        lines[-1] += head
        stack = [piece for line in _stack(one)[1:] for piece in _json(line)]
        lines += [*rest, "[stacktrace]", *stack]
        relation, parent = ("caused_by", index - 1) if index else ("root", None)
        found.append(Expected(one.type, one.message, relation, parent, (first, len(lines)), _places(one)))
    return Printed("php", (*lines, '"} '), tuple(found))


def _json(text: str) -> list[str]:
    """Lines of `text` inside a JSON string; the formatter leaves line breaks as they are."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\\n", "\n").split("\n")


def traces() -> st.SearchStrategy[Printed]:
    """A chain in one of the two renderings."""
    return uncaught() | monolog()
