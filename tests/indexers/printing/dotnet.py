"""Exceptions as .NET, the .NET Framework and Mono print them, after Exception.ToString, AggregateException.ToString,
ExternalException.ToString and StackTrace.ToString of dotnet/runtime, and the strings of the Framework's language packs.

What the format leaves undecidable is not drawn: message lines that are themselves a frame, a mark, an arrow before a
class name, the head of an exception or the beginning of a log record; blank lines at the end of a message; a class
whose name does not say that it is an exception at the head of a trace; an exception with nothing below it.
"""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

TYPES = [
    "System.InvalidOperationException",
    "Shop.StockException",
    "Shop.Outer+ShelfException",
    "NullReferenceException",
]
TYPES += ["System.ServiceModel.FaultException`1[System.ServiceModel.ExceptionDetail]", "Shop.ÜberlaufException"]
INNER_TYPES = [*TYPES, "Shop.OutOfStock", "Grpc.Core.RpcError"]
CODES = ["", "", "", " (0x80131904)", " (111)", " (80004005, 10061)", " (-2147467259)"]
LINES = ["Object reference not set to an instance of an object.", "it's at 12: see C:\\x.cs", "a ---> b", "(code: 7)"]
LINES += [
    "Parameter name: sku",
    "Status(StatusCode=Internal)",
    "  indented",
    "naïve – ünïcödé",
    "One or more: errors",
    "",
]
LINES += [
    "--- not a mark",
    "in /src/Cart.cs:line 3",
    "at",
    "<---x",
    "x" * 300,
    "Cannot find 'Foo.BarException'",
    "{0}",
    "\\t",
]
FUNCTIONS = ["Shop.Cart.Add", "Shop.Cart..ctor", "Shop.Cart.<Add>d__2.MoveNext", "Shop.Cart`1.Pick[TKey,TValue]"]
FUNCTIONS += ["Shop.Program.<>c__DisplayClass1_0.<Main>b__0", "Program.<Main>$", "Shop.Cart.System.IDisposable.Dispose"]
FUNCTIONS += [
    "System.Net.Security.SslStream.<Force>d__1`1[[System.X, System, Version=6.0.0.0, Culture=neutral]].MoveNext"
]
FUNCTIONS += ["Shop.Cart.get_Größe", "Program.<<Main>$>g__Local|0_0", "Shop.Cart+Shelf.Take"]
ARGUMENTS = ["", "String sku", "Int32& n, List`1 items", "Func`2 getX, Object[] rest", "Nullable`1 a, T[,] b"]
FILES = [
    "/src/Shop/Cart.cs",
    "C:\\Program Files\\Shop\\Cart.cs",
    "/_/src/a, b/x.cs",
    "D:\\a\\1\\s\\Ünï.cs",
    "/src/in/at.fs",
]
# Word_At, "in {0}:line {1}", the mark of the end, the mark between two stacks
WORDS = {
    "en": ("at", "in {}:line {}", "End of inner exception stack trace", "End of stack trace from previous location"),
    "de": ("bei", "in {}:Zeile {}.", "Ende der internen Ausnahmestapelüberwachung", "Ende der Stapelüberwachung vom vorhergehenden Ort, an dem die Ausnahme ausgelöst wurde"),  # noqa: E501  # as printed
    "fr": ("à", "dans {}:ligne {}", "Fin de la trace de la pile d'exception interne", "Fin de la trace de la pile à partir de l'emplacement précédent"),  # noqa: E501  # as printed
    "es": ("en", "en {}:línea {}", "Fin del seguimiento de la pila de la excepción interna", "Fin del seguimiento de la pila de la ubicación anterior"),  # noqa: E501  # as printed
    "pt": ("em", "na {}:linha {}", "Fim do rastreamento de pilha de exceções internas", "Fim do rastreamento de pilha do local anterior"),  # noqa: E501  # as printed
    "ru": ("в", "в {}:строка {}", "Конец трассировки внутреннего стека исключений", "Конец трассировки стека из предыдущего расположения"),  # noqa: E501  # as printed
    "zh": ("在", "位置 {}:行号 {}", "内部异常堆栈跟踪的结尾", "引发异常的上一位置中堆栈跟踪的末尾"),
    "ja": ("場所", "場所 {}:行 {}", "内部例外スタック トレースの終わり", "直前に例外がスローされた場所からのスタック トレースの終わり"),  # noqa: E501  # as printed
}  # fmt: skip
LEADS = ["", "", "Unhandled exception. ", "Unhandled Exception: ", "[ERROR] FATAL UNHANDLED EXCEPTION: "]
LEADS += ["2026-03-01 09:15:02,120 [7] ERROR Shop.Cart - checkout failed ", "Exception Info: "]


