"""JVM traces as printed by `Throwable.printStackTrace` of OpenJDK (java/lang/Throwable.java, unchanged in shape since
7), by Logback's `ThrowableProxyConverter` (packaging data, "common frames omitted") and by its
`RootCauseFirstThrowableProxyConverter` ("Wrapped by").

What the format leaves undecidable is not drawn: a message line that is itself a header, a frame, a section with a
class name or the beginning of a log record, and lines of a message that neither a frame nor "... n more" follows.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

STRONG = [
    "java.lang.IllegalStateException",
    "com.shop.Cart$StockException",
    "scala.MatchError",
    "kotlin.KotlinException",
]
STRONG += ["java.lang.ThreadDeath", "clojure.lang.ExceptionInfo", "org.größe.MaßException", "j.lang.RuntimeException"]
CLASSES = ["org.mockito.verification.WantedButNotInvoked", "com.shop.OutOfStock", "a.b.Cc"]
MINIFIED = ["a.b.c", "qa.n"]
FUNCTIONS = ["com.shop.Cart.add", "com.shop.Cart$Item.<init>", "com.shop.Main$.$anonfun$main$1", "a.a.b", "Main.main"]
FUNCTIONS += ["com.shop.Cart.lambda$add$0", "com.shop.Cart$$Lambda$14/0x0000000800066840.run", "kotlin.Größe.mal-impl"]
FUNCTIONS += ["com.shop.CartTest.adds one (or two) of them", "user$eval__1.invoke", "com.shop.Cart.access$000"]
WHERE = [("Cart.java:12", "Cart.java", 12), ("Native Method", "", None), ("Unknown Source", "", None)]
WHERE += [("Cart.kt", "Cart.kt", None), ("Main.scala:3", "Main.scala", 3), ("<generated>", "", None)]
WHERE += [("SourceFile:7", "SourceFile", 7), ("r8-map-id-3f2a:4", "r8-map-id-3f2a", 4), ("Unknown Source:9", "", 9)]
MODULES = ["", "", "", "java.base/", "java.base@17.0.1/", "app//", "org.jboss.as.ee@24.0.0.Final//"]
JARS = [" [na:na]", " ~[shop-1.0.jar!/:1.0]", " [classes/:na]", " ~[?:?]"]
LINES = [
    "Detail: Key (id)=(1) already exists.",
    "  indented",
    "\ttabbed",
    "key: value",
    "naïve",
    "-> at com.shop.T.y(T.java:1)",
]
LINES += ["the cause is java.io.IOException: closed", "SELECT 1", "^", "x" * 300, "(and so on)", "at least one", "..:"]


@dataclass(frozen=True)
class Call:
    """One frame."""

    module: str
    function: str
    where: tuple[str, str, int | None]
    jar: str

    def text(self) -> str:
        return f"{self.module}{self.function}({self.where[0]})"


@dataclass(frozen=True)
class Thrown:
    """A throwable; `common` of its frames are its encloser's too and not printed."""

    type: str
    message: str | None
    calls: tuple[Call, ...]
    common: int
    suppressed: tuple["Thrown", ...] = ()
    cause: "Thrown | None" = None


def messages(*, is_closed: bool, is_sure: bool) -> st.SearchStrategy[str | None]:
    """None, one line or several; `is_closed`: a frame follows; `is_sure`: the class name says that it is one."""
    first = st.sampled_from([line.strip() for line in LINES]) | st.text("ab:'\"(){}[]=,./\\ -é$", min_size=1)
    lines = [*LINES, *(["", "Caused by: nothing really", "com.shop: open"] if is_sure else [])]
    more = st.lists(st.sampled_from(lines), max_size=4 if is_closed else 0)
    return st.none() | st.builds(_joined, first, more)


def _joined(first: str, more: list[str]) -> str:
    return "\n".join([first.strip() or "?", *more]).rstrip()


@st.composite
def calls(draw: st.DrawFn) -> Call:
    jar = draw(st.sampled_from(JARS)) if draw(st.booleans()) else ""
    return Call(draw(st.sampled_from(MODULES)), draw(st.sampled_from(FUNCTIONS)), draw(st.sampled_from(WHERE)), jar)


@st.composite
def thrown(draw: st.DrawFn, depth: int = 0) -> Thrown:
    stack = tuple(draw(st.lists(calls(), min_size=0 if depth else 1, max_size=5)))
    common = draw(st.integers(0, 9)) if depth else 0
    kind = draw(st.sampled_from(STRONG + CLASSES + (MINIFIED if stack else [])))
    message = (
        draw(st.none() | st.just("no: such"))
        if kind in MINIFIED
        else draw(messages(is_closed=bool(stack or common), is_sure=depth == 0 and kind in STRONG))
    )
    suppressed: tuple[Thrown, ...] = ()
    if depth < 3 and draw(st.integers(0, 3)) == 0:
        suppressed = tuple(draw(st.lists(thrown(depth + 1), min_size=1, max_size=2)))
    cause = draw(thrown(depth + 1)) if depth < 3 and draw(st.booleans()) else None
    return Thrown(kind, message, stack, common, suppressed, cause)


