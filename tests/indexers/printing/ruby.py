"""Uncaught exceptions as Ruby prints them, after rb_error_write in eval_error.c of CRuby: causes, both orders, old and
new quotes, error_highlight's source line.

Not drawn: message lines that are themselves a header, a `from` line, carets or the beginning of a log record; a first
line that itself ends in a class in parentheses; an exception without `from` lines whose message has several.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

TYPES = ["NoMethodError", "RuntimeError", "Shop::StockError", "ActiveRecord::RecordNotFound", "Errno::ENOENT", "Halt"]
LINES = ["undefined method `x' for nil:NilClass", "it's at 12: see a.rb", "no stock (a)", "naïve – ünïcödé", "x" * 300]
MORE = ["second line", "  indented", "", "key: value", "at home (again)", "^ not a caret", "from nowhere"]
FILES = [
    "/srv/shop/cart.rb",
    "cart.rb",
    "/a b/c.rb",
    "C:/Ruby/lib/a.rb",
    "<internal:kernel>",
    "(irb)",
    "/bin/shop",
    "-e",
]
FILES += ["(eval at /srv/shop/x.rb:12)", "/usr/lib/ruby/gems/3.1.0/gems/rack-2.2.4/lib/rack/builder.rb", "größe.rb"]
METHODS = [
    "<main>",
    "<top (required)>",
    "block in <class:Cart>",
    "rescue in block (2 levels) in add",
    "add!",
    "[]=",
    "each",
]
NEW_METHODS = ["Shop::Cart#add", "Integer#/", "Kernel#require", "block in Shop::Cart.make", "<main>", "Array#each"]


@dataclass(frozen=True)
class Thrown:
    type: str
    message: str
    frames: tuple[tuple[str, str, int], ...]
    highlighted: bool


@st.composite
def thrown(draw: st.DrawFn, methods: list[str]) -> Thrown:
    frame = st.tuples(st.sampled_from(FILES), st.sampled_from(methods), st.integers(1, 9_999))
    frames = tuple(draw(st.lists(frame, min_size=1, max_size=6)))
    rest = draw(st.lists(st.sampled_from(MORE), max_size=3)) if len(frames) > 1 else []
    while rest and not rest[-1]:
        rest.pop()
    highlighted = len(frames) > 1 and draw(st.booleans())
    return Thrown(draw(st.sampled_from(TYPES)), "\n".join([draw(st.sampled_from(LINES)), *rest]), frames, highlighted)


@st.composite
def traces(draw: st.DrawFn) -> Printed:
    """An exception and its causes, innermost frame first or, as terminals had it, last."""
    new = draw(st.booleans())
    chain = draw(st.lists(thrown(NEW_METHODS if new else METHODS), min_size=1, max_size=3))
    if not new and draw(st.booleans()):
        return _reversed(chain)
    lines: list[str] = []
    found = []
    for index, one in enumerate(chain):
        first = len(lines) + 1
        file, method, line = one.frames[0]
        quote = "'" if new else "`"
        head, *rest = one.message.split("\n")
        lines += [f"{file}:{line}:in {quote}{method}': {head} ({one.type})", *rest]
        if one.highlighted:
            lines += ["", "    cart.add(sku)", "        ^^^^"]
        lines += [f"\tfrom {f}:{n}:in {quote}{m}'" for f, m, n in one.frames[1:]]
        found.append(_expected(one, index, None if index == 0 else index - 1, (first, len(lines)), one.frames))
    return Printed("ruby", tuple(lines), tuple(found))


def _reversed(chain: list[Thrown]) -> Printed:
    lines = ["Traceback (most recent call last):"]
    found = []
    order = chain[::-1]
    for index, one in enumerate(order):
        first = len(lines) + 1 - (index == 0)
        count = len(one.frames)
        lines += [f"\t{count - 1 - n}: from {f}:{x}:in `{m}'" for n, (f, m, x) in enumerate(one.frames[:0:-1])]
        file, method, line = one.frames[0]
        head = one.message.split("\n")[0]
        lines.append(f"{file}:{line}:in `{method}': {head} ({one.type})")
        parent = None if index == len(order) - 1 else index + 1
        short = Thrown(one.type, head, one.frames, highlighted=False)
        found.append(_expected(short, index, parent, (first, len(lines)), one.frames[::-1]))
    if any(len(one.frames) == 1 for one in order):
        return _reversed([Thrown(one.type, one.message, one.frames * 2, one.highlighted) for one in chain])
    return Printed("ruby", tuple(lines), tuple(found))


def _expected(
    one: Thrown, _index: int, parent: int | None, lines: tuple[int, int], frames: tuple[tuple[str, str, int], ...]
) -> Expected:
    places = tuple((file, method, line, None) for file, method, line in frames)
    return Expected(one.type, one.message, "root" if parent is None else "cause", parent, lines, places)
