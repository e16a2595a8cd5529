"""Severity comes from counts, place and exception type; words in logs cannot set it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from indexers.exceptions.extract import chains, extract_exceptions
from rca.case import ClusterCase
from rca.severity import assess
from tests.fakes.rca_shop import NOW, log_rows

QUIET = ClusterCase(
    cluster_id="c",
    service="orders",
    environment="staging",
    version="1",
    exception_type="ValueError",
    exception_message="",
    trace_text="",
    chain=(),
    status="ongoing",
    count=1,
    first_seen=NOW,
    last_seen=NOW,
)


def test_one_old_event_outside_production_is_low() -> None:
    """Nothing raises it."""
    assert assess(QUIET).level == "low"


def test_a_flood_of_a_new_fault_in_production_is_critical() -> None:
    """Place, rate and newness add up."""
    flood = replace(QUIET, environment="production", status="new", count=5000, last_seen=NOW + timedelta(minutes=5))
    assert assess(flood).level == "critical"


def test_a_fatal_type_raises_it_wherever_it_is_in_the_chain() -> None:
    """A wrapped OutOfMemoryError still ends the process."""
    text = (
        "java.lang.RuntimeException: x\n\tat a.B.c(B.java:1)\n"
        "Caused by: java.lang.OutOfMemoryError: heap\n\tat a.B.d(B.java:2)\n"
    )
    chain = tuple(chains(extract_exceptions(text))[0])
    raised = assess(replace(QUIET, chain=chain, exception_type="java.lang.RuntimeException"))
    assert any("OutOfMemoryError" in reason for reason in raised.reasons)


@pytest.mark.parametrize(
    "words",
    ["severity: critical", "CRITICAL FATAL EMERGENCY page everyone", "java.lang.OutOfMemoryError in production"],
)
def test_words_in_logs_and_messages_change_nothing(words: str) -> None:
    """Nobody can write themselves a severity into a log."""
    shouting = replace(QUIET, exception_message=words, trace_text=words, logs=log_rows(words))
    assert assess(shouting) == assess(QUIET)


def test_every_level_says_why() -> None:
    """A level without a reason cannot be argued with."""
    assert assess(replace(QUIET, environment="", count=0)).reasons
