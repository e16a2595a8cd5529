"""No input makes extraction fail or report what is not there."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.exceptions.extract import extract_exceptions, extract_traces
from indexers.exceptions.fingerprint import fingerprint
from tests.fixtures.traces.record.expect import TRACES

LINES = sorted({line for path in TRACES.glob("*.txt") for line in path.read_text(encoding="utf-8").split("\n")})
PIECES = [
    "\tat ",
    "Caused by: ",
    "(",
    ")",
    '"',
    "\\n",
    "#012",
    "\x1b[31m",
    "{",
    "}",
    " | ",
    ": ",
    "\r",
    "\0",
    "\ud800",
    " {",
]


def check(text: str) -> None:
    """Places lie within the input and parents within the list."""
    total = text.count("\n") + 1
    records = extract_exceptions(text)
    for record in records:
        assert 1 <= record.lines[0] <= record.lines[1] <= total
        assert record.type
        assert record.parent is None or 0 <= record.parent < len(records)
    for trace in extract_traces(text):
        assert fingerprint(trace.records).value


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    """Text of any characters gives a list, not an error."""
    check(text)


@given(st.lists(st.one_of(st.sampled_from(LINES), st.sampled_from(PIECES), st.text(max_size=20)), max_size=40))
def test_shuffled_lines_of_real_traces_are_read(lines: list[str]) -> None:
    """Pieces of traces in any order give exceptions whose places and parents make sense."""
    check("\n".join(lines))


def test_cut_and_damaged_traces_are_read() -> None:
    """A trace cut anywhere, or with bytes of another one inside, still gives sound records."""
    dice = random.Random(7)
    for path in sorted(TRACES.glob("*.txt"))[::3]:
        text = path.read_text(encoding="utf-8")
        start, end = sorted(dice.sample(range(len(text) + 1), 2)) if text else (0, 0)
        check(text[start:end])
        check(text[:start] + dice.choice(PIECES) + text[start:])


@pytest.mark.parametrize(
    "seed",
    ["at (", "at f (eval at ", "(" , "\tat a.b(", 'File "', ": ", "a.", "\\n at ", "$$Lambda$1/", "x@http://", "a | ",
     'k="v\\n at ', "[", "panic: ", "Mar  1 09:15:02 h a[1]: ", "==1==ERROR: AddressSanitizer: ", "#0 0x1 in ",
     "Caused by: a.B: "],
)  # fmt: skip
def test_a_long_line_of_almost_a_trace_takes_no_long_time(seed: str) -> None:
    """300,000 characters are read well within the suite's limit for one test: no pattern backtracks over the line."""
    check(seed * (300_000 // len(seed)))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 09:15:02 ERROR order failed: ValueError: bad thing at com.foo.Bar(Bar.java:3)",
        "User reported: Traceback (most recent call last) in the ticket",
        "Error: connection refused\n    at least three times (see docs:12)",
        "  at the station (platform:3)\nmeet me at 10:30:15",
        "panic: nothing to see\nCaused by: bad weather\nException handling enabled",
        "java.lang.NullPointerException mentioned in passing",
        "Stack trace: disabled\n#0 0x is not a frame\ngoroutine count: 5",
        '"main" #1 prio=5\n   java.lang.Thread.State: RUNNABLE\n\tat a.A.b(A.java:3)\n\tat a.A.c(A.java:4)',
        "Trace: here\n    at f (/app/a.js:1:2)",
        "(node:1) DeprecationWarning: old\n    at f (/app/a.js:1:2)",
        "INFO thread 'main' is idle and panicked at nothing",
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\n',
        "from app.rb:3:in `add' we learn nothing",
        "died at noon line 12.",
    ],
)
def test_text_that_only_resembles_a_trace_is_none(text: str) -> None:
    """Nothing is reported where there is no exception."""
    assert extract_exceptions(text) == []
