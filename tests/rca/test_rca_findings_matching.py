"""Patterns over columns: RE2 alone, in time that grows with the text and nothing else."""

import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca.findings.lines import telling_lines
from rca.findings.matching import LONGEST_JOINED, any_of, place_of, problem_of
from rca.findings.rules import LONGEST_PATTERN, load_rules


def test_a_pattern_that_backtracks_elsewhere_is_harmless() -> None:
    """Nested repetition on a long line takes milliseconds."""
    texts = pa.array(["a" * 50_000 + "!"])
    started = time.perf_counter()
    assert any_of(texts, [r"(?:a+)+$", r"(?:a|aa)+$", r"(?:.*a){20}$"]).to_pylist() == [False]
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("pattern", [r"(?=x)y", r"(a)\1", r"(?<!x)y", "(", "[z-a]", r"a{1000}{1000}"])
def test_what_re2_cannot_read_is_refused(pattern: str) -> None:
    """With a reason that follows the pattern in a sentence."""
    assert problem_of(pattern).startswith("is no regular expression that RE2 reads")


@pytest.mark.parametrize("pattern", ["", ".*", "x?", "(?:a|)", "^"])
def test_what_matches_nothing_at_all_is_refused(pattern: str) -> None:
    """It would be found in every line."""
    assert "every line" in problem_of(pattern)


def test_more_patterns_than_fit_one_are_all_looked_for() -> None:
    """Joined patterns are cut into parts that RE2 is quick with."""
    patterns = [f"needle{number:04d}" for number in range(2 * LONGEST_JOINED // 10)]
    assert any_of(pa.array([patterns[0], patterns[-1], "hay"]), patterns).to_pylist() == [True, True, False]


def test_no_patterns_find_nothing() -> None:
    """And are no error."""
    assert any_of(pa.array(["x"]), []).to_pylist() == [False]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.text("abé€", max_size=5))
def test_a_place_is_counted_in_characters(before: str, after: str) -> None:
    """Whatever stands before it takes more bytes than characters or not."""
    text = f"{before}#needle#{after}"
    assert text[place_of(text, ["#needle#"]) :].startswith("#needle#")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=5))
def test_any_text_gives_lines_of_its_own(bodies: list[str]) -> None:
    """Every telling line stands in the event that it is said to be of."""
    lines = telling_lines(pa.array(bodies, pa.string()), ("e", r"\d"))
    for row, text in zip(lines.rows, lines.texts.to_pylist(), strict=True):
        assert text in bodies[row]


def test_shipped_patterns_leave_room_for_longer_ones() -> None:
    """A user's pattern may be as long as the longest that is shipped."""
    assert max(len(pattern) for rule in load_rules() for pattern in rule.patterns) <= LONGEST_PATTERN
