"""Python tracebacks as CPython prints them, after `TracebackException.format` and `StackSummary.format` in
Lib/traceback.py of 3.11 to 3.13: chains, groups within groups, carets, repeated lines, places of SyntaxErrors.

What the format leaves undecidable is not drawn: a message line that is itself a linking sentence, a rule, a header, a
log record's beginning or blank (nothing says where the last message ends), and a bare exception outside a group whose
type does not say that it is one.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

HEADER = "Traceback (most recent call last):"
LINKS = {
    "cause": "The above exception was the direct cause of the following exception:",
    "context": "During handling of the above exception, another exception occurred:",
}
WIDTH = 15  # of a group, TracebackException's max_group_width

SURE = ["ValueError", "KeyError", "shop.errors.StockError", "asyncio.exceptions.TimeoutError", "SystemExit"]
SURE += ["run.<locals>.LocalError", "größe.MaßError", "KeyboardInterrupt", "ray.exceptions.RayTaskError(KeyError)"]
OTHER = ["error", "psycopg2.errors.UniqueViolation", "shop.OutOfStock", "binascii.Incomplete", "__main__.Überlauf"]
FILES = ["/srv/shop/cart.py", "C:\\Program Files\\shop\\cart.py", "<string>", "<frozen importlib._bootstrap>", "ö.py"]
FILES += ["<ipython-input-3-1b2c>", "/usr/lib/python3.12/site-packages/a b/__init__.py", "../x.pyx", "/a,b/c(1).py"]
NAMES = ["<module>", "main", "<lambda>", "<listcomp>", "__call__", "größer", "top-level template code", "block 'x'"]
SOURCES = [
    "x()",
    "raise ValueError(",
    'File "fake.py", line 1, in nowhere',
    "ERROR = 3",
    "return f(a)  # no",
    "...",
]
LINES = [
    "it's {'a': 1}",
    "key=value: 3",
    '  File "fake.py", line 1, in nowhere',
    "    raise KeyError('x')",
    "naïve – ünïcödé",
]
LINES += [
    "TypeError: not the real one",
    "at com.fake.Nowhere.run(Nowhere.java:1)",
    "/ not a margin",
    "(see above)",
    "a\tb",
]
LINES += ["[SQL: SELECT 1]", "Caused by: nothing", "~~~^^^", "{}", "%s", "\\n", "goroutine 1 [running]", "x" * 300]


@dataclass(frozen=True)
class Frame:
    """A frame; without a function it is the place of a SyntaxError."""

    file: str
    function: str
    line: int
    source: str | None
    carets: bool
    repeated: int


@dataclass(frozen=True)
class Thrown:
    """An exception with what it was printed after (`before`, linked by `link`) and a group's members."""

    type: str
    message: str | None
    frames: tuple[Frame, ...]
    before: "Thrown | None" = None
    link: str = ""
    members: tuple["Thrown", ...] = ()


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    source = draw(st.none() | st.sampled_from(SOURCES))
    return Frame(
        draw(st.sampled_from(FILES)),
        draw(st.sampled_from(NAMES)),
        draw(st.integers(1, 99_999)),
        source,
        source is not None and draw(st.booleans()),
        draw(st.sampled_from([0, 0, 0, 0, 1, 970])),
    )


def messages(*, is_bare: bool = False) -> st.SearchStrategy[str | None]:
    """None, one line or several; without white space at the ends of lines, which printing does not keep apart.

    Under a bare exception's line a frame could be its own (Sentry prints them so) and an exception's line the bare one.
    """
    first = st.sampled_from([line.strip() for line in LINES if "File" not in line]) | st.text(
        "ab:'\"(){}[]=,./\\ -é", min_size=1, max_size=30
    )
    lines = [line for line in LINES if not is_bare or not line.lstrip().startswith(("File", "TypeError"))]
    more = st.lists(st.sampled_from(lines), max_size=4)
    return st.none() | st.builds(lambda head, rest: "\n".join([head.strip() or "?", *rest]), first, more)


