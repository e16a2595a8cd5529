"""Finding rules over log rows: a quiet log, a mixed one, and a flood of errors that are all different, in one process.

Owns the three logs. Keeps out: the rules, parsing (parsing.py).
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from connectors.records import LOG_SCHEMA
from rca.findings.rules import load_rules
from rca.findings.scan import scan
from tests.indexers.logs.statements import WORDS

_HEALTHY = Path(__file__).parents[1] / "fixtures/findings/healthy.log"
_TROUBLE = (
    "order {n} failed: no space left on device",
    "GET http://tax/rates failed: status=503 after {n} ms",
    "connection to 10.0.{m}.7:5432 failed: connection refused, request {key}",
    "user {n}: card declined: insufficient funds",
)


def measure(count: int) -> dict[str, float]:
    """Lines a second by kind of log, and how many findings the mixed one has."""
    pa.set_cpu_count(1)
    load_rules()
    quiet, mixed, flood = _rows(_quiet(count)), _rows(_mixed(count)), _rows(_flood(count))
    seconds, found = _timed(mixed)
    return {
        "lines a second, quiet": count / _timed(quiet)[0],
        "lines a second, one in ten is trouble": count / seconds,
        "lines a second, all trouble and all different": count / _timed(flood)[0],
        "findings in the mixed log": float(found),
    }


def _timed(rows: pa.Table) -> tuple[float, int]:
    started = time.perf_counter()
    found = len(scan(rows))
    return time.perf_counter() - started, found


def _quiet(count: int) -> Iterator[str]:
    lines = _HEALTHY.read_text(encoding="utf-8").splitlines()
    return (f"{lines[number % len(lines)]} request={number}" for number in range(count))


def _mixed(count: int) -> Iterator[str]:
    trouble = _flood(count)
    return (next(trouble) if number % 10 == 0 else line for number, line in enumerate(_quiet(count)))


def _flood(count: int) -> Iterator[str]:
    chance = random.Random(1)
    for number in range(count):
        words = " ".join(chance.choices(WORDS, k=4))
        key = f"{chance.getrandbits(64):016x}"
        yield f"{words} {_TROUBLE[number % len(_TROUBLE)].format(n=number % 9000, m=number % 200, key=key)}"


def _rows(lines: Iterator[str]) -> pa.Table:
    bodies = pa.array(lines, pa.string())
    count = len(bodies)
    start = np.datetime64(datetime(2026, 11, 21, tzinfo=UTC).replace(tzinfo=None), "us")
    times = pa.array(start + np.arange(count).astype("timedelta64[ms]")).cast(LOG_SCHEMA.field("timestamp").type)
    numbers = pa.array(np.arange(count)).cast(pa.string())
    columns = {
        "event_id": numbers,
        "timestamp": times,
        "observed_timestamp": times,
        "severity_number": pa.array(np.full(count, 9, np.uint8)),
        "position": pa.array(np.arange(count)),
        "body": bodies,
        "attributes": pa.array([[]] * count, LOG_SCHEMA.field("attributes").type),
        "may_hold_exception": pa.array(np.zeros(count, dtype=bool)),
    }
    blank = pa.array([""] * count)
    return pa.table([columns.get(name, blank) for name in LOG_SCHEMA.names], schema=LOG_SCHEMA)
