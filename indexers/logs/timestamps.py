"""Times as logs print them -> UTC microseconds, by shape: one pattern a distinct shape, then arithmetic on columns.

Owns: the forms. A time without a zone is taken as UTC; one without a year or day gets the newest one that is not later
than a day after the line was observed. Keeps out: where in a line the time stands (heads.py).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.records import TIMESTAMP
from indexers.logs.shapes import beginnings, shapes_of

WIDTH = 48  # bytes; no time is longer
DAY = 86_400_000_000  # microseconds
# How far a line may be ahead of the clock of who observed it, where the day or the year must be guessed.
AHEAD_IN_DAY, AHEAD_IN_YEAR = DAY // 2, DAY
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Abbreviations that are common in logs and mean one thing only; hours from UTC.
ZONES = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "EDT": -4,
    "EST": -5,
    "PDT": -7,
    "PST": -8,
}

_CLOCK = r"(?P<hour>00):(?P<minute>00)(?::(?P<second>00)(?:[.,](?P<fraction>0{1,9}))?)?"
_TIGHT_CLOCK = r"(?P<hour>00):?(?P<minute>00):?(?P<second>00)(?:[.,](?P<fraction>0{1,9}))?"
_ZONE = rf"(?: ?(?:(?P<zone>{'|'.join(ZONES)})|(?P<sign>[+-])(?P<zone_hour>00):?(?P<zone_minute>00)?))?"
_MONTH = rf"(?P<name>{'|'.join(MONTHS)})"
_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
# Shapes of times: every digit is a 0. The first that fits is taken.
FORMS = tuple(
    re.compile(form)
    for form in (
        # 2026-03-01T12:00:00.123Z, 2026/03/01 12:00:00, 2026-03-01 12:00:00,123 +02:00
        rf"(?P<year>0000)[-/](?P<month>00)[-/](?P<day>00)[T _:]{_CLOCK}{_ZONE}",
        # 20260301T120000Z, 20260301 12:00:00.123
        rf"(?P<year>0000)(?P<month>00)(?P<day>00)[T ]{_TIGHT_CLOCK}{_ZONE}",
        # 01/Mar/2026:12:00:00 +0000, 01-Mar-2026 12:00:00.123
        rf"(?P<day>00)[-/ ]{_MONTH}[-/ ](?P<year>0000)[: ]{_CLOCK}{_ZONE}",
        # Sun, 01 Mar 2026 12:00:00 GMT
        rf"{_WEEKDAY}, (?P<day>0?0) {_MONTH} (?P<year>0000) {_CLOCK}{_ZONE}",
        # Sun Mar 01 12:00:00.123456 2026, Sun Mar  1 12:00:00 UTC 2026
        rf"{_WEEKDAY} {_MONTH} +(?P<day>0?0) {_CLOCK}{_ZONE} (?P<year>0000)",
        # Mar  1 12:00:00, Mar 01 2026 12:00:00
        rf"{_MONTH} +(?P<day>0?0)(?: (?P<year>0000))? {_CLOCK}{_ZONE}",
        # 0301 12:00:00.123456  (glog)
        rf"(?P<month>00)(?P<day>00) {_CLOCK}",
        # 12:00:00.123
        _CLOCK,
        # seconds, milliseconds, microseconds, nanoseconds since 1970
        r"(?P<seconds>0{10})(?:\.(?P<fraction>0{1,9})0*)?",
        r"(?P<millis>0{13})(?:\.(?P<thousandths>0{1,9})0*)?",
        r"(?P<micros>0{16})",
        r"(?P<nanos>0{19})",
    )
)
EPOCHS = {"seconds": 1_000_000, "millis": 1_000, "micros": 1, "nanos": 0}

Column = NDArray[np.int64]


def read_times(texts: pa.Array, observed_at: datetime) -> pa.Array:
    """TIMESTAMP for each of `texts` that is a time, else null."""
    if not pc.any(pc.not_equal(texts, "")).as_py():
        return pa.nulls(len(texts), TIMESTAMP)
    shapes = shapes_of(texts, WIDTH)
    micros = np.zeros(len(texts), dtype=np.int64)
    valid = np.zeros(len(texts), dtype=bool)
    observed = round(observed_at.timestamp() * 1e6)
    order = np.argsort(shapes.codes, kind="stable")
    counts = np.bincount(shapes.codes, minlength=len(shapes.distinct))
    ends = np.cumsum(counts)
    for code, shape in enumerate(shapes.distinct.to_pylist()):
        form = _form(shape)
        if form is not None:
            rows = order[ends[code] - counts[code] : ends[code]]
            own = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
            micros[rows], valid[rows] = _Printed(form, beginnings(own, len(shape))).micros(observed)
    return pa.array(micros, pa.int64(), mask=~valid).cast(TIMESTAMP)


@lru_cache(maxsize=4096)
def _form(shape: str) -> "re.Match[str] | None":
    return next((match for form in FORMS if (match := form.fullmatch(shape))), None)


class _Printed:
    """Times of one shape, as a matrix of their characters."""

    def __init__(self, form: "re.Match[str]", text: NDArray[np.uint8]) -> None:
        self._form = form
        self._groups = {name: value for name, value in form.groupdict().items() if value}
        self._text = text

    def micros(self, observed: int) -> tuple[Column, NDArray[np.bool_]]:
        """(microseconds since 1970 in UTC, whether there is such a time)."""
        for name, factor in EPOCHS.items():
            if name in self._groups:
                value = self._number(name) * factor if factor else self._number(name) // 1_000
                value += self._fraction("fraction", 6) + self._fraction("thousandths", 3)
                return value, np.ones(len(value), dtype=bool)
        hour, minute, second = (self._number(name) for name in ("hour", "minute", "second"))
        clock = (hour * 3600 + minute * 60 + second) * 1_000_000 + self._fraction("fraction", 6) - self._zone()
        sane = (hour < 24) & (minute < 60) & (second <= 60)
        if "day" not in self._groups:
            today = observed // DAY * DAY
            return _newest(lambda back: clock + today - back * DAY, observed + AHEAD_IN_DAY), sane
        month, day = self._month(), self._number("day")
        if "year" in self._groups:
            year = self._number("year")
            return _days(year, month, day) * DAY + clock, sane & _is_date(year, month, day)
        year = np.full(len(day), datetime.fromtimestamp(observed / 1e6, UTC).year, dtype=np.int64)
        newest = _newest(lambda back: _days(year - back, month, day) * DAY + clock, observed + AHEAD_IN_YEAR)
        return newest, sane & _is_date(np.full_like(year, 2000), month, day)

    def _number(self, name: str) -> Column:
        value = np.zeros(len(self._text), dtype=np.int64)
        if name in self._groups:
            for place in range(*self._form.span(name)):
                digit = self._text[:, place]
                value = value * 10 + np.where(digit == ord(" "), 0, digit - ord("0"))
        return value

    def _month(self) -> Column:
        if "name" not in self._groups:
            return self._number("month")
        return np.full(len(self._text), MONTHS.index(self._groups["name"]) + 1, dtype=np.int64)

    def _fraction(self, name: str, digits: int) -> Column:
        """A fraction in units of its `digits`th digit, however many are printed."""
        printed = len(self._groups.get(name, ""))
        value = self._number(name)
        return np.asarray(value * 10 ** max(digits - printed, 0) // 10 ** max(printed - digits, 0))

    def _zone(self) -> Column:
        """Microseconds that the printed zone is ahead of UTC."""
        if "zone" in self._groups:
            return np.full(len(self._text), ZONES[self._groups["zone"]] * 3_600_000_000, dtype=np.int64)
        ahead = (self._number("zone_hour") * 60 + self._number("zone_minute")) * 60_000_000
        return -ahead if self._groups.get("sign") == "-" else ahead


def _newest(time: Callable[[int], Column], latest: int) -> Column:
    """Of the times of the next, this and the last year (or day) the newest that is not after `latest`."""
    next_, this, last = time(-1), time(0), time(1)
    return np.asarray(np.where(next_ <= latest, next_, np.where(this <= latest, this, last)))


def _days(year: Column, month: Column, day: Column) -> Column:
    """Days since 1970-01-01 (Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html#days_from_civil)."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    return np.asarray(era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468)


def _is_date(year: Column, month: Column, day: Column) -> NDArray[np.bool_]:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = np.where(month == 2, 28 + leap, np.where(np.isin(month, (4, 6, 9, 11)), 30, 31))
    return np.asarray((month >= 1) & (month <= 12) & (day >= 1) & (day <= longest))
