"""Which differences are layout and which are code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca.history.formatting import indentation_counts, same_code

PYTHON = "def f(a, b):\n    if a:\n        b += 1\n    return g(a, 'x')\n"
JAVA = 'int f(int a) {\n  if (a > 0) { return g(a, "x  y"); }\n  return 0;\n}\n'


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", PYTHON, 'def f(\n    a,\n    b,\n):\n\n    if a:\n      b += 1\n    return g(a, "x")  # why\n'),
        ("a.py", PYTHON, PYTHON.replace("\n", "\r\n")),
        ("A.java", JAVA, 'int f(int a)\n{\n\tif (a > 0)\n\t{\n\t\treturn g(a, "x  y");\n\t}\n\treturn 0;\n}'),
        ("a.js", "f([a, b], 'x')", 'f(\n  [\n    a,\n    b,\n  ],\n  "x",\n)'),
        ("a.yaml", "a:\n  b: 1\n", "a:\n\n  b: 1   \r\n"),
    ],
)
def test_layout(path: str, before: str, after: str) -> None:
    """Wrapping, quotes, line ends, blank lines, trailing commas."""
    assert same_code(before, after, path)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", PYTHON, PYTHON.replace("    return", "        return")),
        ("a.py", "x = (1)", "x = (1,)"),
        ("a.py", "x = 'a b'", "x = 'ab'"),
        ("A.java", JAVA, JAVA.replace("x  y", "x y")),
        ("A.java", "return ab;", "return a b;"),
        ("a.js", "a + b", "a - b"),
        ("a.yaml", "a:\n  b: 1\n", "a:\nb: 1\n"),
        ("Makefile", "a:\n\tb\n", "a:\nb\n"),
    ],
)
def test_code(path: str, before: str, after: str) -> None:
    """Indentation where it means something, and what stands inside of strings."""
    assert not same_code(before, after, path)


@given(st.text(max_size=60), st.sampled_from(["a.py", "a.js", "a.yaml", "a.txt"]))
def test_a_text_is_the_same_as_itself_and_never_raises(text: str, path: str) -> None:
    """Whatever it holds, null bytes and half strings too."""
    assert same_code(text, text, path)
    same_code(text, text[::-1], path)


@given(st.lists(st.sampled_from(["a", "b1", "(", ")", ";", "+", '"x y"', "'q'"]), max_size=12), st.data())
def test_white_space_between_marks_is_layout(tokens: list[str], data: st.DataObject) -> None:
    """Any of it, in a language that has braces."""
    spaces = [data.draw(st.sampled_from([" ", "\n", "\t  "])) for _ in tokens]
    spread = "".join(token + space for token, space in zip(tokens, spaces, strict=True))
    assert same_code(" ".join(tokens), spread, "a.js")


def test_where_indentation_counts() -> None:
    """By the file's kind."""
    assert indentation_counts("deploy/values.yaml")
    assert not indentation_counts("src/Main.java")
