"""Reduction: one pass in bounded memory, and the same result however the input is handed over."""

import random
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rca.reduction import Reducer, Reduction
from rca.reduction.batch import Batch
from rca.reduction.gather import Gatherer
from rca.reduction.groups import MAX_EXAMPLE, Group
from rca.reduction.stream import Pieces

LINES = st.lists(
    st.sampled_from(
        [
            "2024-03-01 10:00:00 INFO app: cart 17 seen",
            "2024-03-01 10:00:01 ERROR app: checkout failed",
            "2024-03-01 10:00:02 WARN app: slow answer of 900 ms",
            "java.lang.IllegalStateException: empty",
            "\tat com.shop.Cart.total(Cart.java:41)",
            "Caused by: java.lang.Error: x",
            "Traceback (most recent call last):",
            '  File "/srv/job.py", line 4, in run',
            "KeyError: 'price'",
            '{"level": "error", "msg": "lost"}',
            "bare words",
            "",
        ]
    ),
    max_size=60,
)
CUTS = st.lists(st.integers(0, 60), max_size=8)


def in_parts(lines: list[str], cuts: list[int], columns: dict[str, Any], musts: list[int]) -> Reduction:
    """The reduction of the lines added in parts that end at `cuts`."""
    reducer = Reducer(musts)
    for start, end in pairwise([0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]):
        reducer.add(lines[start:end], **{name: column[start:end] for name, column in columns.items()})
    return reducer.finish(90)


@given(LINES, CUTS, st.booleans(), st.lists(st.integers(0, 59), max_size=3))
def test_batches_do_not_matter(lines: list[str], cuts: list[int], with_columns: bool, musts: list[int]) -> None:
    """However the lines and their columns are cut into batches, the result is the same in every part."""
    columns: dict[str, Any] = {}
    if with_columns:
        columns = {
            "severities": [place % 24 for place in range(len(lines))],
            "times": [place * 1_000_000 for place in range(len(lines))],
            "sources": ["ab"[place // 20 % 2] for place in range(len(lines))],
        }
    assert in_parts(lines, cuts, columns, musts) == in_parts(lines, [], columns, musts)


@given(LINES, CUTS, st.integers(1, 9), st.integers(1, 300))
def test_pieces_depend_on_the_lines_alone(lines: list[str], cuts: list[int], most: int, size: int) -> None:
    """Equal lines come out in equal pieces, none lost, none beyond its bounds unless a single line is."""

    def cut(places: list[int]) -> list[tuple[list[str], list[int]]]:
        pieces = Pieces(most, size)
        batches = pairwise([0, *sorted(min(place, len(lines)) for place in places), len(lines)])
        found = [piece for start, end in batches for piece in pieces.add(Batch(lines[start:end]))]
        found += [rest] if (rest := pieces.rest()) else []
        return [(piece.texts.to_pylist(), piece.numbers.tolist()) for piece in found]

    found = cut(cuts)
    assert found == cut([])
    assert [line for texts, _ in found for line in texts] == lines
    assert [number for _, numbers in found for number in numbers] == list(range(len(lines)))
    assert all(len(texts) <= most and (len(texts) == 1 or sum(map(len, texts)) <= size) for texts, _ in found)


def gathered(lines: list[str], piece: int) -> list[Group]:
    """The kinds of the lines, taken in pieces of so many."""
    gatherer = Gatherer(pieces=Pieces(lines=piece))
    gatherer.add(Batch(lines))
    return gatherer.groups()


@settings(max_examples=60)
@given(LINES, st.integers(1, 12))
def test_no_line_is_lost_between_pieces(lines: list[str], piece: int) -> None:
    """The kinds stand for every line exactly once, whatever the size of a piece."""
    assert sum(group.lines for group in gathered(lines, piece)) == len(lines)


@pytest.mark.parametrize("piece", [700, 5_000, 1_000_000])
def test_an_endless_trace_is_one_event(piece: int) -> None:
    """A trace of a hundred thousand lines counts once with all its lines, also when it fills many pieces."""
    frames = [f"\tat com.shop.Deep.run(Deep.java:{place % 50})" for place in range(100_000)]
    head = ["2024-03-01 10:00:00 ERROR app: too deep", "java.lang.StackOverflowError"]
    after = ["2024-03-01 10:00:09 INFO app: restarted"] * 3
    trace, restarted = gathered([*after, *head, *frames, *after], piece)[::-1]
    assert (trace.events, trace.lines, trace.first, trace.last) == (1, 100_002, 3, 100_004)
    assert (restarted.events, restarted.first, restarted.last) == (6, 0, 100_007)
    assert not trace.example.whole


def test_an_endless_trace_is_never_cut() -> None:
    """It is named as left out; not one of its frames is shown."""
    reducer = Reducer()
    reducer.add(["2024-03-01 10:00:00 ERROR app: too deep", "java.lang.StackOverflowError"])
    reducer.add(["\tat com.shop.Deep.run(Deep.java:7)"] * 100_000)
    found = reducer.finish(50_000)
    assert "too deep [too long to be shown whole]" in found.text
    assert "Deep.java" not in found.text
    assert found.lines_represented == found.lines_total == 100_002


def test_lines_of_a_megabyte_are_cut_before_they_are_looked_at() -> None:
    """What is kept of a line is bounded, and what follows it is not lost."""
    [group] = gathered(["failed: " + "x" * 3_000_000, "failed: " + "x" * 2_000_000], 10)
    assert group.events == 2
    assert len(group.example.text) <= MAX_EXAMPLE
    reducer = Reducer()
    reducer.add(["y" * 3_000_000, "the line after it"] * 20)
    assert "the line after it" in reducer.finish(300).text


@pytest.mark.slow
def test_memory_does_not_grow_with_hostile_lines() -> None:
    """Lines that are all different cost no more memory when there are twice as many."""
    chance = np.random.default_rng(5)
    letters = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz      ", np.uint8)

    def peak(rounds: int) -> int:
        gatherer = Gatherer(pieces=Pieces(lines=5_000))
        tracemalloc.start()
        for _ in range(rounds):
            rows = letters[chance.integers(0, len(letters), (10_000, 50))]
            rows[:, -1] = 10
            gatherer.add(Batch(pa.array(rows.tobytes().decode().split("\n")[:-1], pa.large_string())))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(12) < 1.15 * peak(6)


def test_lines_may_come_one_by_one() -> None:
    """Thousands of small batches give what one gives."""
    chance = random.Random(3)
    lines = [f"2024-03-01 10:00:00 INFO app: {chance.choice('abcdef') * 4} {place}" for place in range(3_000)]
    lines[1_700] = "2024-03-01 10:00:00 INFO app: leader election moved to the other rack"
    reducer = Reducer()
    for line in lines:
        reducer.add([line])
    whole = Reducer()
    whole.add(lines)
    assert reducer.finish(200) == whole.finish(200)
