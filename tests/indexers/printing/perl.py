"""Perl's backtraces as Carp and Devel::StackTrace print them.

Carp: longmess_heavy, caller_info and format_arg of Carp 1.50 (`message at FILE line N.`, tab, `function(arguments)
called at FILE line N`, long strings cut with "...", `eval {...}`, `require FILE`, file handles), die's and confess'
messages that end with a line feed. Devel::StackTrace: as_string with Exception::Class' "Trace begun at".

What the format leaves undecidable is not drawn: messages of several lines that do not end with a line feed (nothing
says where the message began), and messages that are themselves lines of a backtrace.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

FILES = [
    "/srv/shop/cart.pl",
    "lib/Shop/Cart.pm",
    "(eval 5)",
    "-e",
    "/usr/share/perl5/Mojo/Reactor/Poll.pm",
    "/srv/my shop/x.cgi",
]
FUNCTIONS = ["main::add", "Shop::Cart::add", "main::__ANON__", "Mojo::IOLoop::start", "main::BEGIN", "Shop::Cart::_x1"]
ARGUMENTS = [
    "",
    '"a"',
    "1, undef",
    "Shop::Cart=HASH(0x55f6), 1.5",
    'ARRAY(0x1), "it\'s at FILE line 3"',
    '"' + "a" * 61 + '"...',
]
ARGUMENTS += ['"quote\'\\x{a}"', "CODE(0x2)", '"called at x line 2", "b)"']
OTHER = ["eval {...}", "require Shop/Cart.pm", "eval 'die (1)'"]
MESSAGES = [
    "no stock",
    'Can\'t call method "x" on an undefined value',
    "it failed at home line 3 of the form",
    "[a] b: {c}",
    "é",
]
MESSAGES += ["DBD::mysql::st execute failed: Duplicate entry 'a' for key 'b'", "at", "Died", "code 3 (called at noon)"]


@dataclass(frozen=True)
class Call:
    """`text` is the function as printed with its arguments."""

    text: str
    function: str
    file: str
    line: int


def calls() -> st.SearchStrategy[list[Call]]:
    """A stack."""
    functions = st.builds(
        lambda name, given: (f"{name}({given})", name), st.sampled_from(FUNCTIONS), st.sampled_from(ARGUMENTS)
    )
    other = st.sampled_from(OTHER).map(lambda text: (text, text))
    one = st.builds(
        lambda text, file, line: Call(text[0], text[1], file, line),
        functions | other,
        st.sampled_from(FILES),
        st.integers(1, 99_999),
    )
    return st.lists(one, min_size=1, max_size=5)


def carp(message: str, stack: list[Call], file: str, line: int, handle: str, *, has_line_feed: bool) -> Printed:
    """As confess and cluck print it."""
    place = f" at {file} line {line}{handle}."
    lines = [message, place] if has_line_feed else [message + place]
    lines += [f"\t{call.text} called at {call.file} line {call.line}" for call in stack]
    return Printed("perl", tuple(lines), (_expected(message, 1, len(lines), stack),))


def stack_trace(message: str, stack: list[Call], file: str, line: int) -> Printed:
    """As an Exception::Class object that shows its trace."""
    lines = [message, "", f"Trace begun at {file} line {line}"]
    lines += [f"{call.text} at {call.file} line {call.line}" for call in stack]
    return Printed("perl", tuple(lines), (_expected(message, 1, len(lines), stack),))


def _expected(message: str, first: int, last: int, stack: list[Call]) -> Expected:
    shown = tuple((call.file, call.function, call.line, None) for call in stack)
    return Expected("die", message, "root", None, (first, last), shown)


def traces() -> st.SearchStrategy[Printed]:
    """Backtraces of both kinds."""
    where = st.sampled_from(FILES), st.integers(1, 99_999)
    handle = st.sampled_from(["", "", ", <STDIN> line 2", ", <$f> chunk 17"])
    return st.one_of(
        st.builds(carp, st.sampled_from(MESSAGES), calls(), *where, handle, has_line_feed=st.booleans()),
        st.builds(stack_trace, st.sampled_from(MESSAGES), calls(), *where),
    )
