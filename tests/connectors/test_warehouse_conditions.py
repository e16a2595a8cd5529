"""Search terms, windows, batches and merge plans: the pure parts of the warehouses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import TimeWindow
from connectors.warehouse.batches import EARLIEST, LATEST, conform, in_range
from connectors.warehouse.conditions import stored_window, terms
from connectors.warehouse.lake_segments import Segment
from connectors.warehouse.lake_upkeep import FULL_BYTES, FULL_ROWS, plan
from tests.conformance.warehouse.rows import log_rows

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("one two", ("one", "two")),
        ('one "two three" four', ("one", "two three", "four")),
        ('"open to the end', ("open to the end",)),
        ('a"b c"d', ("a", "b c", "d")),
        ("twice twice", ("twice",)),
        ('"" " " x', ("x",)),
        ("tab\tand\nline", ("tab", "and", "line")),
    ],
)
def test_search_text_splits_into_words_and_phrases(text: str, expected: tuple[str, ...]) -> None:
    """Quotes hold words together, white space parts them, repeats and empty phrases go."""
    assert terms(text) == expected


@given(st.text())
def test_any_search_text_gives_terms_that_occur_in_it(text: str) -> None:
    """No input fails, and no term says more than was typed."""
    typed = text.encode("utf-8", "replace").decode()
    assert all(term in typed and term.strip() for term in terms(text))


@given(st.lists(st.text("abc äß_%\\'", min_size=1).filter(str.strip), unique=True))
def test_quoted_phrases_come_back_as_they_were(phrases: list[str]) -> None:
    """What stands between quotes is one term, whatever it is."""
    assert terms(" ".join(f'"{phrase}"' for phrase in phrases)) == tuple(phrases)


times = st.datetimes(timezones=st.just(UTC))


@given(times, times, times)
def test_a_window_finds_a_row_exactly_when_it_held_its_time(start: datetime, end: datetime, moment: datetime) -> None:
    """Moving the times of rows and of windows into what can be stored loses no row that the window asked for."""
    window = stored_window(TimeWindow(start, end))
    assert window is not None
    found = window.start <= in_range(moment) < window.end
    if start <= moment < end:
        assert found
    elif EARLIEST <= moment <= LATEST:
        assert not found or start >= end


def test_a_batch_that_conforms_is_left_alone() -> None:
    """The usual batch is not copied or changed."""
    batch = log_rows(0, 5)
    assert conform("logs", batch) == batch


def segment(number: int, rows: int, size: int, day: date, table: str) -> Segment:
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=number)
    name = f"{number:032x}"
    return Segment(name, table, day, name, rows, size, first, first)  # type: ignore[arg-type]  # sampled from the names


segments = st.builds(
    segment,
    st.integers(0, 10_000),
    st.integers(1, FULL_ROWS * 2),
    st.integers(1, FULL_BYTES * 2),
    st.sampled_from([date(2026, 5, 1), date(2026, 5, 2)]),
    st.sampled_from(["logs", "exceptions"]),
)


@given(st.lists(segments, unique_by=lambda segment: segment.segment_id, max_size=40))
def test_merges_stay_within_a_table_a_day_and_a_full_segment(live: list[Segment]) -> None:
    """Each planned merge has several small parts of one table and day that fit together; no part is in two."""
    groups = list(plan(live))
    for group in groups:
        assert len(group) > 1
        assert len({(part.table_name, part.day) for part in group}) == 1
        assert sum(part.rows for part in group) <= FULL_ROWS
        assert sum(part.bytes for part in group) <= FULL_BYTES
    planned = [part.segment_id for group in groups for part in group]
    assert len(planned) == len(set(planned))


def test_a_growing_day_is_not_rewritten_for_each_small_segment() -> None:
    """Each row of a day that grows by one small segment a run is rewritten about log(n) times, not n times."""
    live: list[Segment] = []
    rewritten = 0
    for number in range(400):
        live.append(segment(number, 1000, 40_000, date(2026, 5, 1), "logs"))
        for group in list(plan(live)):
            rewritten += sum(part.rows for part in group)
            left = [part for part in live if part not in group]
            rows, size = sum(part.rows for part in group), sum(part.bytes for part in group)
            live = [*left, segment(10_000 + number, rows, size, date(2026, 5, 1), "logs")]
    assert rewritten < 400_000 * 12
    assert len(live) < 20