@dataclass
class _Printer:
    more: str  # the line for frames in common
    has_jars: bool = False
    indent: str = "\t"
    lines: list[str] = field(default_factory=list)
    found: list[Expected] = field(default_factory=list)

    def one(self, exception: Thrown, prefix: str, caption: str, relation: str, parent: int | None) -> int:
        """Print `exception` without what it encloses; its index."""
        first = len(self.lines) + 1
        head = exception.type if exception.message is None else f"{exception.type}: {exception.message}"
        self.lines += f"{prefix}{caption}{head}".split("\n")
        for call in exception.calls:
            self.lines.append(f"{prefix}{self.indent}at {call.text()}{call.jar if self.has_jars else ''}")
        if exception.common:
            self.lines.append(f"{prefix}{self.indent}... {exception.common} {self.more}")
        shown = tuple((call.where[1], call.function, call.where[2], None) for call in exception.calls)
        place = (first, len(self.lines))
        self.found.append(Expected(exception.type, exception.message, relation, parent, place, shown))
        return len(self.found) - 1

    def enclosed(self, exception: Thrown, prefix: str, caption: str, relation: str, parent: int | None) -> None:
        index = self.one(exception, prefix, caption, relation, parent)
        for other in exception.suppressed:
            self.enclosed(other, prefix + self.indent, "Suppressed: ", "suppressed", index)
        if exception.cause:
            self.enclosed(exception.cause, prefix, "Caused by: ", "caused_by", index)

    def root_first(self, exception: Thrown) -> int:
        """Print the causes of `exception`, innermost first, then itself; its index."""
        inner = self.root_first(exception.cause) if exception.cause else None
        index = self.one(exception, "", "" if inner is None else "Wrapped by: ", "root", None)
        if inner is not None:
            old = self.found[inner]
            self.found[inner] = Expected(old.type, old.message, "caused_by", index, old.lines, old.frames)
        return index


def java(exception: Thrown, thread: str = "") -> Printed:
    """As `printStackTrace` prints it, or the JVM for an uncaught one."""
    printer = _Printer("more")
    printer.enclosed(exception, "", f'Exception in thread "{thread}" ' if thread else "", "root", None)
    return Printed("java", tuple(printer.lines), tuple(printer.found))


def logback(exception: Thrown) -> Printed:
    """As Logback's %ex and %xEx print it."""
    printer = _Printer("common frames omitted", has_jars=True)
    printer.enclosed(exception, "", "", "root", None)
    return Printed("java", tuple(printer.lines), tuple(printer.found))


def logback_root_first(exception: Thrown) -> Printed:
    """As Logback's %rEx prints it."""
    printer = _Printer("common frames omitted", has_jars=True)
    printer.root_first(exception)
    return Printed("java", tuple(printer.lines), tuple(printer.found))


def spaced(exception: Thrown) -> Printed:
    """With four spaces for each tab, as consoles and chats make of it."""
    printer = _Printer("more", indent="    ")
    printer.enclosed(exception, "", "", "root", None)
    return Printed("java", tuple(printer.lines), tuple(printer.found))


def plain_causes() -> st.SearchStrategy[Thrown]:
    """Chains of causes alone, all with frames of their own: what root-first printing leaves decidable."""
    return st.lists(
        st.builds(Thrown, st.sampled_from(STRONG), messages(is_closed=True, is_sure=False), _stacks(), st.just(0)),
        min_size=1,
        max_size=4,
    ).map(_chained)


def _stacks() -> st.SearchStrategy[tuple[Call, ...]]:
    return st.lists(calls(), min_size=1, max_size=4).map(tuple)


def _chained(exceptions: list[Thrown]) -> Thrown:
    chain: Thrown | None = None
    for one in reversed(exceptions):
        chain = Thrown(one.type, one.message, one.calls, one.common, (), chain)
    assert chain
    return chain


def traces() -> st.SearchStrategy[Printed]:
    """Prints of throwables with causes and suppressed ones, by all printers."""
    return st.one_of(
        thrown().map(java),
        st.builds(java, thrown(), st.sampled_from(["main", 'pool-1 thread "7"', "exec-1"])),
        thrown().map(logback),
        thrown().map(spaced),
        plain_causes().map(logback_root_first),
    )
