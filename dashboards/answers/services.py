"""Which services write logs, where, in which versions."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from dashboards.answers.shape import Shape
from flows.wiring import Workspace
from indexers.code.releases import ReleaseStore


class Deployment(Shape):
    """One version of a service in one environment, as seen in its logs. `commit` is empty when no release names it."""

    environment: str
    version: str
    commit: str
    first_seen: datetime
    last_seen: datetime
    rows: int


class Service(Shape):
    """A service with its deployments, the newest first. `repository` is empty when none is configured for it."""

    name: str
    repository: str
    first_seen: datetime
    last_seen: datetime
    rows: int
    deployments: list[Deployment]


class Services(Shape):
    """Every service, by name."""

    items: list[Service]


def services(workspace: Workspace) -> Services:
    """Every service that has written a log line."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in workspace.warehouse.services().to_pylist():
        rows[row["service_name"]].append(row)
    return Services(items=[_service(workspace, name, rows[name]) for name in sorted(rows)])


def _service(workspace: Workspace, name: str, rows: list[dict[str, Any]]) -> Service:
    repository = workspace.repository_of(name)
    deployments = sorted((_deployment(workspace, name, row) for row in rows), key=lambda seen: seen.first_seen)
    return Service(
        name=name,
        repository=repository.name if repository else "",
        first_seen=min(seen.first_seen for seen in deployments),
        last_seen=max(seen.last_seen for seen in deployments),
        rows=sum(seen.rows for seen in deployments),
        deployments=deployments[::-1],
    )


def _deployment(workspace: Workspace, name: str, row: dict[str, Any]) -> Deployment:
    version = row["service_version"]
    release = ReleaseStore(workspace.database).of_version(name, version) if version else None
    return Deployment(
        environment=row["deployment_environment_name"],
        version=version,
        commit=release.commit if release else "",
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        rows=row["rows"],
    )
