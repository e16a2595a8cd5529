"""JavaScript errors as Node and Firefox print them.

Node: formatError, formatRaw and formatArray of lib/internal/util/inspect.js (`console.error(error)`) and
PrintException of src/node_errors.cc (uncaught: place, source line, caret, the error, the version); frames after
JSStackFrame in V8's src/objects/call-site-info.cc. Firefox: SavedStacks, `function@url:line:column`.

What the format leaves undecidable is not drawn: an error's line or a frame within a logged message (an uncaught error's
may hold both, for there header and end are known), a fake frame right above the real ones, a type that does not say it
is an error above a message of several lines, a blank last message line, and a caret line, which Deno prints.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

TYPES = ["Error", "TypeError", "StockError", "errors.NotFoundError", "RangeError", "FetchError", "AxiosError"]
CODES = ["", "", "", " [ERR_INVALID_ARG_TYPE]", " [My Name]"]
PLACES = [
    ("/srv/shop/cart.js", 12, 34), ("file:///srv/shop/cart.mjs", 1, 1), ("node:internal/process/task_queues", 95, 5),
    ("C:\\Program Files\\shop\\cart.js", 3, 9), ("/srv/my shop (copy)/cart.ts", 40, 2), ("[eval]", 1, 7),
    ("webpack:///./src/x.js?abcd", 7, 11), ("webpack-internal:///(rsc)/./app/page.tsx", 10, 1),
    ("evalmachine.<anonymous>", 1, 7),
    ("https://shop.example/static/js/main.4f3c2b1a.js", 2, 123456), ("http://[::1]:8080/x.js", 1, 2), ("REPL1", 1, 1),
    ("./app/page.tsx", 3, 4), ("index.android.bundle", 29, 955), ("bootstrap_node.js", 509, 3),
]  # fmt: skip
FUNCTIONS = [
    "main",
    "Object.<anonymous>",
    "new Cart",
    "Cart.add [as put]",
    "async Promise.all",
    "Array.<anonymous>",
    "größe",
]
FUNCTIONS += [
    "Object.Module._extensions..js",
    "get total [as total]",
    "MyClass::bar(int) const",
    "(rsc)/./app/page.tsx",
    "$f._x",
]
LINES = [
    "it's {'a': 1}",
    "key=value: 3",
    "  indented",
    "naïve – ünïcödé",
    "(see above)",
    "a\tb",
    "- actual + expected",
    "{}",
    "]",
]
LINES += ["Require stack:", "- /srv/shop/a.js", "at least three", "panic: none", "[SQL: SELECT 1]", "x" * 300, ""]
FAKES = ["    at fake (nowhere.js:1:1)", "TypeError: not real", "Caused by: nothing"]


@dataclass(frozen=True)
class Call:
    """A frame: its text after "at ", and what is to be read from it."""

    text: str
    frame: tuple[str, str, int | None, int | None]


@dataclass(frozen=True)
class Thrown:
    """An error; `code` stands behind its name, `calls` may be none inside another error."""

    type: str
    code: str
    message: str | None
    calls: tuple[Call, ...]
    hidden: int = 0  # frames left out because the cause prints them too
    properties: tuple[str, ...] = ()
    cause: "Thrown | None" = None
    members: tuple["Thrown", ...] = ()


@st.composite
def calls(draw: st.DrawFn) -> Call:
    file, line, column = draw(st.sampled_from(PLACES))
    shape = draw(st.integers(0, 9))
    if shape == 0:
        return Call(f"{file}:{line}:{column}", (file, "", line, column))
    function = draw(st.sampled_from(FUNCTIONS))
    if shape == 1:
        return Call("async Promise.all (index 0)", ("", "Promise.all", None, None))
    if shape == 2:
        return Call("Array.forEach (<anonymous>)", ("", "Array.forEach", None, None))
    if shape == 3:
        where = f"eval at run ({file}:{line}:{column}), <anonymous>:1:7"
        return (
            Call(f"eval ({where})", (file, "eval", line, column))
            if "(" not in file
            else Call("native", ("", "", None, None))
        )
    if shape == 4:
        return Call(
            "wasm://wasm/0145fffe:wasm-function[3]:0x1e", ("wasm://wasm/0145fffe", "wasm-function[3]", None, None)
        )
    return Call(f"{function} ({file}:{line}:{column})", (file, function.removeprefix("async "), line, column))


def messages(*, fakes: bool = False) -> st.SearchStrategy[str | None]:
    """None, one line or several; white space at the ends of lines is not kept apart."""
    lines = LINES + (FAKES if fakes else [])
    first = st.sampled_from([line.strip() for line in LINES if line.strip()]) | st.text(
        "ab:'\"(){}=,./\\ -é", min_size=1, max_size=30
    )
    rest = st.lists(st.sampled_from(lines), max_size=4)
    whole = st.builds(lambda head, more: "\n".join([head.strip() or "?", *more]).rstrip(), first, rest)
    return st.none() | whole.map(lambda text: text + "\nend" if text.endswith(FAKES[0]) else text)


@st.composite
def thrown(draw: st.DrawFn, depth: int = 0, *, fakes: bool = False) -> Thrown:
    stack = tuple(draw(st.lists(calls(), min_size=0 if depth else 1, max_size=4)))
    message = (
        draw(messages(fakes=fakes))
        if stack
        else draw(st.none() | st.sampled_from([x for x in LINES if x and "]" not in x]))
    )
    cause = draw(thrown(depth + 1)) if depth < 3 and draw(st.integers(0, 2)) == 0 else None
    members = (
        tuple(draw(st.lists(thrown(depth + 1), min_size=1, max_size=3)))
        if depth < 2 and draw(st.integers(0, 4)) == 0
        else ()
    )
    kind = "AggregateError" if members else draw(st.sampled_from(TYPES))
    hidden = draw(st.sampled_from([0, 0, 5])) if cause and len(stack) > 1 else 0
    properties = tuple(
        draw(
            st.lists(
                st.sampled_from(["code: 'ENOENT'", "errno: -2", "meta: { a: { b: [ 1, 2 ] } }", "sql: 'a\\n  b'"]),
                max_size=3,
            )
        )
    )
    return Thrown(
        kind, draw(st.sampled_from(CODES)), message and message.strip(), stack, hidden, properties, cause, members
    )


@dataclass
class _Printer:
    lines: list[str] = field(default_factory=list)
    found: list[Expected] = field(default_factory=list)

    def error(self, error: Thrown, margin: int, before: str, relation: str, parent: int | None) -> None:
        """Print `error` at this indentation; `before` is the property's name."""
        pad = " " * margin
        head = error.type + error.code + ("" if error.message is None else f": {error.message}")
        first = len(self.lines) + 1
        text = head if error.calls else f"[{head}]"
        self.lines += [f"{pad if number or not before else ''}{line}" for number, line in enumerate(text.split("\n"))]
        if before:
            self.lines[first - 1] = pad + before + self.lines[first - 1]
        for number, call in enumerate(error.calls):
            if error.hidden and number == len(error.calls) - 1:
                self.lines.append(f"{pad}    ... {error.hidden} lines matching cause stack trace ...")
            self.lines.append(f"{pad}    at {call.text}")
        shown = tuple(call.frame for call in error.calls)
        message = error.message or None
        self.found.append(Expected(error.type, message, relation, parent, (first, len(self.lines)), shown))
        self.properties(error, margin, len(self.found) - 1)

    def properties(self, error: Thrown, margin: int, index: int) -> None:
        if not (error.properties or error.cause or error.members):
            return
        pad = " " * margin
        self.lines[-1] += " {"
        items: list[str | Thrown] = [*error.properties, *([error.cause] if error.cause else [])]
        for number, item in enumerate(items):
            if isinstance(item, str):
                self.lines.append(f"{pad}  {item}")
            else:
                self.error(item, margin + 2, "[cause]: ", "cause", index)
            if number < len(items) - 1 or error.members:
                self.lines[-1] += ","
        if error.members:
            self.lines.append(f"{pad}  [errors]: [")
            for member in error.members:
                self.error(member, margin + 4, "", "group_member", index)
                self.lines[-1] += ","
            self.lines += [f"{pad}    'text'", f"{pad}  ]"]
        self.lines.append(pad + "}")

    def printed(self, start: int = 0) -> Printed:
        root = self.found[0]
        last = len(self.lines) - start
        self.found[0] = Expected(
            root.type, root.message, root.relation, root.parent, (root.lines[0], last), root.frames
        )
        return Printed("javascript", tuple(self.lines), tuple(self.found))


