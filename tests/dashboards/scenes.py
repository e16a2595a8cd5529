"""A small real workspace: a git repository, log rows of two services, clusters, releases and a report.

SQLite, lake and local objects in one folder; nothing is faked. Rows are written straight into the warehouse, so that
these tests do not depend on parsing.
"""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from connectors.pages import PageRecord
from connectors.records import LOG_SCHEMA
from connectors.source_control.git import GitRepository
from flows.settings import load_settings
from flows.steps.cluster import cluster_pages
from flows.wiring import Workspace
from indexers.code.index import CodeIndex
from indexers.code.releases import Release, ReleaseStore
from indexers.exceptions.clusters import ClusterStore
from rca.analysis import ClusterCase, analyse
from rca.reports import ReportStore

CART = '''"""Carts."""


def price_of(sku, prices):
    """The price of one article, None when it has none."""
    return prices.get(sku)


def total(items, prices):
    """What the cart costs."""
    cost = 0
    for sku, amount in items:
        cost += price_of(sku, prices) * amount
    return cost
'''
ORDERS = '''from shop.cart import total


def place(order, prices):
    """Place an order."""
    return {"total": total(order["items"], prices)}
'''
TRACE = """order {n} failed
Traceback (most recent call last):
  File "/app/shop/orders.py", line 6, in place
    return {{"total": total(order["items"], prices)}}
  File "/app/shop/cart.py", line 13, in total
    cost += price_of(sku, prices) * amount
TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'"""
JAVA = """pool is empty
java.lang.IllegalStateException: pool exhausted <script>alert(1)</script>
\tat com.shop.db.Pool.take(Pool.java:41)
\tat com.shop.db.Dao.find(Dao.java:12)"""
ESCAPES = "\x1b[31mred\x1b[0m and \x07 a bell"


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder` as somebody without configuration."""
    command = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def make_repository(folder: Path) -> None:
    """A repository with tags v1.0 and v1.1."""
    (folder / "shop").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "shop/orders.py").write_text(ORDERS)
    (folder / "shop/cart.py").write_text(CART.replace("prices.get(sku)", "prices[sku]"))
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=Sell things")
    git(folder, "tag", "v1.0")
    (folder / "shop/cart.py").write_text(CART)
    git(folder, "commit", "--quiet", "--all", "--message=Forgive missing prices")
    git(folder, "tag", "v1.1")


def rows(events: list[tuple[datetime, str, str, str, str]], page_id: str) -> pa.Table:
    """LOG_SCHEMA rows of (time, service, version, severity, body)."""
    numbers = {"": 0, "INFO": 9, "ERROR": 17}
    return pa.Table.from_pylist(
        [
            {
                **dict.fromkeys(LOG_SCHEMA.names, ""),
                "event_id": hashlib.md5(f"{page_id}{position}".encode()).hexdigest()[:16],
                "timestamp": when,
                "observed_timestamp": when,
                "severity_number": numbers[severity],
                "severity_text": severity,
                "service_name": service,
                "service_version": version,
                "deployment_environment_name": "prod",
                "source": "scene",
                "stream": service,
                "position": position,
                "trace_id": f"{position:032x}",
                "body": body,
                "attributes": [("order", str(position))],
                "may_hold_exception": "\n" in body,
                "page_id": page_id,
            }
            for position, (when, service, version, severity, body) in enumerate(events)
        ],
        schema=LOG_SCHEMA,
    )


def store_page(workspace: Workspace, table: pa.Table, page_id: str, sequence: int) -> None:
    """What an ingest run leaves behind: rows and a stored page."""
    first, last = table["timestamp"][0].as_py(), table["timestamp"][-1].as_py()
    page = PageRecord(page_id, "scene", sequence, "archived", "none", {}, last, table.num_rows)
    workspace.ledger.claim(page)
    workspace.warehouse.write("logs", table, page_id)
    workspace.ledger.mark_stored(page_id, rows=table.num_rows, rejects=(), carry_key=None, span=(first, last))


def events(start: datetime) -> list[tuple[datetime, str, str, str, str]]:
    """Three hours of two services: 120 lines a service and 14 exceptions of two faults."""
    made = []
    for minute in range(120):
        when = start + timedelta(minutes=minute * 1.5)
        made.append((when, "orders", "1.1", "INFO", f"GET /orders/{minute} 200"))
        made.append((when, "stock", "7", "INFO", f"stock checked, {ESCAPES}" if minute == 60 else "stock checked"))
        if minute % 12 == 0:
            made.append((when, "orders", "1.1", "ERROR", TRACE.format(n=minute)))
        if minute % 30 == 0:
            made.append((when, "stock", "7", "ERROR", JAVA))
    return made


def build(folder: Path) -> Path:
    """Everything under `folder`; returns the settings file."""
    make_repository(folder / "repo")
    config = folder / "firstcause.toml"
    config.write_text(
        'embeddings = "none"\nport = 0\n[[repositories]]\nname = "shop"\npath = "repo"\nservices = ["orders"]\n'
        'path_prefix = "/app/"\n'
    )
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=4)
    with Workspace(load_settings(config)) as workspace:
        store_page(workspace, rows(events(start), "page1"), "page1", 0)
        cluster_pages(workspace)
        repository = GitRepository(folder / "repo", name="shop")
        releases = ReleaseStore(workspace.database)
        for days, version in ((3, "1.0"), (1, "1.1")):
            commit = repository.resolve(f"v{version}")
            releases.record(Release("orders", "prod", start - timedelta(days=days), version, commit, "shop"))
            CodeIndex(workspace.database).index(repository.tree(commit))
        _report(workspace, repository)
    return config


def _report(workspace: Workspace, repository: GitRepository) -> None:
    cluster = next(one for one in ClusterStore(workspace.database).list() if one.type == "TypeError")
    whole = ClusterStore(workspace.database).get(cluster.id)
    release = ReleaseStore(workspace.database).of_version("orders", "1.1")
    assert release is not None
    case = ClusterCase(
        cluster_id=cluster.id,
        service="orders",
        environment="prod",
        version="1.1",
        exception_type=cluster.type,
        exception_message=cluster.message,
        trace_text=whole.text,
        chain=whole.chain,
        event_id=whole.sample_event_ids[0],
        count=cluster.count,
        code=CodeIndex(workspace.database).snapshot("shop", release.commit),
        repository=repository,
        failing_release=release,
    )
    analyse(case, reports=ReportStore(workspace.database))
