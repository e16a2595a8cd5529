"""What is read from one line of each common format: time, level, service, logger, ids, parameters, body."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.indexers.logs.parsing import rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TIMED = {
    "2026-03-01 12:00:00,000 INFO x: m": "python",
    "2026-03-01T12:00:00Z INFO m": "iso",
    "2026-03-01T14:00:00+02:00 INFO m": "zone",
    "[2026-03-01 12:00:00.000] INFO m": "brackets",
    "ERROR 2026-03-01 12:00:00 m": "level first",
    "2026/03/01 12:00:00 m": "go",
    "I, [2026-03-01T12:00:00.000000 #42]  INFO -- : m": "ruby",
    "I0301 12:00:00.000000   42 main.go:17] m": "glog",
    "01-Mar-2026 12:00:00.000 SEVERE [main] m": "tomcat",
    "[Sun Mar 01 12:00:00.000000 2026] [core:error] m": "apache",
    "1772366400.000 m": "epoch",
    "1772366400000 m": "epoch milliseconds",
    '10.0.0.1 - - [01/Mar/2026:13:00:00 +0100] "GET / HTTP/1.1" 200 17': "access",
    'ts=2026-03-01T12:00:00Z level=info msg="m"': "logfmt",
    '{"ts": 1772366400, "msg": "m"}': "json epoch",
    '{"@timestamp": "2026-03-01T12:00:00.000Z", "message": "m"}': "json",
    "2026-03-01T12:00:00.000000000Z stdout F m": "cri",
    '{"log":"m\\n","stream":"stdout","time":"2026-03-01T12:00:00Z"}': "docker",
    "Mar  1 12:00:00 host app[42]: m": "syslog",
    "<34>1 2026-03-01T12:00:00Z host app 42 ID47 - m": "syslog 5424",
    '{"MESSAGE":"m","__REALTIME_TIMESTAMP":"1772366400000000"}': "journald",
}


@pytest.mark.parametrize("line", TIMED, ids=TIMED.values())
def test_the_time_is_read_in_utc(line: str) -> None:
    """Each form of time gives the same instant."""
    assert [row["timestamp"] for row in rows(line)] == [NOON]


@pytest.mark.parametrize(("clock", "day"), [("11:59:59.250", 2), ("12:00:00.250", 1), ("23:59:59.000", 1)])
def test_a_time_of_day_alone_is_the_one_nearest_to_when_it_was_observed(clock: str, day: int) -> None:
    """Logback's default prints no date; a line of 23:59 that is read at midnight is not of the night to come."""
    assert rows(f"{clock} [main] INFO  c.e.App - m")[0]["timestamp"].day == day


def test_a_time_without_a_year_is_never_in_the_future() -> None:
    """December read in March was last December."""
    assert rows("Dec 31 23:00:00 host app: m")[0]["timestamp"] == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_line_without_a_time_has_that_of_the_line_before() -> None:
    """Lines between timed ones stay in order."""
    found = rows('{"ts":"2026-03-01T12:00:00Z","msg":"a"}', "plain words")
    assert [row["timestamp"] for row in found] == [NOON, NOON]


LEVELS = {
    "2026-03-01 12:00:00 DEBUG m": ("DEBUG", 5),
    "2026-03-01 12:00:00 [warning] m": ("WARN", 13),
    "2026-03-01 12:00:00 SEVERE m": ("ERROR", 17),
    "2026-03-01 12:00:00 FATAL m": ("FATAL", 21),
    "E0301 12:00:00.000000 1 a.go:1] m": ("ERROR", 17),
    '{"level": 50, "msg": "m"}': ("ERROR", 17),
    '{"level": "warn", "msg": "m"}': ("WARN", 13),
    "level=info msg=m": ("INFO", 9),
    "<11>1 2026-03-01T12:00:00Z host app - - - m": ("ERROR", 17),
    '{"MESSAGE":"m","PRIORITY":"4","__REALTIME_TIMESTAMP":"1772366400000000"}': ("WARN", 13),
    "2026-03-01 12:00:00 no level here": ("", 0),
}


@pytest.mark.parametrize(("line", "expected"), LEVELS.items())
def test_the_level_becomes_opentelemetrys(line: str, expected: tuple[str, int]) -> None:
    """Words, letters and numbers of many loggers mean the same levels."""
    (row,) = rows(line)
    assert (row["severity_text"], row["severity_number"]) == expected


