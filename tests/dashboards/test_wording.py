"""How times, counts and trends are put for people."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import BadInputError
from dashboards import wording

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "59 s ago"), (61, "1 min ago"), (7_300, "2 h ago"), (200_000, "2 d ago"), (-90, "in 1 min")],
)
def test_a_time_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    """Nobody at night wants to count seconds."""
    assert wording.ago(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(("number", "words"), [(950, "950"), (9_999, "9999"), (12_345, "12.3k"), (4_500_000, "4.5M")])
def test_a_large_count_is_short(number: int, words: str) -> None:
    """A column of counts stays narrow."""
    assert wording.count(number) == words


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_a_sparkline_has_one_sign_a_value_and_shows_silence(values: list[int]) -> None:
    """Zero is always a dot and nothing else is."""
    line = wording.sparkline(values)
    assert [sign == "·" for sign in line] == [value == 0 for value in values]


@given(st.lists(st.integers(0, 1_000), max_size=60))
def test_halving_keeps_the_sum(values: list[int]) -> None:
    """No occurrence is lost between two steps."""
    halved = wording.halved(values)
    assert sum(halved) == sum(values)
    assert len(halved) == (len(values) + 1) // 2


@given(st.text())
def test_plain_text_cannot_steer_a_terminal(text: str) -> None:
    """No control character but the line feed is left."""
    assert not [sign for sign in wording.plain(text) if sign != "\n" and (ord(sign) < 32 or 127 <= ord(sign) < 160)]


@given(st.lists(st.text(), max_size=40), st.integers(3, 10))
def test_ends_keep_the_last_line_and_say_what_is_missing(lines: list[str], most: int) -> None:
    """At most `most` lines, and the number left out is right."""
    shown = wording.ends(lines, most)
    assert len(shown) <= most
    if len(lines) > most:
        assert shown[-1] == lines[-1]
        assert f"... {len(lines) - len(shown) + 1} lines ..." in shown


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("15m", NOW - timedelta(minutes=15)),
        ("1.5h", NOW - timedelta(hours=1.5)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-03-01T11:00:00+01:00", NOW - timedelta(hours=2)),
        ("2026-03-01 11:00", NOW - timedelta(hours=1)),
        ("2026-02-28", NOW - timedelta(hours=36)),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, when: datetime) -> None:
    """Spans count back from now; without a zone UTC is meant."""
    assert wording.moment(typed, NOW) == when


@pytest.mark.parametrize("typed", ["", "soon", "7", "99999999999d", "2026-13-01"])
def test_a_time_nobody_can_read_is_refused(typed: str) -> None:
    """The sentence shows valid forms."""
    with pytest.raises(BadInputError, match="15m"):
        wording.moment(typed, NOW)
