"""Recovering parameters: position, name and value of what a template leaves open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.logs.templates import mine, parameters

VALUES = st.one_of(st.integers(0, 10**9).map(str), st.from_regex(r"[a-f]{3}[0-9]{3}[a-f]{2}", fullmatch=True))


def found(text: str, template: str) -> list[tuple[str, str]]:
    """Names and values."""
    return [(parameter.name, parameter.value) for parameter in parameters(text, template) or []]


@pytest.mark.parametrize(
    ("text", "template", "expected"),
    [
        ("uid=0 tty=ssh user=root", "uid=<*> tty=ssh user=<*>", [("uid", "0"), ("user", "root")]),
        (
            "Failed password for bob from 10.0.0.1",
            "Failed password for <*> from <*>",
            [("for", "bob"), ("from", "10.0.0.1")],
        ),
        ("10.0.0.1:80 closed", "<*> closed", [("address", "10.0.0.1:80")]),
        ("took  12 ms", "took <*>", [("took", "12 ms")]),
        (
            "connection from 1.2.3.4 () at noon",
            "connection from <*> (<*>) at noon",
            [("from", "1.2.3.4"), ("text", "")],
        ),
    ],
)
def test_names_come_from_what_stands_before(text: str, template: str, expected: list[tuple[str, str]]) -> None:
    """A parameter is named by its key, the word before it, or its form."""
    assert found(text, template) == expected


def test_the_header_is_no_parameter() -> None:
    """Time and level before the message are skipped."""
    assert found("2024-03-01 10:00:00 INFO cart 17 emptied", "cart <*> emptied") == [("cart", "17")]


def test_another_message_does_not_fit() -> None:
    """A line that was not made by the template has no parameters."""
    assert parameters("disk full", "cart <*> emptied") is None
    assert parameters("cart 17 emptied twice", "cart <*> emptied") is None
    assert parameters("disk full", "disk") is None


@given(st.lists(VALUES, min_size=2, max_size=2), st.sampled_from(["moved item {} to shelf {} today", "a={}, b={};"]))
def test_values_come_back(values: list[str], statement: str) -> None:
    """What was filled into a statement is what its template gives back."""
    line = statement.format(*values)
    (template,) = mine([line]).templates.values()
    assert [parameter.value for parameter in parameters(line, template) or []] == values


@given(
    st.lists(
        st.sampled_from(["word", "x1", "=", "(", ")", ",", " ", "/a/b", "1.2.3.4", "<*>", "a.b", "--"]), max_size=25
    )
)
def test_a_line_always_fits_its_own_template(parts: list[str]) -> None:
    """Masking and recovery agree for any mixture of words, values and separators."""
    line = " ".join(parts)
    (template,) = mine([line]).templates.values()
    assert parameters(line, template) is not None