def logged(error: Thrown) -> Printed:
    """As console.error prints it."""
    printer = _Printer()
    printer.error(error, 0, "", "root", None)
    return printer.printed()


def uncaught(error: Thrown) -> Printed:
    """As Node prints it before it exits."""
    printer = _Printer(["/srv/shop/cart.js:12", "    throw error; // Error: no", "    ^", ""])
    printer.error(error, 0, "", "root", None)
    printer.lines += ["", "Node.js v20.20.2"]
    return printer.printed(2)


def firefox(error: Thrown) -> Printed:
    """Header and stack as Firefox' console copies them."""
    head = error.type + ("" if error.message is None else f": {error.message}")
    lines = head.split("\n")
    frames = []
    for number, (_, function, line, column) in enumerate(call.frame for call in error.calls):
        name, url = function.replace(" ", "").replace("(", "").replace(")", ""), f"https://shop.example/{number}/x.js"
        lines.append(f"{name}@{url}:{line or 1}:{column or 1}")
        frames.append((url, name, line or 1, column or 1))
    found = Expected(error.type, error.message or None, "root", None, (1, len(lines)), tuple(frames))
    return Printed("javascript", tuple(lines), (found,))


def traces() -> st.SearchStrategy[Printed]:
    """Prints of errors with causes and members, logged, uncaught and by another engine."""
    return st.one_of(thrown().map(logged), thrown(fakes=True).map(uncaught), thrown().map(firefox))
