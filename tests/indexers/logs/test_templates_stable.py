"""The same line has the same template whatever stands before it, and nothing of a line is lost."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.logs import templates_rough
from indexers.logs.masking import mask
from indexers.logs.templates import TemplateMiner, fit, message_of, mine
from tests.indexers.logs.statements import HEADERS, VALUES, lines

# Words, separators and values glued together as no logger would: what is ambiguous must be so in the same way always.
SCRAPS = [
    *("a", "ab", "fee", "ms", "KB", "12", "7", "1.5", "x1", "0x3f", "5s", "é", "Mar", "INFO", "10:00:00", "2024-01-02"),
    *(":", "=", "(", ")", "[", "]", "{", "}", "'", '"', "/", "/a", ".", "-", "--", "::", "#", "@", "<*>"),
]
PIECES = st.one_of(
    st.sampled_from([*SCRAPS, ", ", " ", "  ", "\t"]),
    st.builds(lambda kind, n: VALUES[kind](random.Random(n)), st.sampled_from(sorted(VALUES)), st.integers()),
)
TEXT = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=150)
@given(st.lists(TEXT, min_size=1, max_size=12))
def test_a_line_is_masked_as_if_it_were_alone(texts: list[str]) -> None:
    """Looking at one line for all that are alike but for numbers changes nothing."""
    miner = TemplateMiner()
    numbers = miner.update(texts)
    for text, number in zip(texts, numbers, strict=True):
        assert number == miner.number(text), (mask(message_of(text)), texts)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 300), max_size=4), st.sampled_from(range(len(HEADERS))))
def test_cuts_order_and_repetition_do_not_matter(seed: int, cuts: list[int], header: int) -> None:
    """The same lines in other batches, shuffled or twice: the same template for each."""
    texts = [line for line, _ in lines(300, seed, header)]
    once = dict(zip(texts, mine(texts).template_ids.to_pylist(), strict=True))
    shuffled = random.Random(seed).sample(texts, len(texts))
    miner = TemplateMiner()
    numbers = [miner.update(shuffled[start:end]) for start, end in pairwise([0, *sorted(cuts), len(texts)])]
    numbers.append(miner.update(texts))
    found = miner.table(np.concatenate(numbers)).template_ids.to_pylist()
    assert dict(zip([*shuffled, *texts], found, strict=True)) == once


@settings(max_examples=150)
@given(st.lists(TEXT, min_size=1, max_size=8))
def test_template_and_values_give_the_text_back(texts: list[str]) -> None:
    """Exactly, with header, white space and all."""
    table = mine(texts)
    for text, key in zip(texts, table.template_ids.to_pylist(), strict=True):
        fitted = fit(text, table.templates[key])
        assert fitted is not None, (text, table.templates[key])
        assert fitted.text(table.templates[key]) == text


@pytest.mark.parametrize("header", range(len(HEADERS)))
def test_every_line_of_a_log_comes_back(header: int) -> None:
    """Also where templates came from comparing lines."""
    texts = [line for line, _ in lines(1500, 5, header)]
    table = mine(texts)
    for text, key in zip(texts, table.template_ids.to_pylist(), strict=True):
        fitted = fit(text, table.templates[key])
        assert fitted is not None
        assert fitted.text(table.templates[key]) == text


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02 10:00:00 ERROR app: failed\n  at a.b(C.java:1)\nCaused by: x",
        "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'k'\n",
        "\n\n  lonely last line 7\n",
        "word " * 3000,
        "x" * 10_000,
    ],
)
def test_long_and_several_lines_come_back(text: str) -> None:
    """Events, bare tracebacks and what is longer than is looked at."""
    (template,) = mine([text]).templates.values()
    fitted = fit(text, template)
    assert fitted is not None
    assert fitted.text(template) == text


def test_ids_with_letters_are_alike_in_a_crowd() -> None:
    """More different ids than are looked at one by one are one template, the same as for a single line."""
    texts = [f"request {random.Random(n).getrandbits(128):032x}-q done, see /var/{n:x}/out." for n in range(6000)]
    assert len(texts) > templates_rough.ALIKE_BEYOND
    assert set(mine(texts).templates) == set(mine(texts[:1]).templates)