LOGGERS = {
    "2026-03-01 12:00:00,000 INFO [worker-1] shop.orders: m": ("shop.orders", "worker-1"),
    "2026-03-01 12:00:00,000 - shop.orders - INFO - m": ("shop.orders", None),
    "12:00:00.000 [main] INFO  com.shop.Orders - m": ("com.shop.Orders", "main"),
    "2026-03-01 12:00:00.000  INFO 42 --- [nio-exec-1] c.s.Orders   : m": ("c.s.Orders", "nio-exec-1"),
    "INFO:shop.orders:m": ("shop.orders", None),
    '{"logger": "shop.orders", "msg": "m"}': ("shop.orders", None),
}


@pytest.mark.parametrize(("line", "expected"), LOGGERS.items())
def test_logger_and_thread_are_read(line: str, expected: tuple[str, str | None]) -> None:
    """The usual layouts of Python, log4j, logback and Spring."""
    (row,) = rows(line)
    assert (row["scope_name"], dict(row["attributes"]).get("thread.name")) == expected


def field(line: str, name: str) -> Any:
    return rows(line)[0][name]


def test_ids_are_read_from_text_and_json() -> None:
    """Trace, span and request ids, however they are written."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    assert field(f"2026-03-01 12:00:00 INFO m trace_id={trace} span_id=00f067aa0ba902b7", "trace_id") == trace
    assert field(f'{{"msg":"m","dd":{{"trace_id":"{trace}"}}}}', "trace_id") == trace
    assert field("2026-03-01 12:00:00 INFO m request_id=abc-123", "request_id") == "abc-123"


def test_parameters_become_attributes() -> None:
    """key=value in text, quoted or not, and what JSON holds beyond the known keys."""
    assert dict(field('2026-03-01 12:00:00 INFO m user=u1 total="3 EUR"', "attributes")) == {
        "user": "u1",
        "total": "3 EUR",
    }
    assert dict(field('{"msg":"m","order":7,"tags":["a"]}', "attributes")) == {"order": "7", "tags": '["a"]'}


def test_the_line_knows_better_than_the_settings_where_it_came_from() -> None:
    """Service and version in a line win over those of its stream."""
    resource = {"service_name": "default", "service_version": "1"}
    (row,) = rows('{"msg":"m","service":{"name":"orders"},"version":"2"}', **resource)
    assert (row["service_name"], row["service_version"]) == ("orders", "2")
    (row,) = rows("plain", **resource)
    assert (row["service_name"], row["service_version"]) == ("default", "1")


def test_the_inner_line_of_an_envelope_is_read_like_any_other() -> None:
    """JSON inside CRI inside nothing: the application's own time, level and message."""
    (row,) = rows('2026-03-01T12:00:09Z stderr F {"ts":"2026-03-01T12:00:00Z","level":"error","msg":"m"}')
    assert (row["timestamp"], row["severity_text"], row["body"]) == (NOON, "ERROR", "m")


def test_a_line_cut_by_the_container_runtime_is_one_line() -> None:
    """CRI's partial lines are joined, also when another stream writes between them."""
    found = rows(
        "2026-03-01T12:00:00Z stdout P one ",
        "2026-03-01T12:00:00Z stderr F other",
        "2026-03-01T12:00:00Z stdout F two",
    )
    assert sorted(row["body"] for row in found) == ["one two", "other"]


def test_a_stack_in_a_json_field_becomes_part_of_the_body() -> None:
    """The trace keeps its line breaks and the row says that it may hold an exception."""
    stack = 'Traceback (most recent call last):\n  File "/a.py", line 1, in f\nValueError: x'
    (row,) = rows(json.dumps({"msg": "failed", "exception": stack}))
    assert row["body"] == f"failed\n{stack}"
    assert row["may_hold_exception"]


@pytest.mark.parametrize("line", ["2026-03-01 12:00:00 INFO order accepted", "GET / 200", "error: none"])
def test_an_ordinary_line_holds_no_exception(line: str) -> None:
    """The pre-filter keeps the bulk of a log away from the extractor."""
    assert not field(line, "may_hold_exception")


def test_colours_are_taken_off() -> None:
    """ANSI sequences are not part of the text."""
    assert field("\x1b[32m2026-03-01 12:00:00\x1b[0m INFO m", "body") == "2026-03-01 12:00:00 INFO m"


def test_a_time_that_cannot_be_right_is_replaced_and_counted() -> None:
    """A clock of the year 9999 does not send a row there."""
    from tests.indexers.logs.parsing import page, raw

    found = page(raw(["2026-03-01 12:00:00 INFO a", "9999-01-01 00:00:00 INFO b"]))
    assert found.rows["timestamp"].to_pylist() == [NOON, NOON]
    assert [reject.reason for reject in found.rejects] == ["time stamp cannot be right"]
