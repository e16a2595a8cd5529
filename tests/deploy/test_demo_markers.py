"""Recorded times: taken out and put back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.driver import markers

START = datetime(2025, 6, 1, 10, tzinfo=UTC)
COMMIT = "c0ffee" * 6 + "beef"

kinds = st.sampled_from(sorted(markers.KINDS))
milliseconds = st.integers(0, 3_600_000)


def printed(kind: str, offset: int) -> str:
    text = markers.KINDS[kind].write(START + timedelta(milliseconds=offset))
    return f'{{"time":{text}}}' if kind == "epoch" else text


@given(st.lists(st.tuples(kinds, milliseconds), max_size=20))
def test_marking_and_unmarking_gives_back_the_text(times: list[tuple[str, int]]) -> None:
    """A log replayed at the time of its recording is the log that was recorded."""
    text = "\n".join(f"{printed(kind, offset)} commit={COMMIT} something" for kind, offset in times)
    marked = markers.mark(text, started=START, commit=COMMIT)
    assert COMMIT not in marked
    assert markers.unmark(marked, started=START, commit=COMMIT) == text


@given(kinds, milliseconds, st.integers(0, 10**6))
def test_a_replay_is_shifted_as_a_whole(kind: str, offset: int, shift: int) -> None:
    """Every layout moves by the same time."""
    later = START + timedelta(milliseconds=shift)
    marked = markers.mark(printed(kind, offset), started=START, commit=COMMIT)
    assert markers.unmark(marked, started=later, commit=COMMIT) == printed(kind, offset + shift)


def test_a_replay_can_be_quickened() -> None:
    """At half the pace's length everything happens in half the time."""
    marked = markers.mark("2025/06/01 10:00:08.000000 late", started=START, commit=COMMIT)
    assert markers.longest(marked) == 8.0
    assert markers.unmark(marked, started=START, commit=COMMIT, pace=0.5) == "2025/06/01 10:00:04.000000 late"


def test_a_time_before_the_start_becomes_the_start() -> None:
    """Clocks of a process and its recorder may differ by a hair."""
    assert markers.mark("2025-06-01 09:59:59.999 x", started=START, commit=COMMIT) == "@{milli+0.000000} x"


@pytest.mark.parametrize("text", ["order 12345 of 2025", "1748772000123 is only a number", "10:00:00.123"])
def test_what_only_looks_like_a_time_stays(text: str) -> None:
    """Numbers in messages are not touched."""
    assert markers.mark(text, started=START, commit=COMMIT) == text
