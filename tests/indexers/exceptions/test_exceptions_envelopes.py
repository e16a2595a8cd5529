"""Whatever is wrapped around a trace, the same exceptions come out, with the lines they came from."""

import pytest

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import extract_exceptions, extract_traces
from tests.fixtures.traces.record.expect import TRACES
from tests.indexers.exceptions import wrapping

NAMES = [
    "cpp-asan-after_free", "go-all-goroutines", "go-repanic", "java-17-circular", "java-17-lines", "java-17-suppressed",
    "java-17-three", "javascript-node-aggregate", "javascript-node-three", "perl-plain", "php-logged",
    "python-27-recursion", "python-313-group_cause", "python-313-lines", "python-313-note", "python-313-three",
    "ruby-full", "ruby-three", "rust-assertion", "rust-plain-backtrace",
]  # fmt: skip


def identity(records: list[ExceptionRecord]) -> list[tuple[object, ...]]:
    return [
        (
            record.type,
            (record.message or "").rstrip(),
            record.relation,
            record.parent,
            [(frame.file, frame.function, frame.line, frame.column) for frame in record.frames],
        )
        for record in records
    ]


def lines_of(name: str) -> list[str]:
    return (TRACES / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrap", wrapping.ONCE)
def test_an_envelope_changes_nothing(wrap: str, name: str) -> None:
    """Types, messages, relations and frames are the same inside the envelope as without it."""
    lines = lines_of(name)
    wanted = identity(extract_exceptions(wrapping.plain(lines)))
    assert identity(extract_exceptions(wrapping.ONCE[wrap](lines))) == wanted
    assert wanted


@pytest.mark.parametrize("name", NAMES)
def test_threads_that_write_at_once_come_apart(name: str) -> None:
    """Two threads' interleaved traces are two whole traces."""
    lines = lines_of(name)
    wanted = [record[:2] for record in identity(extract_exceptions(wrapping.plain(lines)))]
    found = [record[:2] for record in identity(extract_exceptions(wrapping.threads_interleaved(lines)))]
    assert sorted(found, key=str) == sorted(wanted * 2, key=str)


def test_lines_are_those_of_the_input() -> None:
    """`lines` counts input lines, also where another container writes between."""
    wrapped = wrapping.containers_interleaved(lines_of("java-17-three"))
    assert [record.lines for record in extract_exceptions(wrapped)] == [(1, 13), (15, 19), (21, 29)]


def test_everything_on_one_line_has_that_line() -> None:
    """A trace inside a JSON field comes from the record's one line."""
    text = "first\n" + wrapping.json_twice(lines_of("python-313-three")) + "last\n"
    assert {record.lines for record in extract_exceptions(text)} == {(2, 2)}


def test_a_trace_in_two_fields_of_a_record_is_one() -> None:
    """Loggers repeat the trace in message and stack."""
    lines = "\\n".join(lines_of("python-313-plain")).replace('"', '\\"')
    text = f'{{"message": "{lines}", "error": {{"stack": "{lines}"}}}}\n'
    assert len(extract_exceptions(text)) == 1


def test_frames_without_a_header_take_it_from_the_fields_beside_them() -> None:
    """A record that names the exception in fields of its own is put together."""
    stack = "    at add (/app/cart.js:3:1)\\n    at b (/app/c.js:1:2)"
    text = f'{{"err": {{"type": "StockError", "message": "gone", "stack": "{stack}"}}}}'
    (record,) = extract_exceptions(text)
    assert (record.type, record.message, len(record.frames)) == ("StockError", "gone", 2)


def test_the_text_of_a_trace_is_free_of_its_envelope() -> None:
    """What is kept as representative reads as the program printed it."""
    lines = lines_of("go-nilmap")
    (trace,) = extract_traces(wrapping.cri_partial(lines))
    assert trace.text.split("\n") == [line.rstrip() for line in lines]


def test_a_windows_path_is_not_taken_for_escapes() -> None:
    """Backslashes are undone only where a trace is folded into the line."""
    frame = '  File "C:\\new\\table.py", line 3, in run\n    go()\n'
    text = f"Traceback (most recent call last):\n{frame}OSError: C:\\new\\x\n"
    (record,) = extract_exceptions(text)
    assert (record.frames[0].file, record.message) == ("C:\\new\\table.py", "C:\\new\\x")
