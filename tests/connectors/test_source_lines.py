"""Cutting bytes into lines: the same lines as Python's own, in columns."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import SOURCE_SCHEMA
from connectors.sources import lines as module
from connectors.sources.lines import Place, split_lines, whole_lines

PLACE = Place("logs", "app.log", 1_000)
# Bytes that make trouble, more often than chance would have them.
CHUNKS = st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"a", b"\xff", "é".encode(), "日本".encode(), b" ", b"\xc3"]))


def expected(chunk: bytes) -> list[str]:
    """Line by line, the slow and plain way."""
    rows = chunk.removesuffix(b"\n").split(b"\n") if chunk else []
    return [row.removesuffix(b"\r").decode("utf-8", "replace") for row in rows]


@given(CHUNKS.map(b"".join))
def test_lines_are_those_between_line_ends(chunk: bytes) -> None:
    """Carriage returns before a line end go, others stay; what is no UTF-8 is replaced."""
    table, _ = split_lines(chunk, PLACE)
    assert table["line"].to_pylist() == expected(chunk)


@given(CHUNKS.map(b"".join))
def test_each_position_is_that_of_the_lines_first_byte(chunk: bytes) -> None:
    """A position points into the stream: the line can be found again there."""
    table, _ = split_lines(chunk, PLACE)
    starts = [position - PLACE.position for position in table["position"].to_pylist()]
    assert starts == [0, *(at + 1 for at in range(len(chunk) - 1) if chunk[at] == 10)][: len(starts)]
    assert table.schema == SOURCE_SCHEMA


@given(CHUNKS.map(b"".join), st.integers(1, 7), st.booleans())
def test_the_size_of_reads_changes_nothing(chunk: bytes, size: int, final: bool) -> None:
    """Only the unfinished last line depends on whether more may come."""

    class Slow(io.BytesIO):
        def read(self, wanted: int | None = -1) -> bytes:
            return super().read(size)

    parts = list(whole_lines(Slow(chunk), PLACE, final=final))
    whole = chunk if final else chunk[: chunk.rfind(b"\n") + 1]
    assert [line for part in parts for line in part.lines["line"].to_pylist()] == expected(whole)
    assert sum(part.consumed for part in parts) == len(whole)


def test_a_line_with_bytes_that_are_not_utf_8_is_kept_and_counted() -> None:
    """The line stays, the damage is visible."""
    table, rejects = split_lines(b"good\nb\xffd\n", PLACE)
    assert table["line"].to_pylist() == ["good", "b�d"]
    assert [(reject.reason, reject.position) for reject in rejects] == [("invalid UTF-8 replaced", 1_005)]


def test_a_sequence_that_is_cut_by_a_line_end_is_not_joined_over_it() -> None:
    """Two halves of a character in two lines are two damaged lines, not one good text."""
    table, rejects = split_lines(b"a\xc3\n\xa9b\n", PLACE)
    assert table["line"].to_pylist() == ["a�", "�b"]
    assert len(rejects) == 2


def test_nul_bytes_are_removed_and_counted() -> None:
    """No database takes them."""
    table, rejects = split_lines(b"a\0b\nc\n", PLACE)
    assert table["line"].to_pylist() == ["ab", "c"]
    assert [reject.reason for reject in rejects] == ["NUL bytes removed"]


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_a_line_of_one_mebibyte_is_a_line_and_one_byte_more_is_not(ending: bytes) -> None:
    """The bound is exact, at the end of a chunk as well."""
    table, rejects = split_lines(b"x" * module.LONGEST_LINE + ending, PLACE)
    assert (table.num_rows, rejects) == (1, [])
    table, rejects = split_lines(b"x" * (module.LONGEST_LINE + 1) + ending, PLACE)
    assert (table.num_rows, len(rejects), len(rejects[0].sample)) == (0, 1, 200)
