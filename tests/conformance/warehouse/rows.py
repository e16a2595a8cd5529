"""Small batches of log and exception rows in which every column says something different. Keeps out: warehouses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from connectors.records import EXCEPTION_SCHEMA, LOG_SCHEMA

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def log_row(number: int, **given: Any) -> dict[str, Any]:
    """The log row with this number, one second after the one before; `given` replaces columns."""
    moment = NOON + timedelta(seconds=number, microseconds=number)
    row = {
        "event_id": f"{number:016x}",
        "timestamp": moment,
        "observed_timestamp": moment + timedelta(seconds=3),
        "severity_number": 9,
        "severity_text": "INFO",
        "service_name": "checkout",
        "service_version": "1.4.0",
        "deployment_environment_name": "production",
        "vcs_ref_head_revision": "9fceb02",
        "source": "app",
        "stream": "pod-1",
        "position": number * 100,
        "scope_name": "shop.orders",
        "trace_id": f"{number:032x}",
        "span_id": f"{number:016x}",
        "request_id": f"req-{number}",
        "body": f"order {number} accepted",
        "attributes": [("order", str(number))],
        "may_hold_exception": False,
        "page_id": "page-1",
    }
    return {**row, **given}


def log_batch(*rows: dict[str, Any]) -> pa.Table:
    """A LOG_SCHEMA table of these rows."""
    return pa.Table.from_pylist(list(rows), LOG_SCHEMA)


def log_rows(start: int, stop: int, **given: Any) -> pa.Table:
    """A LOG_SCHEMA table of the rows with the numbers start..stop - 1."""
    return log_batch(*(log_row(number, **given) for number in range(start, stop)))


def exception_row(number: int, **given: Any) -> dict[str, Any]:
    """The exception row with this number; `given` replaces columns."""
    row = {
        "event_id": f"{number:016x}",
        "ordinal": 0,
        "timestamp": NOON + timedelta(seconds=number),
        "service_name": "checkout",
        "service_version": "1.4.0",
        "deployment_environment_name": "production",
        "vcs_ref_head_revision": "9fceb02",
        "source": "app",
        "trace_id": f"{number:032x}",
        "exception_type": "ValueError",
        "exception_message": f"order {number} has no lines",
        "exception_stacktrace": f'Traceback\n  File "orders.py", line {number}\nValueError: order {number}',
        "language": "python",
        "fingerprint": f"f{number % 3}",
        "page_id": "page-1",
    }
    return {**row, **given}


def exception_batch(*rows: dict[str, Any]) -> pa.Table:
    """An EXCEPTION_SCHEMA table of these rows."""
    return pa.Table.from_pylist(list(rows), EXCEPTION_SCHEMA)


def numbers(rows: pa.Table) -> list[int]:
    """The numbers of rows, in the order they came."""
    return [int(event_id, 16) for event_id in rows["event_id"].to_pylist()]
