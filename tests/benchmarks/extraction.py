"""Exceptions: extraction from logs, rows and fingerprints from events, recording and listing clusters.

Traces are those of tests/fixtures/traces, recorded from real runtimes; every event's body differs, so that nothing is
read only once.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from connectors.database import Database
from connectors.pages import PageLedger, PageRecord
from connectors.records import LOG_SCHEMA
from indexers.exceptions.clusters import ClusterStore
from indexers.exceptions.extract import extract_exceptions
from indexers.exceptions.rows import exception_rows

TRACES = Path(__file__).parents[1] / "fixtures" / "traces"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAULTS = 1_000
LONGEST = 60  # lines of a trace that is used: endless recursions would hide the others


def measure(events: int) -> dict[str, float]:
    """Events a second of each step over `events` distinct events, and milliseconds a list of 1,000 clusters."""
    bodies = _bodies(events)
    text = "\n".join(bodies)
    read = _seconds(lambda: extract_exceptions(text))
    ordinary = _ordinary(events * 20)
    passed = _seconds(lambda: extract_exceptions("\n".join(ordinary)))
    rows = _rows(bodies)
    start = time.perf_counter()
    found, traces = exception_rows(rows)
    made = time.perf_counter() - start
    repeated = _rows(bodies[:100] * (events // 100))
    again = _seconds(lambda: exception_rows(repeated))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/metadata.db")
        database.migrate()
        store = ClusterStore(database)
        _claim(database, "many")
        recorded = _seconds(lambda: store.record_page("many", found, traces))
        _claim(database, "faults")
        store.record_page("faults", *exception_rows(_rows([_fault(number) for number in range(FAULTS)])))
        listed = min(_seconds(store.list) for _ in range(5))
        database.close()
    return {
        "extraction from one text, events/s": events / read,
        "extraction from one text, MB/s": len(text) / read / 1e6,
        "a log with a trace every 500 records, lines/s": len(ordinary) / passed,
        "distinct events to rows, events/s": events / made,
        "repeated events to rows, events/s": events / again,
        "recording a page, events/s": events / recorded,
        f"list of {FAULTS} clusters, ms": listed * 1e3,
    }


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _bodies(events: int) -> list[str]:
    traces = [path.read_text(encoding="utf-8").rstrip("\n") for path in sorted(TRACES.glob("*.txt"))]
    traces = [trace for trace in traces if trace.count("\n") < LONGEST]
    head = "2026-03-01 12:00:00,000 ERROR [worker-{n}] shop.orders - request {n} failed\n{trace}\n"
    return [head.format(n=number, trace=traces[number % len(traces)]) for number in range(events)]


def _ordinary(lines: int) -> list[str]:
    """Records of one line each, now and then one with a trace."""
    traces = [body.split("\n") for body in _bodies(50)]
    head = "2026-03-01 09:15:02,113 INFO  [exec-{0}] shop.orders - order {1} placed for user {2} in {0} ms"
    log: list[str] = []
    for number in range(lines):
        log.append(head.format(number % 9, number, number * 7919 % 10_000))
        if number % 500 == 499:
            log += traces[number // 500 % len(traces)]
    return log


def _fault(number: int) -> str:
    return (
        "Traceback (most recent call last):\n"
        f'  File "/app/shop/orders.py", line 3, in place_{number}\n    go()\n'
        f"ValueError: order {number} failed\n"
    )


def _rows(bodies: list[str]) -> pa.Table:
    given = {
        "body": bodies,
        "event_id": [f"{number:016x}" for number in range(len(bodies))],
        "timestamp": [START + timedelta(seconds=number) for number in range(len(bodies))],
        "observed_timestamp": [START] * len(bodies),
        "attributes": [[]] * len(bodies),
        "may_hold_exception": [True] * len(bodies),
    }
    columns = {
        field.name: given.get(field.name, [0 if pa.types.is_integer(field.type) else "x"] * len(bodies))
        for field in LOG_SCHEMA
    }
    return pa.table(columns, schema=LOG_SCHEMA)


def _claim(database: Database, page_id: str) -> None:
    ledger = PageLedger(database)
    ledger.claim(PageRecord(page_id, page_id, 0, "archived", "key", {}, START, 1))
    ledger.mark_stored(page_id, rows=1, rejects=[], carry_key=None, span=(START, START))
