"""Reduction: what is known about the failure decides which of many quiet kinds are kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rca.reduction import Circumstances, Reducer, Reduction, reduce_lines

START = datetime(2024, 3, 1, 10, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrst"
# Twenty kinds of lines, each of its own words, which come again and again.
KINDS = [" ".join(letter * (2 + (place + step) % 7) for step in range(4)) for place, letter in enumerate(LETTERS)]


def log(count: int = 2_000) -> list[str]:
    return [f"{KINDS[place % len(KINDS)]} {place}" for place in range(count)]


def times(count: int) -> list[datetime]:
    return [START + timedelta(seconds=place) for place in range(count)]


def micro(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def kinds_of(found: Reduction, lines: list[str]) -> list[str]:
    """First words of what is shown."""
    return [lines[entry.line - 1].split()[0] for entry in found.entries]


def test_what_the_failed_request_logged_is_preferred() -> None:
    """Its kinds, and of these its own lines."""
    lines = log()
    related = [1_003, 1_007, 1_011]
    found = reduce_lines(lines, budget=100, related=related)
    assert {place + 1 for place in related} <= {entry.line for entry in found.entries}


def test_what_was_logged_shortly_before_the_failure_is_preferred() -> None:
    """By time, which holds also where sources stand one after the other."""
    lines = log(400)
    lines[310] = "something quite ordinary happened"
    lines[30] = "another quite ordinary matter came"
    known = Circumstances(failed_at=micro(START + timedelta(seconds=312)))
    found = reduce_lines(lines, budget=13, timestamps=times(400), known=known)
    assert "something" in kinds_of(found, lines)
    assert "another" not in kinds_of(found, lines)


def test_what_is_new_since_the_release_is_preferred() -> None:
    """A kind first seen after it, over one that was there before."""
    lines = log(400)
    lines[200], lines[380] = "an ordinary old matter came", "an unusual new affair went"
    known = Circumstances(released_at=micro(START + timedelta(seconds=300)))
    found = reduce_lines(lines, budget=13, timestamps=times(400), known=known)
    assert 381 in {entry.line for entry in found.entries}
    assert 201 not in {entry.line for entry in found.entries}


class _Meanings:
    """An embedder for which every text means the same but those that hold a word."""

    def __init__(self, word: str) -> None:
        self.word, self.texts = word, 0

    def embed(self, texts: Sequence[str]) -> Any:
        self.texts += len(texts)
        return np.array([[0.0, 1.0] if self.word in text else [1.0, 0.0] for text in texts], np.float32)


def test_meaning_finds_the_odd_one_out() -> None:
    """Of two lines that are equally rare, the one that is about something else."""
    lines = log(400)
    lines[105], lines[205] = "uuuu vvvv wwww strange", "uuuu vvvv wwww odd"
    for word, place in (("odd", 205), ("strange", 105)):
        known = Circumstances(embedder=_Meanings(word))
        found = reduce_lines(lines, budget=13, known=known)
        assert [entry.line for entry in found.entries] == [place + 1]


def test_only_so_many_templates_are_embedded() -> None:
    """However many kinds there are."""
    embedder = _Meanings("none")
    known = Circumstances(embedder=embedder, embed_at_most=7)
    reduce_lines(log(), budget=100, known=known)
    assert embedder.texts == 7


def test_embedding_stops_when_its_time_is_over() -> None:
    """After the batch that was under way."""
    embedder = _Meanings("none")
    lines = [f"{a * 3}{b} {b * 4}{c} {c * 5}{a}{b}" for a in LETTERS for b in LETTERS for c in "xyz"]
    reduce_lines(lines * 3, budget=100, known=Circumstances(embedder=embedder, embed_seconds=0.0))
    assert 0 < embedder.texts <= 64


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 400), max_size=5), st.lists(st.integers(0, 999), max_size=6), st.integers(20, 300))
def test_batches_do_not_matter_to_what_is_known(cuts: list[int], related: list[int], budget: int) -> None:
    """Whole or in pieces, the text is the same."""
    lines = log(1_000)
    whole = reduce_lines(lines, budget=budget, related=related)
    reducer = Reducer((), related)
    rest = lines
    for cut in cuts:
        reducer.add(rest[:cut])
        rest = rest[cut:]
    reducer.add(rest)
    assert reducer.finish(budget) == whole


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.floats(1.0, 3.0))
def test_the_budget_holds_for_any_count(budget: int, factor: float) -> None:
    """Of a model that counts more than cl100k."""
    from rca import tokens

    reducer = Reducer()
    reducer.add(log(500))
    found = reducer.finish(budget, count=lambda text: int(tokens.count(text) * factor))
    assert found.tokens == int(tokens.count(found.text) * factor) <= budget
