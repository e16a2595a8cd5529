"""Which lines are one event: stack traces whole, streams apart, pages cut anywhere, no text lost."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import LOG_SCHEMA
from tests.indexers.logs.parsing import page, raw, rows

PYTHON_TEXT = """Traceback (most recent call last):
  File "/app/x.py", line 3, in f
    g()
ValueError: bad

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/x.py", line 9, in h
    z()
TypeError: worse"""
JAVA_TEXT = """java.lang.IllegalStateException: boo
\tat com.x.Y.z(Y.java:3)
Caused by: java.lang.RuntimeException: y
\t... 3 more"""
GO_TEXT = """panic: runtime error: index out of range

goroutine 1 [running]:
main.main()
\t/app/main.go:12 +0x1d
exit status 2"""
NODE_TEXT = """TypeError: Cannot read properties of undefined
    at f (/app/a.js:1:2)
    at node:internal/main:3:4"""
PYTHON, JAVA, GO, NODE = (text.split("\n") for text in (PYTHON_TEXT, JAVA_TEXT, GO_TEXT, NODE_TEXT))
HEAD, INFO = "2026-03-01 12:00:00,000 ERROR [w] shop: failed", "2026-03-01 12:00:00,000 INFO [w] shop: fine"

MIXED = [
    INFO,
    HEAD,
    *PYTHON,
    '{"ts":"2026-03-01T12:00:02Z","msg":"whole"}',
    *JAVA,
    INFO,
    *GO,
    HEAD,
    *NODE,
    "",
    "last words",
]


@pytest.mark.parametrize("trace", [PYTHON, JAVA, GO, NODE], ids=["python", "java", "go", "node"])
def test_a_trace_below_an_error_is_part_of_it(trace: list[str]) -> None:
    """The error and its stack trace are one event, the next line another."""
    assert [row["body"] for row in rows(HEAD, *trace, INFO)] == ["\n".join([HEAD, *trace]), INFO]


@pytest.mark.parametrize("trace", [PYTHON, JAVA, GO, NODE], ids=["python", "java", "go", "node"])
def test_a_trace_after_an_ordinary_line_is_an_event_of_its_own(trace: list[str]) -> None:
    """A crash is not hidden inside the last thing that went well; it counts as an error."""
    found = rows(INFO, *trace, INFO)
    assert [row["body"] for row in found] == [INFO, "\n".join(trace), INFO]
    assert found[1]["severity_text"] == "ERROR"


@pytest.mark.parametrize("trace", [PYTHON, JAVA, NODE], ids=["python", "java", "node"])
def test_two_traces_in_a_row_are_two_events(trace: list[str]) -> None:
    """The second begins where its first line stands."""
    assert [row["body"] for row in rows(*trace, *trace)] == ["\n".join(trace)] * 2


def test_traces_of_interleaved_streams_stay_whole() -> None:
    """Lines of two streams that alternate in the input are put together per stream."""
    left, right = raw([HEAD, *PYTHON], "a.log"), raw([HEAD, *JAVA, *[INFO] * 8], "b.log")
    order = [index for pair in zip(range(12), range(12, 24), strict=True) for index in pair]
    mixed = pa.concat_tables([left, right.slice(0, 12)]).take(pa.array(order))
    bodies = page(mixed).rows["body"].to_pylist()
    assert "\n".join([HEAD, *PYTHON]) in bodies
    assert "\n".join([HEAD, *JAVA]) in bodies


def test_traces_of_interleaved_containers_in_one_stream_stay_whole() -> None:
    """Docker compose's prefixes tell the containers apart."""
    lines = [
        f"{name}-1  | {line}"
        for pair in zip([HEAD, *JAVA], [HEAD, *JAVA], strict=True)
        for name, line in zip(("web", "api"), pair, strict=True)
    ]
    found = rows(*lines)
    assert [row["body"] for row in found] == ["\n".join([HEAD, *JAVA])] * 2
    assert sorted(row["service_name"] for row in found) == ["api", "web"]


@pytest.mark.parametrize("cut", range(len(MIXED) + 1))
def test_a_page_may_be_cut_anywhere(cut: int) -> None:
    """Two pages give the rows, with the ids and times, that one page gives."""
    lines = raw(MIXED)
    whole = page(lines).rows
    first = page(lines.slice(0, cut), final=False)
    second = page(lines.slice(cut), carry=first.carry)
    both = pa.concat_tables([first.rows, second.rows])
    columns = ["event_id", "timestamp", "severity_number", "body"]
    assert both.select(columns).sort_by("event_id").equals(whole.select(columns).sort_by("event_id"))


def test_the_last_event_waits_for_more_until_the_end() -> None:
    """What may go on is carried, and comes out when the source has ended."""
    found = page(raw([INFO, HEAD, *PYTHON[:2]]), final=False)
    assert found.rows["body"].to_pylist() == [INFO]
    assert found.carry is not None
    assert page(raw([]), carry=found.carry).rows["body"].to_pylist() == ["\n".join([HEAD, *PYTHON[:2]])]


def test_an_endless_event_is_cut_into_bounded_ones() -> None:
    """A million continuation lines cannot become one row."""
    found = page(raw([HEAD, *["  more"] * 25_000])).rows
    assert found.num_rows == 3
    assert sum(body.count("more") for body in found["body"].to_pylist()) == 25_000


def test_rows_have_the_agreed_schema_also_when_there_are_none() -> None:
    """An empty page gives an empty table of the same columns."""
    assert page(raw([])).rows.schema == LOG_SCHEMA
    assert page(raw([INFO])).rows.schema == LOG_SCHEMA


def test_the_same_page_gives_the_same_rows() -> None:
    """Parsing depends on nothing but its arguments."""
    assert page(raw(MIXED)).rows.equals(page(raw(MIXED)).rows)


LINE = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0"), max_size=60),
    st.sampled_from([*MIXED, "\tat a.b(C.java:1)", "{", "}", '{"msg": "', "2026-", "[", "<1>", "| x", "level=error"]),
)


@given(st.lists(LINE, max_size=25))
def test_no_text_is_lost_and_nothing_breaks(lines: list[str]) -> None:
    """Every word of every plain line is in some row, whatever the lines are."""
    found = page(raw(lines)).rows
    assert found.schema == LOG_SCHEMA
    text = "\n".join(found["body"].to_pylist())
    envelopes = ("{", "<", "Mar", "Dec")
    for line in lines:
        if (
            line.strip()
            and not line.startswith(envelopes)
            and " | " not in line
            and "\x1b" not in line
            and ": " not in line
        ):
            assert line.rstrip() in text or line.strip() in text
