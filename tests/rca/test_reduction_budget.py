"""Reduction: the budget is kept exactly and the ledger accounts for everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import BadInputError
from rca import tokens
from rca.reduction import Reducer, Reduction, reduce_lines

WORDS = st.sampled_from(
    ["ERROR", "failed", "cart", "17", "user=bob", "é日志", "  ", "\tat a.b(C.java:1)", "x" * 300, "ok"]
)
LINES = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=40)


def counted(reduction: Reduction) -> int:
    """Events named in the ledger."""
    return sum(entry.count for entry in reduction.entries) + sum(dropped.count for dropped in reduction.dropped)


@given(LINES, st.integers(1, 300), st.lists(st.integers(0, 39), max_size=3))
def test_the_budget_is_never_exceeded(lines: list[str], budget: int, must_keep: list[int]) -> None:
    """Whatever the lines and the budget, the text fits and its count is right."""
    found = reduce_lines(lines, budget=budget, must_keep=must_keep)
    assert found.tokens == tokens.count(found.text) <= budget == found.budget


@given(LINES, st.integers(1, 300))
def test_every_kind_is_shown_or_accounted_for(lines: list[str], budget: int) -> None:
    """No kind is both shown and dropped, and each dropped kind says why."""
    found = reduce_lines(lines, budget=budget)
    shown = {entry.template_id for entry in found.entries}
    assert shown.isdisjoint(dropped.template_id for dropped in found.dropped)
    assert all(dropped.why for dropped in found.dropped)
    assert found.lines_total == len(lines)
    assert found.lines_represented <= len(lines)


def test_counts_add_up() -> None:
    """Entries and dropped kinds together stand for every event."""
    lines = [
        f"{word} happened to cart {place}" for place in range(50) for word in ("sale", "refund", "gift", "exchange")
    ]
    for budget in (10, 40, 80, 10_000):
        found = reduce_lines(lines, budget=budget)
        assert counted(found) == len(lines)


@given(LINES, st.integers(1, 300))
def test_equal_input_gives_equal_output(lines: list[str], budget: int) -> None:
    """Reduction is deterministic."""
    assert reduce_lines(lines, budget=budget) == reduce_lines(list(lines), budget=budget)


def test_batches_do_not_matter() -> None:
    """Lines added in pieces that cut a stack trace give the same as all at once."""
    lines = [f"2024-03-01 10:00:{place:02d} INFO app: cart {place} seen" for place in range(60)]
    lines[30:30] = [
        "2024-03-01 10:00:30 ERROR app: boom",
        "java.lang.Error: x",
        "\tat a.b.C(C.java:1)",
        "\tat a.b.D(D.java:2)",
    ]
    reducer = Reducer()
    for start in range(0, len(lines), 8):
        reducer.add(lines[start : start + 8])
    assert reducer.finish(120) == reduce_lines(lines, budget=120)


def test_a_small_input_is_sent_whole() -> None:
    """When everything fits, nothing is rewritten."""
    lines = ["first line", "second line with 17", "second line with 18"]
    found = reduce_lines(lines, budget=100)
    assert found.text == "\n".join(lines)
    assert found.dropped == ()
    assert [(entry.line, entry.count) for entry in found.entries] == [(1, 1), (2, 2)]


def test_no_lines_give_no_text() -> None:
    """Empty input is not an error."""
    assert reduce_lines([], budget=10).text == ""


@pytest.mark.parametrize("budget", [0, -5])
def test_a_budget_must_be_positive(budget: int) -> None:
    """A budget that can hold nothing is refused in one clear sentence."""
    with pytest.raises(BadInputError, match="give at least 1"):
        reduce_lines(["x"], budget=budget)


def test_columns_must_have_the_length_of_the_lines() -> None:
    """A column with too few values is refused and named."""
    with pytest.raises(BadInputError, match="sources has 1 values for 2 lines"):
        reduce_lines(["a", "b"], budget=10, sources=["s"])
