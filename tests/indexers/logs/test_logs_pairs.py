"""key=value parameters of a line."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.logs.pairs import MOST_PAIRS, _read, pairs

SCRAPS = [
    "a",
    "key",
    "_k.x-y",
    "7",
    "=",
    "==",
    " ",
    "  ",
    ",",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "\\",
    "é",
    "\t",
]
WHOLE = ["a=1", 'msg="two words"', 'q=""', "f(x=2)", "k='v w'", 'n="a=b"', "u=/p?x=1"]
LINE = st.lists(st.sampled_from([*SCRAPS, *WHOLE]), max_size=12).map("".join)


def found(texts: list[str]) -> list[tuple[int, str, str]]:
    """(row, key, value) in order."""
    rows, keys, values = pairs(pa.array(texts, pa.string()))
    return list(zip(rows.tolist(), keys.to_pylist(), values.to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("took=7 left=3", [("took", "7"), ("left", "3")]),
        ('level=info msg="two words" n=1', [("level", "info"), ("msg", "two words"), ("n", "1")]),
        ('msg="a=b c=d" n=1', [("msg", "a=b c=d"), ("n", "1")]),
        ("call(a=1, b=2)", [("a", "1"), ("b", "2")]),
        ("x=y=z", [("x", "y=z")]),
        ("7=8 =9 a= b", []),
    ],
)
def test_pairs_of_a_line(line: str, expected: list[tuple[str, str]]) -> None:
    """Keys stand behind white space or an opening; quotes are taken off."""
    assert found([line]) == [(0, *pair) for pair in expected]


@settings(max_examples=5000)
@given(st.lists(LINE, max_size=6))
def test_counting_finds_what_reading_finds(texts: list[str]) -> None:
    """Whichever way a line is looked at."""
    column = pa.array(texts, pa.string())
    expected: list[tuple[int, str, str]] = []
    for row in range(len(texts)):
        if "=" in texts[row]:
            _, keys, values = _read(column.slice(row, 1), pa.array([row]).to_numpy())
            expected += zip([row] * len(keys), keys.to_pylist(), values.to_pylist(), strict=True)
    assert found(texts) == expected


def test_a_line_has_so_many_pairs() -> None:
    """The first ones are kept."""
    assert len(found([" ".join(f"k{n}={n}" for n in range(100))])) == MOST_PAIRS