@dataclass(frozen=True)
class Frame:
    function: str
    arguments: str
    file: str
    line: int
    rejoins: bool  # the mark of an awaited or rethrown exception stands after it


@dataclass(frozen=True)
class Thrown:
    """An exception, the one it wraps, and the members of an aggregate, which are printed after its own frames."""

    type: str
    code: str
    message: str | None
    frames: tuple[Frame, ...]
    inner: "Thrown | None" = None
    members: tuple["Thrown", ...] = ()


frames = st.builds(
    Frame,
    st.sampled_from(FUNCTIONS),
    st.sampled_from(ARGUMENTS),
    st.sampled_from(["", *FILES]),
    st.integers(1, 99_999),
    st.sampled_from([False, False, False, True]),
)


@st.composite
def messages(draw: st.DrawFn) -> str | None:
    lines = draw(st.lists(st.sampled_from(LINES), max_size=4))
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join([lines[0].strip(), *lines[1:]]) if lines else None


@st.composite
def thrown(draw: st.DrawFn, depth: int = 0) -> Thrown:
    one = Thrown(
        draw(st.sampled_from(INNER_TYPES if depth else TYPES)),
        draw(st.sampled_from(CODES)),
        draw(messages()),
        tuple(draw(st.lists(frames, min_size=0 if depth else 1, max_size=4))),
    )
    if depth < 3 and draw(st.booleans()):
        one = replace(one, inner=draw(thrown(depth + 1)))
    if depth < 2 and draw(st.sampled_from([False, False, True])):
        members = tuple(draw(st.lists(thrown(depth + 1), min_size=1, max_size=3)))
        one = replace(one, type="System.AggregateException", code="", inner=members[0], members=members)
    return one if one.message else replace(one, type=one.type if one.type in TYPES else TYPES[0], code="")


class _Print:
    def __init__(self, style: str, words: tuple[str, str, str, str], lead: str) -> None:
        self.style, self.words = style, words
        self.lines = [lead]
        self.found: list[Expected] = []
        self.spans: list[list[int]] = []

    def touch(self, index: int) -> None:
        self.spans[index][1] = len(self.lines)

    def exception(self, one: Thrown, relation: str, parent: int | None) -> int:
        """`one` from the end of the last line on."""
        index = len(self.found)
        places = tuple((f.file, f.function, f.line if f.file else None, None) for f in one.frames)
        self.found.append(Expected(one.type, one.message, relation, parent, (0, 0), places))
        self.spans.append([len(self.lines), 0])
        first, *rest = f"{one.type}{one.code}{'' if one.message is None else f': {one.message}'}".split("\n")
        self.lines[-1] += first
        self.lines += rest
        self.touch(index)
        if one.inner:
            if self.style == "core":
                self.lines.append("")
            self.lines[-1] += " ---> "
            self.exception(one.inner, "inner", index)
            self.lines.append(f"   --- {self.words[2]} ---")
            self.touch(index)
        for at, frame in enumerate(one.frames):
            self.lines.append(self.frame(frame))
            self.touch(index)
            if frame.rejoins and at + 1 < len(one.frames):
                self.lines.append(f"--- {self.words[3]} ---")
                self.touch(index)
        for number, member in enumerate(one.members):
            if self.style == "core" and number == 0:
                continue  # printed as the inner exception
            self.lines.append(f"{' ' * (self.style == 'core')}---> (Inner Exception #{number}) ")
            self.exception(member, "group_member", index)
            self.lines[-1] += "<---"
            self.touch(index)
            self.lines.append("")
        return index

    def frame(self, frame: Frame) -> str:
        if self.style == "mono":
            place = f"{frame.file}:{frame.line} " if frame.file else "<12b418a7818c4ca0893feeaaf67f1e7f>:0 "
            return f"  at {frame.function} ({frame.arguments}) [0x0001a] in {place}"
        place = f" {self.words[1].format(frame.file, frame.line)}" if frame.file else ""
        return f"   {self.words[0]} {frame.function}({frame.arguments}){place}"


@st.composite
def traces(draw: st.DrawFn) -> Printed:
    """A chain of exceptions in one of the runtimes' styles, in one of their languages."""
    style = draw(st.sampled_from(["core", "framework", "mono"]))
    words = WORDS[draw(st.sampled_from(list(WORDS))) if style == "framework" else "en"]
    print_ = _Print(style, words, draw(st.sampled_from(LEADS)))
    print_.exception(draw(thrown()), "root", None)
    margin = " " * draw(st.sampled_from([0, 0, 6]))
    found = tuple(replace(one, lines=(span[0], span[1])) for one, span in zip(print_.found, print_.spans, strict=True))
    return Printed("dotnet", tuple(margin + line if line else line for line in print_.lines), found)
