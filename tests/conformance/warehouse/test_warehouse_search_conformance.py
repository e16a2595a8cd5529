"""What every warehouse finds alike: filters, text, order, pages, histograms, services."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.errors import BadInputError
from connectors.records import TimeWindow
from connectors.warehouse import ExceptionFilter, HistogramBin, LogFilter, Warehouse
from tests.conformance.warehouse.rows import (
    NOON,
    exception_batch,
    exception_row,
    log_batch,
    log_row,
    log_rows,
    numbers,
)


def second(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


ODD_ONE_OUT = {
    "service_name": "cart",
    "deployment_environment_name": "staging",
    "service_version": "2.0.0",
    "source": "syslog",
    "stream": "pod-9",
    "severity_number": 17,
    "trace_id": "feed",
    "request_id": "req-x",
    "page_id": "page-9",
    "may_hold_exception": True,
}


@pytest.fixture(scope="module")
def filled(shared_warehouse: Warehouse) -> Warehouse:
    """Five rows of each table; the one with number 3 differs from the others in every column."""
    odd = {name: value for name, value in ODD_ONE_OUT.items() if name in exception_row(0)}
    for number in range(5):
        log = log_row(number, timestamp=second(number), **(ODD_ONE_OUT if number == 3 else {}))
        shared_warehouse.write("logs", log_batch(log), f"batch-{number}")
        exception = exception_row(number, **(odd if number == 3 else {}))
        shared_warehouse.write("exceptions", exception_batch(exception), f"batch-{number}")
    return shared_warehouse


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (LogFilter(services=("cart",)), [3]),
        (LogFilter(services=("checkout", "cart")), [0, 1, 2, 3, 4]),
        (LogFilter(services=("nobody",)), []),
        (LogFilter(environments=("staging",)), [3]),
        (LogFilter(versions=("2.0.0", "3.0.0")), [3]),
        (LogFilter(sources=("syslog",)), [3]),
        (LogFilter(streams=("pod-9",)), [3]),
        (LogFilter(min_severity=9), [0, 1, 2, 3, 4]),
        (LogFilter(min_severity=10), [3]),
        (LogFilter(min_severity=17), [3]),
        (LogFilter(min_severity=18), []),
        (LogFilter(trace_id="feed"), [3]),
        (LogFilter(request_id="req-x"), [3]),
        (LogFilter(event_ids=(f"{1:016x}", f"{4:016x}")), [1, 4]),
        (LogFilter(page_ids=("page-9",)), [3]),
        (LogFilter(may_hold_exception=True), [3]),
        (LogFilter(may_hold_exception=False), [0, 1, 2, 4]),
        (LogFilter(services=("cart",), min_severity=9, text="order"), [3]),
        (LogFilter(services=("checkout",), trace_id="feed"), []),
    ],
)
def test_each_filter_finds_its_rows(filled: Warehouse, where: LogFilter, expected: list[int]) -> None:
    """Every condition selects exactly the rows it names, and all conditions must hold."""
    assert numbers(filled.logs(where, newest_first=False)) == expected
    assert filled.count(where) == len(expected)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (ExceptionFilter(services=("cart",)), [3]),
        (ExceptionFilter(environments=("staging",)), [3]),
        (ExceptionFilter(versions=("2.0.0",)), [3]),
        (ExceptionFilter(fingerprints=("f1", "f2")), [1, 2, 4]),
        (ExceptionFilter(event_ids=(f"{1:016x}",)), [1]),
        (ExceptionFilter(page_ids=("page-9",)), [3]),
        (ExceptionFilter(window=TimeWindow(second(1), second(3))), [1, 2]),
        (ExceptionFilter(text="valueerror"), [0, 1, 2, 3, 4]),
        (ExceptionFilter(text='"order 2 HAS"'), [2]),
        (ExceptionFilter(text='"line 4"'), [4]),
        (ExceptionFilter(text='valueerror "order 2 has" orders.py'), [2]),
    ],
)
def test_each_exception_filter_finds_its_rows(filled: Warehouse, where: ExceptionFilter, expected: list[int]) -> None:
    """Conditions on exceptions select their rows; text is looked for in type, message and trace."""
    assert numbers(filled.exceptions(where, newest_first=False)) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 3, [0, 1, 2]), (1, 2, [1]), (1, 1, []), (2, 1, []), (-10, 0, []), (2, 2.000001, [2]), (4, 99, [4])],
)
def test_a_window_holds_its_start_and_not_its_end(
    filled: Warehouse, start: float, end: float, expected: list[int]
) -> None:
    """Windows are half open to the microsecond, over several batches."""
    window = TimeWindow(second(start), second(end))
    assert numbers(filled.logs(LogFilter(window=window), newest_first=False)) == expected


def test_a_window_reaches_over_days_and_beyond_what_can_be_stored(warehouse: Warehouse) -> None:
    """A window of all years finds rows of every year, and that of a broken clock finds the row it moved."""
    far = datetime(4000, 1, 1, tzinfo=UTC)
    warehouse.write("logs", log_batch(log_row(1), log_row(2, timestamp=far)), "batch-1")
    always = TimeWindow(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
    assert warehouse.count(LogFilter(window=always)) == 2
    assert numbers(warehouse.logs(LogFilter(window=TimeWindow(far, far + timedelta(seconds=1))))) == [2]


BODIES = [
    "Connection to db-1 refused after 30 s",
    "connection pool EXHAUSTED: 100% of 20",
    "Größe der Bestellung überschritten",
    "ЗАКАЗ отклонён 🎉",
    r"C:\temp\new_file.txt not found, it's gone",
    'key "user_id" = NULL; DROP TABLE logs; --',
    "Traceback\n  File \"a.py\", line 3\nKeyError: 'x'",
]


@pytest.fixture(scope="module")
def bodies(shared_warehouse: Warehouse) -> Warehouse:
    """One row for each of BODIES, an hour after the rows of `filled`."""
    rows = (log_row(number, body=body, timestamp=second(3600)) for number, body in enumerate(BODIES))
    shared_warehouse.write("logs", log_batch(*rows), "bodies")
    return shared_warehouse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6]),
        ("   ", [0, 1, 2, 3, 4, 5, 6]),
        ("connection", [0, 1]),
        ("CONNECTION refused", [0]),
        ("refused connection", [0]),
        ('"connection refused"', []),
        ('"to db-1 refused" connection', [0]),
        ("exhausted", [1]),
        ("100%", [1]),
        ("%", [1]),
        ("_", [4, 5]),
        ("user_id", [5]),
        ("userXid", []),
        ("größe", [2]),
        ("GRÖSSE", []),
        ("ÜBERSCHRITTEN", [2]),
        ("заказ", [3]),
        ("🎉", [3]),
        (r"\temp\new", [4]),
        ("\\", [4]),
        ("it's", [4]),
        ("'; DROP TABLE", []),
        ("drop table logs;", [5]),
        ('"', [0, 1, 2, 3, 4, 5, 6]),
        ('"pool exhausted', [1]),
        ('""', [0, 1, 2, 3, 4, 5, 6]),
        ("line\t3", [6]),
        ("{p0:String}", []),
        ("?", []),
        ("$1", []),
        ("\x00", []),
        ("\ud800", []),
        ("\u202e", []),
        ("(((", []),
        ("a" * 5000, []),
    ],
)
def test_text_search_finds_words_and_phrases(bodies: Warehouse, text: str, expected: list[int]) -> None:
    """Every word or quoted phrase must occur, without regard to case; no character has a special meaning."""
    where = LogFilter(text=text, window=TimeWindow(second(3600), second(3601)))
    assert numbers(bodies.logs(where, newest_first=False)) == expected


def test_very_many_terms_and_ids_are_no_problem(warehouse: Warehouse) -> None:
    """Long searches and long lists of ids work."""
    warehouse.write("logs", log_rows(0, 5), "batch-1")
    text = " ".join(f"w{number}" for number in range(300))
    assert warehouse.count(LogFilter(text=text)) == 0
    assert warehouse.count(LogFilter(event_ids=tuple(f"{number:016x}" for number in range(3, 20_000)))) == 2


@pytest.mark.parametrize("newest_first", [True, False])
def test_rows_are_ordered_by_time_then_event(warehouse: Warehouse, newest_first: bool) -> None:
    """Rows of one instant are ordered by their ids, whatever batches they came in."""
    moments = [second(5), second(1), second(5), second(3)]
    for number, moment in enumerate(moments):
        warehouse.write("logs", log_batch(log_row(number, timestamp=moment)), f"batch-{number}")
    expected = [1, 3, 0, 2]
    found = numbers(warehouse.logs(LogFilter(), newest_first=newest_first))
    assert found == (expected[::-1] if newest_first else expected)


def test_exceptions_of_one_event_are_ordered_by_their_place(warehouse: Warehouse) -> None:
    """Chains within an event keep their printed order."""
    rows = [exception_row(1, ordinal=ordinal) for ordinal in (10, 2, 0)]
    warehouse.write("exceptions", exception_batch(*rows), "batch-1")
    found = warehouse.exceptions(ExceptionFilter(), newest_first=False)
    assert found["ordinal"].to_pylist() == [0, 2, 10]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_put_together_are_the_whole(warehouse: Warehouse, size: int) -> None:
    """Paging through rows of few instants shows each row once."""
    rows = [log_row(number, timestamp=second(number % 3)) for number in range(50)]
    for part in range(5):
        warehouse.write("logs", log_batch(*rows[part::5]), f"batch-{part}")
    pages = [numbers(warehouse.logs(LogFilter(), limit=size, offset=offset)) for offset in range(0, 50, size)]
    assert [number for page in pages for number in page] == numbers(warehouse.logs(LogFilter()))
    assert sorted(number for page in pages for number in page) == list(range(50))


@pytest.mark.parametrize(("limit", "offset", "expected"), [(0, 0, 0), (None, 3, 2), (10, 0, 5), (10, 10, 0), (2, 4, 1)])
def test_limits_and_offsets_at_the_edges(warehouse: Warehouse, limit: int | None, offset: int, expected: int) -> None:
    """A page beyond the end is empty, no limit means all."""
    warehouse.write("logs", log_rows(0, 5), "batch-1")
    assert warehouse.logs(LogFilter(), limit=limit, offset=offset).num_rows == expected


@pytest.mark.parametrize("asked", [{"limit": -1}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(warehouse: Warehouse, asked: dict[str, Any]) -> None:
    """Negative limits and offsets are an input error."""
    with pytest.raises(BadInputError, match="must not be negative"):
        warehouse.logs(LogFilter(), **asked)


def test_a_histogram_counts_by_bin_and_severity(warehouse: Warehouse) -> None:
    """Bins are aligned to the epoch, empty ones left out, filters applied."""
    rows = [
        log_row(1, timestamp=second(1)),
        log_row(2, timestamp=second(59.999999), severity_text="ERROR", severity_number=17),
        log_row(3, timestamp=second(60), severity_text="ERROR", severity_number=17),
        log_row(4, timestamp=second(61)),
        log_row(5, timestamp=second(62)),
        log_row(6, timestamp=second(600), service_name="cart"),
    ]
    warehouse.write("logs", log_batch(*rows[:3]), "batch-1")
    warehouse.write("logs", log_batch(*rows[3:]), "batch-2")
    assert list(warehouse.histogram(LogFilter(services=("checkout",)), 60)) == [
        HistogramBin(second(0), "ERROR", 1),
        HistogramBin(second(0), "INFO", 1),
        HistogramBin(second(60), "ERROR", 1),
        HistogramBin(second(60), "INFO", 2),
    ]


def test_a_histogram_covers_many_days(warehouse: Warehouse) -> None:
    """Day-wide bins begin at midnight UTC."""
    rows = [log_row(number, timestamp=NOON + timedelta(days=number)) for number in range(3)]
    warehouse.write("logs", log_batch(*rows), "batch-1")
    midnight = NOON.replace(hour=0)
    found = warehouse.histogram(LogFilter(), 86_400)
    assert [found_bin.start for found_bin in found] == [midnight + timedelta(days=day) for day in range(3)]


def test_a_histogram_without_width_is_refused(warehouse: Warehouse) -> None:
    """Bins of zero seconds are an input error."""
    with pytest.raises(BadInputError, match="at least 1 second"):
        warehouse.histogram(LogFilter(), 0)


def test_services_say_what_ran_where_and_when(warehouse: Warehouse) -> None:
    """One row for each service, environment and version, with its commit, first and last time and count."""
    warehouse.write("logs", log_rows(0, 3, vcs_ref_head_revision=""), "batch-1")
    warehouse.write("logs", log_rows(3, 4, service_version="1.5.0"), "batch-2")
    warehouse.write("logs", log_rows(4, 6), "batch-3")
    found = warehouse.services().to_pylist()
    assert [(row["service_name"], row["service_version"], row["rows"]) for row in found] == [
        ("checkout", "1.4.0", 5),
        ("checkout", "1.5.0", 1),
    ]
    assert found[0]["first_seen"] == log_row(0)["timestamp"]
    assert found[0]["last_seen"] == log_row(5)["timestamp"]
    assert found[0]["deployment_environment_name"] == "production"
    assert found[0]["vcs_ref_head_revision"] == log_row(0)["vcs_ref_head_revision"]
    assert found[0]["vcs_ref_head_revision"] == "9fceb02"
