"""No input makes extraction crash, hang or lose text.

The dice are Hypothesis's here; `python -m tests.benchmarks.fuzz_extraction` throws its own for as long as wanted.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexers.exceptions.extract import extract_exceptions
from tests.indexers.exceptions.mutations import PIECES, corpus, faults, mutated
from tests.indexers.exceptions.test_printed_wrapped import ANY, drawn, read
from tests.indexers.printing import Printed

TEXTS = corpus()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
RECORD = "2026-03-01 09:15:0{} INFO  [main] shop.orders - nothing to say\n"
# What stands in logs between traces and can be nothing of a trace: any characters, but of each kind too few for a mark.
GARBAGE = st.lists(st.text(st.characters(exclude_characters=":@#(\n\r"), max_size=60), max_size=6).map("\n".join)


@settings(max_examples=250, deadline=None, suppress_health_check=SLOW)
@given(st.randoms(use_true_random=True))
def test_a_damaged_log_is_read(dice: Random) -> None:
    """Spliced, cut, interleaved, repeated, folded, wrapped, with bytes changed: records are sound and nothing is made
    up."""
    assert faults(mutated(TEXTS, dice, longest=20_000)) == []


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(ANY, ANY, st.sampled_from(PIECES), st.integers(0, 2_000), st.integers(0, 60))
def test_drawn_prints_with_damage_are_read(first: Printed, second: Printed, piece: str, place: int, line: int) -> None:
    """A print with another one and a piece of anything inside."""
    lines = [*first.lines[:line], *second.lines, *first.lines[line:]]
    text = "\n".join(lines)
    assert faults(text[:place] + piece + text[place:]) == []


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(st.lists(st.tuples(ANY, GARBAGE), min_size=1, max_size=4))
def test_whole_prints_between_garbage_are_found(parts: list[tuple[Printed, str]]) -> None:
    """Records and lines of any characters around them hide none of the exceptions of whole prints."""
    text = "".join(
        RECORD.format(1) + "\n".join(print_.lines) + "\n" + RECORD.format(2) + garbage + "\n"
        for print_, garbage in parts
    )
    found = [record[:3] for record in read(text)]
    assert found == [one[:3] for print_, _ in parts for one in drawn(print_)]


@pytest.mark.parametrize(
    "text",
    ["\ud800", "\udfff at a.b(c:1)", "\0" * 1_000, "\ufeff" * 100, "\x1b[" * 5_000, "\r" * 5_000, "{" * 50_000,
     '{"a":' * 50_000, '{"log": "' + "\\" * 9_999 + '"}', "\u2028\u2029\x85\v\f\x1c",
     '{"stack": "\ud800\\n  at f (a:1:2)"}'],
)  # fmt: skip
def test_odd_characters_are_read(text: str) -> None:
    """Lone surrogates, control characters and endless openings of records."""
    assert extract_exceptions(text) == []


FOUND = {
    "a line that only begins as a PHP frame does": (
        "PHP Fatal error:  Uncaught Exception: no in /a.php:3\nStack trace:\n#0 /a.php(3): f('x\n#1 cut off\n",
        1,
    ),
    "a recovered panic whose stack has no other line": (
        "2026/11/21 05:43:12 recovered: no map\ngoroutine 1 [running]:\npanic({0x1, 0x2})\n\t/go/panic.go:8 +0x1\n",
        1,
    ),
    "a Go stack with a line of brackets": (
        "panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:8 +0x1\nmain.f" + "()" * 30_000 + "\n\t/a.go:9\n",
        1,
    ),
    "an event of tabs behind an escaped line break": ("2026-03-01 09:15:02 ERROR no\\n" + "\\t" * 50_000, 0),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_the_fuzzer_found_stays_repaired(name: str) -> None:
    """Each text once made reading endless, slow or unsound."""
    text, exceptions = FOUND[name]
    assert faults(text) == []
    assert len(extract_exceptions(text)) == exceptions
