"""Writes the settings file a user of the shop would write: where its logs are and where its code is.

Owns: the text of firstcause.toml. Keeps out: running anything.
"""

import glob
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from .fleet import PYTHON_SERVICES, log_path
from .history import Repository
from .rehearsal import PRODUCTION, STAGING
from .replay import RECORDED_SERVICES, recordings

IMAGE_ROOT = "/app/"
# How a source finds the files of a service whose log path differs from deployment to deployment.
PATTERNS = {
    "payments": "payments/*.log",
    "inventory": "pods/shop_inventory-*/inventory/*.log",
    "orders": "orders/orders.log",
    "gateway": "gateway/gateway.jsonl",
    "shipping": "shipping/shipping.log",
    "notifications": "notifications/*.log",
}


def write(path: Path, *, logs: Path, repository: Repository, port: int) -> None:
    """Write the settings to `path`; state is kept in `state` beside it."""
    tables = [_table("", {"state_dir": "state", "port": port})]
    tables += [_table("[[sources]]", source) for source in _sources(logs, repository)]
    names = [service.name for service in (*PYTHON_SERVICES, *RECORDED_SERVICES)]
    code = {"name": "shop", "path": str(repository.path), "services": names, "path_prefix": IMAGE_ROOT}
    tables.append(_table("[[repositories]]", code))
    path.write_text("\n".join(tables), encoding="utf-8")


def _sources(logs: Path, repository: Repository) -> list[dict[str, str]]:
    sources = [
        {
            "name": f"{environment}-{service}",
            "url": _url(folder, pattern),
            "service": service,
            "environment": environment,
        }
        for environment in (PRODUCTION, STAGING)
        for service, pattern in PATTERNS.items()
        if list((folder := logs / environment).glob(pattern))
    ]
    return sources + _catalog_sources(logs, repository)


def _catalog_sources(logs: Path, repository: Repository) -> list[dict[str, str]]:
    """The catalog prints nothing about itself, so each of its deployments is a source that does."""
    sources = []
    for recording in recordings():
        commit = repository.tags[recording.version]
        path = log_path(logs, PRODUCTION, recording.service, recording.version, commit)
        if recording.service.name == "catalog" and path.exists():
            named = {"name": f"catalog-{recording.version}", "url": _url(path.parent, path.name)}
            where = {"service": "catalog", "environment": PRODUCTION}
            sources.append(named | where | {"version": recording.version, "revision": commit})
    return sources


def _url(folder: Path, pattern: str) -> str:
    return "file://" + quote(glob.escape(str(folder.absolute()))) + "/" + pattern


def _table(header: str, values: Mapping[str, object]) -> str:
    """A TOML table. JSON's strings, numbers and lists are TOML's too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([*([header] if header else []), *lines, ""])
