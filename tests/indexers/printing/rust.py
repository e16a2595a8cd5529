"""Panics as Rust prints them, after default_hook in library/std/src/panicking.rs (the header before and since 1.73,
with and without the thread's id) and BacktraceFmt of backtrace-rs, short and full; errors as anyhow's fmt.rs has them.

Not drawn: message lines that end a message (`note: `, a title, a header, the beginning of a log record), blank lines at
its end; with the old header, a message that itself ends in "', file:line".
"""

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

Places = tuple[tuple[str, str, int | None, int | None], ...]

FILES = [
    "src/main.rs",
    "C:\\src\\shop\\main.rs",
    "/home/app/.cargo/registry/src/index.crates.io-6f17d22/a b/lib.rs",
    "ä.rs",
]
LINES = [
    "no stock for a",
    "index out of bounds: the len is 1 but the index is 5",
    "it's 'quoted', not src/a.rs:3",
    "a: b",
]
LINES += [
    "assertion `left == right` failed",
    "called `Option::unwrap()` on a `None` value",
    "naïve – ünïcödé",
    "x" * 300,
]
MORE = ["  left: 1", " right: 2", "", "second line", "   0: not a frame", "at home (again)"]
THREADS = ["main", "<unnamed>", "tokio-runtime-worker", "tests::it works", "worker 3"]
FUNCTIONS = [
    "rust_begin_unwind",
    "core::panicking::panic_fmt",
    "shop::cart::Cart<T>::add::{{closure}}",
    "main",
    "<unknown>",
]
FUNCTIONS += [
    "<alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once::h0a1b",
    "_start",
    "shop::main::hd1",
]


@st.composite
def _message(draw: st.DrawFn) -> str:
    rest = draw(st.lists(st.sampled_from(MORE), max_size=3))
    while rest and not rest[-1]:
        rest.pop()
    return "\n".join([draw(st.sampled_from(LINES)), *rest])


_place = st.tuples(st.sampled_from(FILES), st.integers(1, 9_999), st.none() | st.integers(1, 99))
_frame = st.tuples(st.sampled_from(FUNCTIONS), st.none() | _place)


@st.composite
def _backtrace(draw: st.DrawFn, title: str) -> tuple[list[str], Places]:
    full = draw(st.booleans())
    lines = [title]
    places: list[tuple[str, str, int | None, int | None]] = []
    for number, (function, place) in enumerate(draw(st.lists(_frame, min_size=1, max_size=6))):
        lines.append(f"{number:4}: {'    0x5628871bd8ea - ' if full else ''}{function}")
        if place:
            column = "" if place[2] is None else f":{place[2]}"
            lines.append(f"{' ' * (31 if full else 13)}at {place[0]}:{place[1]}{column}")
        places.append((place[0], function, place[1], place[2]) if place else ("", function, None, None))
    return lines, tuple(places)


@st.composite
def panics(draw: st.DrawFn) -> Printed:
    """A panic with the old or the new header, with a backtrace or with the note that there could be one."""
    message, file = draw(_message()), draw(st.sampled_from(FILES))
    thread = f"thread '{draw(st.sampled_from(THREADS))}'{draw(st.sampled_from(['', ' (13399)']))} panicked at"
    place = f"{file}:{draw(st.integers(1, 9_999))}:{draw(st.integers(1, 99))}"
    old = draw(st.booleans())
    lines = f"{thread} '{message}', {place}".split("\n") if old else [f"{thread} {place}:", *message.split("\n")]
    last = len(lines)
    places: Places = ()
    if draw(st.booleans()):
        stack, places = draw(_backtrace("stack backtrace:"))
        lines += stack
        last = len(lines)
        lines.append("note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.")
    else:
        lines.append("note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace")
    return Printed("rust", tuple(lines), (Expected("panic", message, "root", None, (1, last), places),))


@st.composite
def errors(draw: st.DrawFn) -> Printed:
    """An error that main returned, with its causes."""
    messages = draw(st.lists(st.sampled_from(LINES), min_size=2, max_size=4))
    lines = [f"Error: {messages[0]}", "", "Caused by:"]
    if len(messages) == 2:
        lines.append(f"    {messages[1]}")
    else:
        lines += [f"    {number}: {message}" for number, message in enumerate(messages[1:])]
    last = 2
    places: Places = ()
    if draw(st.booleans()):
        stack, places = draw(_backtrace("Stack backtrace:"))
        lines += ["", *stack]
        last = len(lines)
    found = [Expected("Error", messages[0], "root", None, (1, last), places)]
    found += [
        Expected("Error", message, "caused_by", at, (4 + at, 4 + at), ()) for at, message in enumerate(messages[1:])
    ]
    return Printed("rust", tuple(lines), tuple(found))


def traces() -> st.SearchStrategy[Printed]:
    """A panic or a returned error."""
    return panics() | errors()
