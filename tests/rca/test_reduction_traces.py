"""Reduction: stack traces stay in one piece or are named as left out."""

import numpy as np
import pytest

from rca.reduction import reduce_lines
from rca.reduction.events import classify, event_starts

JAVA = """java.lang.IllegalStateException: cart {} is empty
\tat com.shop.Cart.total(Cart.java:41)
Caused by: java.lang.NullPointerException: no price
\tat com.shop.Item.sum(Item.java:7)
\t... 2 more"""
PYTHON = """Traceback (most recent call last):
  File "/srv/app/job.py", line 4, in run
    self.step()
KeyError: 'price'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app/job.py", line 99, in main
ValueError: bad job"""
EVERYDAY = [f"2024-03-01 10:00:{place % 60:02d} INFO app: cart {place} seen" for place in range(400)]


def log_with(trace: str) -> list[str]:
    """A log in which two hundred lines in an error with a stack trace is printed."""
    head = "2024-03-01 10:03:20 ERROR app: checkout of order 7 failed"
    return [*EVERYDAY[:200], head, *trace.format(7).split("\n"), *EVERYDAY[200:]]


@pytest.mark.parametrize("trace", [JAVA, PYTHON])
@pytest.mark.parametrize("budget", range(20, 320, 20))
def test_a_trace_is_whole_or_left_out(trace: str, budget: int) -> None:
    """At any budget either all of a trace is there, or nothing of it but the word that it was left out."""
    text = reduce_lines(log_with(trace), budget=budget).text
    whole = trace.format(7) in text
    assert whole or not any(line.strip() and line in text.split("\n") for line in trace.format(7).split("\n"))
    assert whole or "checkout" not in text or "more lines left out]" in text


@pytest.mark.parametrize("trace", [JAVA, PYTHON])
def test_an_event_counts_once(trace: str) -> None:
    """A line with its trace is one event of several lines."""
    found = reduce_lines(log_with(trace), budget=2000)
    assert [(entry.line, entry.count) for entry in found.entries if entry.severity == "ERROR"] == [(201, 1)]
    assert sum(entry.count for entry in found.entries) == 401
    assert found.lines_represented == found.lines_total


def test_the_same_fault_is_one_kind() -> None:
    """Traces that differ in numbers are one kind, another exception at the bottom is another."""
    other = JAVA.replace("NullPointerException: no price", "OutOfMemoryError: heap")
    lines = [
        line for place, trace in enumerate([JAVA, JAVA, JAVA, other]) for line in [*EVERYDAY[:50], *log_with(trace)]
    ]
    found = reduce_lines(lines, budget=2000)
    counts: dict[str, int] = {}
    for entry in found.entries:
        if entry.severity == "ERROR":
            counts[entry.template_id] = counts.get(entry.template_id, 0) + entry.count
    assert sorted(counts.values()) == [1, 3]


@pytest.mark.parametrize("trace", [JAVA, PYTHON])
def test_a_trace_without_header_is_one_event(trace: str) -> None:
    """In a log without headers a trace is one event and its neighbours are others."""
    lines = ["listening", *trace.split("\n"), "next request", "ok"]
    starts = event_starts(np.array([classify(line) for line in lines]), headed=False)
    assert np.flatnonzero(starts).tolist() == [0, 1, len(lines) - 2, len(lines) - 1]


def test_assembled_events_pass_through() -> None:
    """Bodies that hold their trace already are one event each."""
    body = f"checkout failed\n{JAVA.format(7)}"
    found = reduce_lines([body, "fine", body, *EVERYDAY], budget=150)
    assert sum(entry.count for entry in found.entries if entry.line in (1, 3)) == 2
    assert JAVA.format(7) in found.text
