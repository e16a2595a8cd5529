"""Counting tokens: exact for cl100k, never too low for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca import tokens

LOG_LINE = "2024-03-01 10:00:00,123 ERROR [main] com.shop.Cart: checkout failed\n\tat a.b.C(C.java:7)"


@pytest.mark.parametrize(
    ("text", "cl100k", "o200k"),
    [
        ("", 0, 0),
        ("hello world", 2, 2),
        (LOG_LINE, 34, 34),
        ("<|endoftext|> is plain text", 10, 10),
        ("ошибка 日志错误 😀👍🏽", 12, 9),
        ("   \n\n \t x", 3, 3),
        ("x" * 1000, 125, 125),
    ],
)
def test_counts_are_those_of_tiktoken(text: str, cl100k: int, o200k: int) -> None:
    """Counts equal what tiktoken 0.14 gives for the same text."""
    assert tokens.count(text) == tokens.count_for("gpt-4", text) == cl100k
    assert tokens.count_for("gpt-4o-mini", text) == o200k


def test_long_texts_are_counted_exactly_in_pieces() -> None:
    """A text of several pieces has as many tokens as its lines and line ends together."""
    line = "2024-03-01 word word word 17\n"
    assert tokens.count(line * 20_000) == 20_000 * tokens.count(line)


def test_one_huge_line_can_be_counted() -> None:
    """A text beyond what the encoder takes at once is still counted."""
    assert 100_000 <= tokens.count("x" * 1_200_000) <= 200_000


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), max_size=10))
def test_lines_alone_never_count_less_than_together(lines: list[str]) -> None:
    """The sum over lines is an upper bound of the whole."""
    assert sum(tokens.count_lines(lines)) >= tokens.count("".join(line + "\n" for line in lines))


@given(
    st.text(max_size=200), st.sampled_from(["anthropic.claude-sonnet-4-5", "claude-9", "meta.llama3-70b", "unheard-of"])
)
def test_estimates_lie_between_the_count_and_the_bytes(text: str, model: str) -> None:
    """An estimate is never below cl100k and never above the number of bytes."""
    assert tokens.count(text) <= tokens.count_for(model, text) <= len(text.encode("utf-8", "surrogatepass"))


def test_unknown_models_are_counted_by_bytes() -> None:
    """For a model nobody knows the only safe number is that of bytes."""
    assert tokens.count_for("unheard-of", "größe") == 7
