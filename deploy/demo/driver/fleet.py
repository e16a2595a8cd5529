"""The shop's Python services, running: one version in one environment at a time, deployed as users deploy.

Owns: ports, environment variables, log places, the record of deployments. Keeps out: load, time line, the product.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen
from uuid import NAMESPACE_DNS, uuid5

from .history import DEMO, Repository, export
from .logfiles import open_log
from .process import LoggedProcess

START_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Service:
    """How one service is deployed: the layout of its log on disk, and where under the environment's folder it is."""

    name: str
    layout: str
    log_path: str  # may name the {commit} and a pod's {uid}


# In the order of deployment: a service comes after those it calls.
PYTHON_SERVICES = (
    Service("payments", "docker", "payments/{commit}-json.log"),
    Service("inventory", "cri", "pods/shop_inventory-{commit}_{uid}/inventory/0.log"),
    Service("orders", "plain", "orders/orders.log"),
    Service("gateway", "plain", "gateway/gateway.jsonl"),
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """From `started_at` (ISO 8601, UTC) on, `service` runs `version` in `environment`."""

    service: str
    environment: str
    version: str
    commit: str
    started_at: str


class Deployments:
    """The record that a deployment tool keeps: one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.made: list[Deployment] = []

    def record(self, deployment: Deployment) -> None:
        """Append one deployment."""
        self.made.append(deployment)
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(deployment)) + "\n")


def log_path(logs: Path, environment: str, service: Service, version: str, commit: str) -> Path:
    """Where `service` logs in `environment` while it runs `version`."""
    uid = uuid5(NAMESPACE_DNS, f"{environment}.{service.name}.{version}")
    return logs / environment / service.log_path.format(commit=commit[:12], uid=uid)


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Fleet:
    """The services of one environment. Use as a context manager: leaving it stops everything."""

    def __init__(
        self, environment: str, *, work: Path, repository: Repository, partners_url: str, deployments: Deployments
    ) -> None:
        self._environment = environment
        self._work = work
        self._repository = repository
        self._deployments = deployments
        self._partners_url = partners_url
        self._ports = {service.name: free_port() for service in PYTHON_SERVICES}
        self._running: list[LoggedProcess] = []

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self._ports['gateway']}"

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._running]

    def deploy(self, version: str) -> None:
        """Stop what runs, start every service at `version`, and return when all answer."""
        self.stop()
        commit = self._repository.tags[version]
        tree = self._work / "releases" / version
        if not tree.exists():
            export(self._repository.path, version, tree)
        for service in PYTHON_SERVICES:
            now = datetime.now(UTC).isoformat()
            self._deployments.record(Deployment(service.name, self._environment, version, commit, now))
            self._running.append(self._start(service, version, commit, tree))
        self._wait_until_healthy()

    def _start(self, service: Service, version: str, commit: str, tree: Path) -> LoggedProcess:
        labels = {"service": service.name, "version": version, "environment": self._environment}
        path = log_path(self._work / "logs", self._environment, service, version, commit)
        return LoggedProcess(
            [sys.executable, str(DEMO / "container.py"), str(tree), f"services.{service.name}"],
            log=open_log(service.layout, path, labels),
            env=self._variables(service, version, commit),
            cwd=tree,
            one_pipe=service.layout == "plain",
        )

    def _variables(self, service: Service, version: str, commit: str) -> Mapping[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        addresses = {f"{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in self._ports.items()}
        return (
            inherited
            | addresses
            | {
                "ACQUIRER_URL": self._partners_url,
                "SUPPLIER_URL": self._partners_url,
                "PORT": str(self._ports[service.name]),
                "ENVIRONMENT": self._environment,
                "SERVICE_VERSION": version,
                "SERVICE_COMMIT": commit,
                "SHOP_DATA_DIR": str(self._work / "data" / self._environment),
                "PYTHONUNBUFFERED": "1",
                "TZ": "UTC",
            }
        )

    def _wait_until_healthy(self) -> None:
        end = time.monotonic() + START_TIMEOUT
        for service, process in zip(PYTHON_SERVICES, self._running, strict=True):
            while not _answers(f"http://127.0.0.1:{self._ports[service.name]}/health"):
                if process.ended or time.monotonic() > end:
                    raise RuntimeError(f"{service.name} did not start; its log is under {self._work / 'logs'}.")
                time.sleep(0.03)

    def stop(self) -> None:
        """Stop every service of this environment; harmless when none runs."""
        for process in self._running:
            process.ask_to_stop()
        for process in self._running:
            process.stop()
        self._running = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1):
            return True
    except (URLError, ConnectionError, TimeoutError):
        return False
