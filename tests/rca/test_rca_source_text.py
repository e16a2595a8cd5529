"""Reading a block's text without a parser: noise, statements, guards, parameters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.code.blocks import CodeBlock
from rca.source_text import read_block


def block(text: str, language: str = "python", name: str = "f", start: int = 1) -> CodeBlock:
    end = start + text.count("\n")
    return CodeBlock("id", "a", "b", language, "function", name, start, end, "", "", text, ())


@given(st.text(alphabet="ab\"'#/*\n(){}:\\` ,", max_size=200), st.sampled_from(["python", "java", "go", "javascript"]))
def test_lines_never_move(text: str, language: str) -> None:
    """Whatever is blanked, every line keeps its number."""
    assert len(read_block(block(text, language)).lines) == text.count("\n") + 1


def test_comments_and_string_contents_are_gone() -> None:
    """Words of comments and strings cannot be taken for code."""
    read = read_block(block('def f(a):\n    """raise"""\n    return g("raise")  # raise\n'))
    assert not any("raise" in line for line in read.lines)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("def f(self, a, b: int = 3, *c, **d):\n    pass", "python", ("a", "b", "c", "d")),
        ("void f(final Map<String, Integer> a, @Nullable B[] b) {\n}", "java", ("a", "b")),
        ("func f(ctx Context, name string) error {\n}", "go", ("ctx", "name")),
        ("f(a, b = 2) {\n}", "javascript", ("a", "b")),
        ("f(a: string, b?: Map<string, number>): void {\n}", "typescript", ("a", "b")),
    ],
)
def test_parameters_are_named(text: str, language: str, expected: tuple[str, ...]) -> None:
    """Each language's way to write parameters gives their names alone."""
    assert read_block(block(text, language)).parameters == expected


def test_a_statement_goes_on_until_its_brackets_close() -> None:
    """A call over several lines is one statement."""
    read = read_block(block("def f():\n    g(\n        a,\n    )\n    h()", start=10))
    assert read.statement(11) == "g( a, )"


def test_the_guard_is_the_condition_above() -> None:
    """A throw inside an if is guarded by that if."""
    read = read_block(block("void f(String a) {\n    if (a == null) {\n        throw new X();\n    }\n}", "java"))
    assert read.guard(3) == "if (a == null) {"


def test_a_line_outside_the_block_is_empty() -> None:
    """A frame of another version may name a line that is not there."""
    assert read_block(block("def f():\n    pass")).statement(99) == ""