@st.composite
def thrown(draw: st.DrawFn, depth: int = 0, *, is_member: bool = False) -> Thrown:
    stack = draw(st.lists(frames(), max_size=5))
    before = draw(thrown(depth + 1)) if depth < 3 and draw(st.integers(0, 3)) == 0 else None
    link = draw(st.sampled_from(sorted(LINKS))) if before else ""
    if not stack and depth == 0:  # a print without any traceback is only prose
        stack = [draw(frames())]
    if stack and depth < 3 and draw(st.integers(0, 4)) == 0:
        some = draw(st.lists(thrown(depth + 1, is_member=True), min_size=1, max_size=3))
        members = tuple(some) * draw(st.sampled_from([1, 1, 1, 9]))
        return Thrown("ExceptionGroup", _counted(draw(messages()), len(members)), tuple(stack), before, link, members)
    if stack and draw(st.integers(0, 5)) == 0:
        place = Frame(draw(st.sampled_from(FILES)), "", draw(st.integers(1, 999)), "def broken(:", True, 0)
        return Thrown("SyntaxError", "invalid syntax", (*stack, place), before, link)
    kinds = SURE + OTHER if stack or (is_member and before is None) else SURE
    is_bare = not stack and (not is_member or before is not None)
    return Thrown(draw(st.sampled_from(kinds)), draw(messages(is_bare=is_bare)), tuple(stack), before, link)


def _counted(message: str | None, count: int) -> str:
    return f"{message or ''} ({count} sub-exception{'' if count == 1 else 's'})".strip()


@dataclass
class _Printer:
    lines: list[str] = field(default_factory=list)
    found: list[Expected] = field(default_factory=list)
    depth: int = 0  # of groups
    need_close: bool = False

    def emit(self, text: str, margin: str = "|") -> None:
        indent = " " * (2 * self.depth) + (f"{margin} " if self.depth else "")
        self.lines += [indent + line for line in text.split("\n")]

    def chain(self, exception: Thrown, relation: str, parent: int | None) -> int:
        """Print `exception` after what led to it; its index."""
        before = None
        if exception.before:
            before = self.chain(exception.before, exception.link, None)
            self.emit(f"\n{LINKS[exception.link]}\n")
        index = self.one(exception, relation, parent)
        if before is not None:
            self.found[before] = _adopted(self.found[before], index)
        return index

    def one(self, exception: Thrown, relation: str, parent: int | None) -> int:
        is_group = bool(exception.members)
        is_top = is_group and self.depth == 0
        self.depth += 1 if is_top else 0
        first = len(self.lines) + 1
        if exception.frames:
            self.emit(f"Exception Group {HEADER}" if is_group else HEADER, "+" if is_top else "|")
            for frame in exception.frames:
                self.frame(frame)
        self.emit(exception.type if exception.message is None else f"{exception.type}: {exception.message}")
        shown = tuple((frame.file, frame.function, frame.line, None) for frame in exception.frames)
        self.found.append(
            Expected(exception.type, exception.message, relation, parent, (first, len(self.lines)), shown)
        )
        index = len(self.found) - 1
        if is_group:
            self.group(exception.members, index)
        self.depth -= 1 if is_top else 0
        return index

    def frame(self, frame: Frame) -> None:
        self.emit(f'  File "{frame.file}", line {frame.line}' + (f", in {frame.function}" if frame.function else ""))
        if frame.source is not None:
            self.emit(f"    {frame.source}")
            if frame.carets:
                self.emit("    " + "~" * (len(frame.source) // 2) + "^" * (len(frame.source) - len(frame.source) // 2))
        if frame.repeated:
            self.emit(f"  [Previous line repeated {frame.repeated} more time{'s' if frame.repeated > 1 else ''}]")

    def group(self, members: tuple[Thrown, ...], index: int) -> None:
        count = min(len(members), WIDTH + 1)
        self.need_close = False
        for number in range(count):
            self.need_close = self.need_close or number == count - 1
            title = "..." if number >= WIDTH else str(number + 1)
            self.lines.append(
                " " * (2 * self.depth) + ("+-" if number == 0 else "  ") + f"+---------------- {title} ----------------"
            )
            self.depth += 1
            if number >= WIDTH:
                self.emit(f"and {len(members) - WIDTH} more exception{'s' if len(members) > WIDTH + 1 else ''}")
            else:
                self.chain(members[number], "group_member", index)
            if number == count - 1 and self.need_close:
                self.lines.append(" " * (2 * self.depth) + "+------------------------------------")
                self.need_close = False
            self.depth -= 1


def _adopted(exception: Expected, parent: int) -> Expected:
    return Expected(exception.type, exception.message, exception.relation, parent, exception.lines, exception.frames)


def printed(exception: Thrown) -> Printed:
    """`exception` as CPython prints it, and what is in the print."""
    printer = _Printer()
    printer.chain(exception, "root", None)
    return Printed("python", tuple(printer.lines), tuple(printer.found))


def traces() -> st.SearchStrategy[Printed]:
    """Prints of chains and groups of exceptions."""
    return thrown().map(printed)
