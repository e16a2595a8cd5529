"""Traces recorded from real runtimes are read as a person read them (see fixtures/traces/record)."""

import json

import pytest

from indexers.exceptions.extract import chains, extract_exceptions
from tests.fixtures.traces.record.expect import TRACES, shape

EXPECTED = json.loads((TRACES / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_trace_is_read_whole(name: str) -> None:
    """Types, messages, relations, places and frames of every exception are those of the recording."""
    text = (TRACES / f"{name}.txt").read_text(encoding="utf-8")
    assert [shape(record) for record in extract_exceptions(text)] == EXPECTED[name]


def test_programs_that_did_not_fail_give_no_exception() -> None:
    """Printed words, console.trace, process warnings, log.Fatal and a stack dump of a healthy thread are none."""
    quiet = [
        "python-313-quiet",
        "javascript-node-trace",
        "javascript-node-warning",
        "go-fatal",
        "java-17-dump",
        "perl-quiet",
    ]
    assert [EXPECTED[name] for name in quiet] == [[]] * len(quiet)


def test_chains_hold_every_exception_once_with_parents_inside_the_chain() -> None:
    """Splitting a list of exceptions into chains loses none and renumbers parents."""
    text = "".join(
        (TRACES / f"{name}.txt").read_text(encoding="utf-8")
        for name in ("java-17-suppressed", "python-313-group_cause", "javascript-node-aggregate")
    )
    records = extract_exceptions(text)
    split = chains(records)
    assert sum(len(chain) for chain in split) == len(records)
    assert [sum(record.parent is None for record in chain) for chain in split] == [1] * len(split)
    assert all(record.parent is None or record.parent < len(chain) for chain in split for record in chain)
