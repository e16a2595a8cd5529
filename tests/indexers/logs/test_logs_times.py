"""Reading times is the inverse of printing them, in every form and zone."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.logs.timestamps import read_times

OBSERVED = datetime(2026, 3, 2, 8, tzinfo=UTC)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))
ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))

# format -> the smallest unit that it prints
FORMS = {
    "%Y-%m-%dT%H:%M:%S.%fZ": timedelta(microseconds=1),
    "%Y-%m-%d %H:%M:%S,%f": timedelta(microseconds=1),
    "%Y-%m-%d %H:%M:%S UTC": timedelta(seconds=1),
    "%Y-%m-%d %H:%M": timedelta(minutes=1),
    "%Y/%m/%d %H:%M:%S": timedelta(seconds=1),
    "%Y%m%dT%H%M%SZ": timedelta(seconds=1),
    "%Y%m%d %H:%M:%S.%f": timedelta(microseconds=1),
    "%d/%b/%Y:%H:%M:%S +0000": timedelta(seconds=1),
    "%d-%b-%Y %H:%M:%S.%f": timedelta(microseconds=1),
    "%a %b %d %H:%M:%S.%f %Y": timedelta(microseconds=1),
    "%a, %d %b %Y %H:%M:%S GMT": timedelta(seconds=1),
}


def read(*texts: str) -> list[datetime | None]:
    found: list[datetime | None] = read_times(pa.array(texts, pa.string()), OBSERVED).to_pylist()
    return found


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(TIMES, min_size=1, max_size=20))
def test_what_was_printed_is_read(form: str, times: list[datetime]) -> None:
    """To the unit that the form prints."""
    expected = [time - (time - datetime(1990, 1, 1, tzinfo=UTC)) % FORMS[form] for time in times]
    assert read(*(time.strftime(form) for time in times)) == expected


@given(TIMES, ZONES)
def test_a_printed_zone_is_taken_off(time: datetime, zone: timezone) -> None:
    """With and without a colon in it."""
    printed = time.astimezone(zone).isoformat()
    assert read(printed, printed[:-3] + printed[-2:]) == [time, time]


@given(TIMES.filter(lambda time: time > datetime(2001, 9, 10, tzinfo=UTC)), st.integers(0, 999))
def test_numbers_since_1970_are_read_by_their_length(time: datetime, nanos: int) -> None:
    """Seconds, milliseconds, microseconds and nanoseconds."""
    micros = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    seconds, milli = time.replace(microsecond=0), time.replace(microsecond=time.microsecond // 1000 * 1000)
    texts = (f"{micros // 10**6}", f"{micros // 1000}", f"{micros}", f"{micros}{nanos:03d}")
    assert read(*texts) == [seconds, milli, time, time]


@given(st.datetimes(datetime(2025, 3, 3, 9), datetime(2026, 3, 3, 7), timezones=st.just(UTC)))
def test_a_time_without_a_year_is_the_last_one(time: datetime) -> None:
    """The year is the newest that does not lie more than a day ahead."""
    time = time.replace(microsecond=0)
    assert read(f"{time:%b} {time.day:2d} {time:%H:%M:%S}", f"{time:%m%d %H:%M:%S}.000001") == [
        time,
        time.replace(microsecond=1),
    ]


@given(st.datetimes(datetime(2026, 3, 1, 20, 1), datetime(2026, 3, 2, 19, 59), timezones=st.just(UTC)))
def test_a_time_without_a_day_is_the_nearest_one(time: datetime) -> None:
    """Half a day back and half a day ahead: clocks differ, and midnight passes."""
    assert read(time.strftime("%H:%M:%S.%f")) == [time]


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01 00:00:00", "2026-02-30 00:00:00", "2025-02-29 00:00:00", "2026-03-01 24:00:00", "12345"],
)
def test_what_is_no_time_is_none(text: str) -> None:
    """A thirteenth month is not the first of the next year."""
    assert read(text, "2024-02-29 00:00:00") == [None, datetime(2024, 2, 29, tzinfo=UTC)]


@given(st.lists(st.text(max_size=60)))
def test_no_text_breaks_it(texts: list[str]) -> None:
    """One answer a text, whatever it is."""
    assert len(read(*texts)) == len(texts)
