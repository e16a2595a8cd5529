"""Log rows, ledger pages and traces for the tests of exception rows and clusters."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from connectors.database import Database
from connectors.pages import PageLedger, PageRecord
from connectors.records import LOG_SCHEMA

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def traceback(kind: str = "KeyError", *, function: str = "add", line: int = 12, message: str = "'sku'") -> str:
    """A Python traceback whose innermost frame is `function`."""
    return (
        "order failed\nTraceback (most recent call last):\n"
        f'  File "/srv/app/shop/orders.py", line {line + 30}, in place\n    self.cart.{function}(sku)\n'
        f'  File "/srv/app/shop/cart.py", line {line}, in {function}\n    return self.items[sku]\n'
        f"{kind}: {message}\n"
    )


def log_rows(
    bodies: Sequence[str],
    *,
    at: datetime = NOON,
    step: timedelta = timedelta(seconds=1),
    service: str = "shop",
    environment: str = "prod",
    version: str = "1.0",
    page_id: str = "page-0",
) -> pa.Table:
    """LOG_SCHEMA rows, one for each body, `step` apart."""
    given = {
        "event_id": [f"{page_id}-{number:04d}" for number in range(len(bodies))],
        "timestamp": [at + number * step for number in range(len(bodies))],
        "observed_timestamp": [at] * len(bodies),
        "service_name": [service] * len(bodies),
        "deployment_environment_name": [environment] * len(bodies),
        "service_version": [version] * len(bodies),
        "page_id": [page_id] * len(bodies),
        "body": list(bodies),
        "attributes": [[]] * len(bodies),
        "may_hold_exception": ["rror" in body or "\tat " in body for body in bodies],
    }
    columns = {
        field.name: given.get(field.name, [0 if pa.types.is_integer(field.type) else ""] * len(bodies))
        for field in LOG_SCHEMA
    }
    return pa.table(columns, schema=LOG_SCHEMA)


def stored_page(database: Database, page_id: str, *, source: str = "test", revision: int = 0) -> None:
    """A page of the ledger whose rows are stored, so that it can be clustered."""
    ledger = PageLedger(database)
    last = ledger.last(source)
    if revision == 0:
        sequence = 0 if last is None else last.sequence + 1
        ledger.claim(PageRecord(page_id, source, sequence, "archived", "key", {}, NOON, 1))
    ledger.mark_stored(page_id, rows=1, rejects=[], carry_key=None, span=(NOON, NOON), revision=revision)
