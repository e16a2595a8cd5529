"""Log rows for measurements: six services, 1.7 million rows a day, one in a thousand with a stack trace.

Owns: the shape of the sample. Keeps out: what is measured.
"""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.records import LOG_SCHEMA, TIMESTAMP

START = datetime(2026, 5, 1, tzinfo=UTC)
STEP_US = 50_000  # mean time between two rows

SERVICES = ["auth", "cart", "checkout", "payment", "search", "web"]
SCOPES = ["shop.http", "shop.db", "shop.cache", "shop.queue"]
MESSAGES = [
    "handled GET /api/items/",
    "slow query on orders, id ",
    "cache miss for key item:",
    "message accepted from queue, id ",
    "user logged in, id ",
    "payment declined for order ",
]
TRACE = """
Traceback (most recent call last):
  File "/app/shop/orders.py", line 118, in place_order
    total = price(cart)
  File "/app/shop/prices.py", line 42, in price
    return sum(line.amount for line in cart.lines)
AttributeError: 'NoneType' object has no attribute 'lines'"""


def sample(rows: int, first: int = 0) -> pa.Table:
    """LOG_SCHEMA rows with the numbers first..first + rows - 1; the same numbers give the same rows."""
    chance = np.random.default_rng(first)
    number = np.arange(first, first + rows, dtype=np.int64)
    micros = np.int64(START.timestamp() * 1_000_000) + number * STEP_US + chance.integers(0, STEP_US, rows)
    severity = chance.choice(3, rows, p=[0.93, 0.05, 0.02])
    holds = chance.random(rows) < 0.001
    text = pc.cast(pa.array(number), pa.string())
    trace = _hex(number // 5, 32)
    message = pc.binary_join_element_wise(
        _taken(MESSAGES, chance.integers(0, len(MESSAGES), rows)),
        pc.cast(pa.array(chance.integers(0, 100_000, rows)), pa.string()),
        " in ",
        pc.cast(pa.array(chance.integers(1, 900, rows)), pa.string()),
        " ms for 10.0.7.",
        pc.cast(pa.array(chance.integers(1, 255, rows)), pa.string()),
        _taken(["", TRACE], holds.astype(np.int8)),
        "",
    )
    columns = {
        "event_id": _hex(number, 16),
        "timestamp": pa.array(micros).cast(TIMESTAMP),
        "observed_timestamp": pa.array(micros + 2_000_000).cast(TIMESTAMP),
        "severity_number": pa.array(np.array([9, 13, 17], dtype=np.uint8)[severity]),
        "severity_text": _taken(["INFO", "WARN", "ERROR"], severity),
        "service_name": _taken(SERVICES, chance.integers(0, len(SERVICES), rows)),
        "service_version": pc.binary_join_element_wise("1.", _text(number // 500_000), ""),
        "deployment_environment_name": pa.repeat("production", rows),
        "vcs_ref_head_revision": pc.binary_join_element_wise("9fceb0", _text(number // 500_000), ""),
        "source": pa.repeat("shop", rows),
        "stream": pc.binary_join_element_wise("pod-", _text(chance.integers(0, 20, rows)), ""),
        "position": pa.array(number * 180),
        "scope_name": _taken(SCOPES, chance.integers(0, len(SCOPES), rows)),
        "trace_id": trace,
        "span_id": _hex(number, 16),
        "request_id": pc.binary_join_element_wise("req-", _text(number // 5), ""),
        "body": message,
        "attributes": pa.MapArray.from_arrays(
            pa.array(np.arange(rows + 1, dtype=np.int32)), pa.repeat("sequence", rows), text
        ),
        "may_hold_exception": pa.array(holds),
        "page_id": pc.binary_join_element_wise("page-", _text(number // 100_000), ""),
    }
    return pa.table([columns[name] for name in LOG_SCHEMA.names], schema=LOG_SCHEMA)


def trace_of(number: int) -> str:
    """The trace id of the row with this number."""
    found: str = _hex(np.array([number // 5]), 32)[0].as_py()
    return found


def _text(values: Any) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())


def _taken(words: list[str], indices: Any) -> pa.Array:
    return pa.array(words).take(pa.array(indices))


def _hex(values: Any, width: int) -> pa.Array:
    """Hex digits that look random and are the same for the same value."""
    mixed = (values.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    raw = mixed.astype(">u8").view(np.uint8).reshape(-1, 8)
    wide = np.concatenate([raw, raw[:, ::-1]], axis=1)[:, : width // 2]
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    pairs = np.stack([digits[wide >> 4], digits[wide & 15]], axis=2).reshape(len(values), width)
    return pa.array(np.ascontiguousarray(pairs).view(f"S{width}").ravel().astype(f"U{width}"))
