"""The path of the product (pages of lines, assembled events, rows) finds the exceptions that reading the text finds.

The traces are those recorded from real runtimes. A page may end anywhere, within a trace too.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.records import LOG_SCHEMA, SOURCE_SCHEMA
from indexers.exceptions.extract import chains, extract_exceptions
from indexers.exceptions.fingerprint import fingerprint
from indexers.exceptions.naming import outermost
from indexers.exceptions.rows import exception_rows
from indexers.logs.page import parse_page
from tests.indexers.exceptions.wrapping import ONCE

TRACES = Path(__file__).parents[1] / "fixtures" / "traces"
# Its message holds a line like a frame and a line like another error: an event or two, both can be meant.
AMBIGUOUS = {"javascript-node-tricky.txt"}
NAMES = sorted(path.name for path in TRACES.glob("*.txt") if path.name not in AMBIGUOUS)
OBSERVED = datetime(2026, 3, 2, tzinfo=UTC)
Found = Counter[tuple[str, str, str]]  # type, message, fingerprint


def by_text(text: str) -> Found:
    """What reading the whole text finds."""
    found: Found = Counter()
    for chain in chains(extract_exceptions(text)):
        head = outermost(chain)
        found[head.type, head.message or "", fingerprint(chain).value] += 1
    return found


def by_pages(lines: list[str], cuts: list[int]) -> Found:
    """What the product finds when a source hands over `lines` in pages that end at `cuts`."""
    starts = sorted({min(cut, len(lines)) for cut in cuts} | {0})
    rows, carry, position = [], None, 0
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        raw = []
        for line in lines[start:end]:
            raw.append({"stream": "app.log", "position": position, "timestamp": None, "line": line})
            position += len(line.encode()) + 1
        table = pa.Table.from_pylist(raw, SOURCE_SCHEMA)
        page = parse_page(
            table, source="t", page_id=f"p{start}", streams={"app.log": {}}, observed_at=OBSERVED,
            carry=carry, final=end == len(lines),
        )  # fmt: skip
        rows.append(page.rows)
        carry = page.carry
    table, _ = exception_rows(pa.concat_tables(rows) if rows else LOG_SCHEMA.empty_table())
    columns = (table[name].to_pylist() for name in ("exception_type", "exception_message", "fingerprint"))
    return Counter(zip(*columns, strict=True))


def logged(name: str) -> list[str]:
    """A recorded print in a log: its first line after a header, ordinary lines around it."""
    trace = (TRACES / name).read_text(encoding="utf-8").rstrip("\n").split("\n")
    head = "2026-03-01 09:15:0{} {} app.orders order {}"
    return [
        head.format(1, "INFO", "placed"),
        head.format(2, "ERROR", "failed"),
        *trace,
        head.format(3, "INFO", "placed"),
        head.format(4, "INFO", "shipped"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_finds_what_the_text_holds(name: str) -> None:
    """For every recorded trace, logged under a header."""
    lines = logged(name)
    assert by_pages(lines, []) == by_text("\n".join(lines))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(NAMES), st.lists(st.integers(0, 60), max_size=4))
def test_a_cut_neither_loses_nor_doubles_a_trace(name: str, cuts: list[int]) -> None:
    """Wherever the pages end."""
    lines = logged(name)
    assert by_pages(lines, cuts) == by_pages(lines, [])


# Where every line of a print is a record of its own, only the JVM's calls and links are told from other records.
LINE_BY_LINE = {"prefixed", "github_actions"}
# Printed twice over (Mono), or in two reports that stand apart (gdb): one exception or two, both can be meant.
TWICE = ("dotnet-mono", "cpp-gdb-assert", "javascript-node-json", "javascript-node-text", "javascript-node-thrown")


def wrapped() -> st.SearchStrategy[tuple[str, str]]:
    """Names of prints and of envelopes that they come whole out of."""
    pairs = [
        (name, envelope)
        for name in NAMES
        for envelope in sorted(ONCE)
        if not name.startswith(TWICE)
        and (envelope not in LINE_BY_LINE or (name.startswith("java-") and name != "java-17-lines.txt"))
    ]
    return st.sampled_from(pairs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wrapped(), st.lists(st.integers(0, 60), max_size=3))
def test_an_envelope_makes_no_difference(pair: tuple[str, str], cuts: list[int]) -> None:
    """A print behind any of them, cut anywhere, holds what reading its text finds."""
    name, envelope = pair
    trace = (TRACES / name).read_text(encoding="utf-8").rstrip("\n").split("\n")
    text = ONCE[envelope](trace)
    assert by_pages(text.rstrip("\n").split("\n"), cuts) == by_text(text)
