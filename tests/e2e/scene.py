"""A small real scene for end-to-end tests: log files in several styles, a git repository, a configuration.

Owns: making the scene and reading back what a run left, without the ids and times that differ from run to run.
"""

import subprocess
from pathlib import Path

from connectors.warehouse import ExceptionFilter, LogFilter
from flows.settings import load_settings
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterQuery, ClusterStore
from rca.reports import ReportStore

MODULE = '''"""Orders."""


def price_of(catalogue, sku):
    """The price of a stock-keeping unit."""
    return catalogue.get(sku)


def place(catalogue, sku, quantity):
    price = price_of(catalogue, sku)
    return price * quantity
'''

TRACE = """Traceback (most recent call last):
  File "/app/shop/api.py", line 9, in handle
    return place(catalogue, sku, quantity)
  File "/app/shop/orders.py", line 11, in place
    return price * quantity
TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
"""

API = '''"""The handler."""

from shop.orders import place


def handle(catalogue, request):
    sku, quantity = request["sku"], request["quantity"]
    # the catalogue may lack the sku
    return place(catalogue, sku, quantity)
'''

VOLATILE = {"observed_timestamp", "page_id"}


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True)


def make_scene(folder: Path, *, lines: int = 60) -> Path:
    """A configuration file over two log files and a tagged repository; its path."""
    logs, repository = folder / "logs", folder / "repo"
    logs.mkdir(parents=True)
    (repository / "shop").mkdir(parents=True)
    (repository / "shop/orders.py").write_text(MODULE)
    (repository / "shop/api.py").write_text(API)
    git(repository, "init", "-q")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "First version")
    git(repository, "tag", "v1.0.0")
    grow(folder, 0, lines)
    config = folder / "firstcause.toml"
    config.write_text(
        'embeddings = "none"\nfirst_contact = "P3650D"\nquiet_period = "PT0S"\nlog_retention = "P36500D"\n'
        f'[[sources]]\nname = "shop"\nurl = "{logs}"\nservice = "shop"\nenvironment = "test"\nversion = "1.0.0"\n'
        f'[[repositories]]\nname = "shop"\npath = "{repository}"\nservices = ["shop"]\npath_prefix = "/app/"\n'
    )
    return config


def grow(folder: Path, first: int, last: int) -> None:
    """Append lines `first` to `last` to the logs: plain text with a trace every tenth line, and JSON."""
    with (folder / "logs/app.log").open("a") as plain, (folder / "logs/api.json.log").open("a") as json_lines:
        for n in range(first, last):
            at = f"2026-03-01 12:{n // 60 % 60:02d}:{n % 60:02d}"
            if n % 10 == 9:
                plain.write(f"{at},000 ERROR [worker-{n % 3}] shop.api: order {n} failed\n{TRACE}")
            plain.write(f"{at},500 INFO [worker-{n % 3}] shop.api: order {n} accepted\n")
            stamp = at.replace(" ", "T")
            json_lines.write(f'{{"time":"{stamp}.250Z","level":"info","message":"checked {n}","service":"stock"}}\n')


def what_is_there(config: Path) -> dict[str, list[object]]:
    """Rows, exceptions, clusters and reports, comparable between runs."""
    with Workspace(load_settings(config)) as workspace:
        logs = workspace.warehouse.logs(LogFilter(), newest_first=False)
        exceptions = workspace.warehouse.exceptions(ExceptionFilter(), newest_first=False)
        clusters = ClusterStore(workspace.database).list(ClusterQuery(limit=100))
        reports = ReportStore(workspace.database)
        return {
            "logs": sorted(map(str, logs.drop_columns(sorted(VOLATILE)).to_pylist())),
            "exceptions": sorted(map(str, exceptions.drop_columns(["page_id"]).to_pylist())),
            "clusters": sorted((c.id, c.title, c.count, c.first_seen, c.last_seen) for c in clusters),
            "reports": sorted(
                (c.id, found.result.report.model_dump_json(exclude={"seen": {"at"}}))
                for c in clusters
                if (found := reports.latest(c.id)) is not None
            ),
            "waiting": [*workspace.ledger.pending("archived"), *workspace.ledger.pending("stored")],
        }
