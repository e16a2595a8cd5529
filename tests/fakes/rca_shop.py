"""A tiny shop in a real git repository, whose second release brings a fault three calls from where it shows.

Owns: the repository, its index, and a case built from both. Everything is real and local; nothing is patched.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from connectors.database import Database
from connectors.records import LOG_SCHEMA
from connectors.source_control.git import GitRepository
from indexers.code.index import CodeIndex
from indexers.code.releases import Release
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.extract import chains, extract_exceptions
from rca.case import ClusterCase

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

PRICING = '''"""Prices."""

RATES = {"standard": 0.1, "vip": 0.2}


def discount_rate(customer):
    """The share taken off."""
    return RATES[customer["tier"]]


class Pricer:
    """Totals."""

    def __init__(self, currency):
        self.currency = currency

    def total(self, order):
        rate = discount_rate(order["customer"])
        return order["amount"] * (1 - rate)
'''

ORDERS = """from shop.pricing import Pricer


def load_customer(row):
    return {"tier": row.get("tier")}


def place(row):
    customer = load_customer(row)
    order = {"customer": customer, "amount": row["amount"]}
    return Pricer("EUR").total(order)
"""

TRACE = """2026-11-21 04:00:02,110 ERROR shop.orders order failed order_id=991 tier=None password=hunter22x
Traceback (most recent call last):
  File "/app/shop/orders.py", line 11, in place
    return Pricer("EUR").total(order)
  File "/app/shop/pricing.py", line 18, in total
    rate = discount_rate(order["customer"])
  File "/app/shop/pricing.py", line 8, in discount_rate
    return RATES[customer["tier"]]
KeyError: None
"""


@dataclass(frozen=True)
class Shop:
    """The repository with tags v1 (good) and v2 (failing), and v2's snapshot."""

    path: Path
    repository: GitRepository
    snapshot: CodeSnapshot
    database: Database
    good: str
    failing: str


def build_shop(folder: Path) -> Shop:
    """Make the repository and index its second version."""
    path = folder / "shop"
    (path / "shop").mkdir(parents=True)
    (path / "shop/pricing.py").write_text(PRICING)
    (path / "shop/orders.py").write_text(ORDERS)
    (path / "limits.toml").write_text("max_items = 10\n")
    _git(path, "init", "-q")
    _git(path, "add", ".")
    _commit(path, "First version", "2026-11-01T10:00:00Z")
    _git(path, "tag", "v1")
    (path / "shop/orders.py").write_text(ORDERS.replace('row.get("tier")', 'row.get("customer_tier")'))
    _git(path, "add", ".")
    _commit(path, "Rename tier to customer_tier", "2026-11-20T10:00:00Z")
    (path / "limits.toml").write_text("max_things = 10\n")
    _git(path, "add", ".")
    _commit(path, "Rename the limit", "2026-11-20T11:00:00Z")
    _git(path, "tag", "v2")
    repository = GitRepository(path, name="shop")
    database = Database(f"sqlite:///{folder / 'metadata.db'}")
    database.migrate()
    index = CodeIndex(database)
    index.index(repository.tree("v2"))
    good, failing = repository.resolve("v1"), repository.resolve("v2")
    return Shop(path, repository, index.snapshot("shop", failing), database, good, failing)


def log_rows(*bodies: str, event_ids: Sequence[str] = (), **columns: Any) -> pa.Table:
    """Log rows (LOG_SCHEMA), one second apart, ids e0, e1, ... unless given."""
    rows = []
    for index, body in enumerate(bodies):
        row: dict[str, Any] = dict.fromkeys((field.name for field in LOG_SCHEMA), "")
        row |= {
            "event_id": event_ids[index] if event_ids else f"e{index}",
            "timestamp": NOW + timedelta(seconds=index),
            "observed_timestamp": NOW,
            "severity_number": 17,
            "severity_text": "ERROR",
            "service_name": "orders",
            "position": index,
            "attributes": [],
            "may_hold_exception": False,
            "body": body,
        }
        rows.append(row | columns)
    return pa.Table.from_pylist(rows, schema=LOG_SCHEMA)


def shop_case(shop: Shop, **changes: Any) -> ClusterCase:
    """The cluster of the shop's fault, with any field changed."""
    parts: dict[str, Any] = {
        "cluster_id": "c1",
        "service": "orders",
        "environment": "production",
        "version": "2.0",
        "exception_type": "KeyError",
        "exception_message": "None",
        "trace_text": TRACE,
        "chain": tuple(chains(extract_exceptions(TRACE))[0]),
        "event_id": "e2",
        "count": 42,
        "first_seen": NOW,
        "last_seen": NOW + timedelta(minutes=9),
        "counts_by_version": {"2.0": 42},
        "counts_by_environment": {"production": 42},
        "logs": log_rows("loading customer 77 tier=None", "retrying payment", TRACE),
        "code": shop.snapshot,
        "repository": shop.repository,
        "failing_release": Release("orders", "production", NOW - timedelta(hours=1), "2.0", shop.failing, "shop"),
        "good_release": Release("orders", "production", NOW - timedelta(days=9), "1.0", shop.good, "shop"),
    }
    return ClusterCase(**{**parts, **changes})


def _git(path: Path, *arguments: str, when: str = "") -> None:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.test"]
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when} if when else {}
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(path), **dates}
    subprocess.run(["git", *who, *arguments], cwd=path, check=True, capture_output=True, env=environment)


def _commit(path: Path, subject: str, when: str) -> None:
    _git(path, "commit", "-q", "-m", subject, when=when)
