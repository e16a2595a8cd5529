"""Puts the logs of services that were recorded on another machine into this run, shifted to its time line.

Owns: which recordings exist and where they are replayed to. Keeps out: recording them (recordings/record.py).
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import markers
from .fleet import Deployment, Deployments, Service, log_path
from .history import DEMO, Repository

RECORDINGS = DEMO / "recordings"
RECORDED_SERVICES = (
    Service("shipping", "plain", "shipping/shipping.log"),
    Service("catalog", "cri", "pods/shop_catalog-{commit}_{uid}/catalog/0.log"),
    Service("notifications", "docker", "notifications/{commit}-json.log"),
)


@dataclass(frozen=True, slots=True)
class Recording:
    """The log that `service` wrote at `version`, with markers for its times."""

    service: Service
    version: str
    path: Path
    rush: bool = False  # recorded under heavy traffic

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")


def recordings(folder: Path = RECORDINGS) -> list[Recording]:
    """Every recording that the list names, in its order."""
    listed = tomllib.loads((folder / "recordings.toml").read_text("utf-8"))["recording"]
    services = {service.name: service for service in RECORDED_SERVICES}
    return [
        Recording(
            service=services[entry["service"]],
            version=version,
            path=folder / entry["service"] / f"{version}.log",
            rush=version in entry.get("rush", ()),
        )
        for entry in listed
        for version in entry["versions"]
    ]


def replay(
    recording: Recording,
    *,
    environment: str,
    started: datetime,
    ended: datetime,
    repository: Repository,
    logs: Path,
    deployments: Deployments,
) -> Path:
    """Write the recording as if it had been deployed at `started`, quickened to be over at `ended`; the file's path."""
    text, commit = recording.text, repository.tags[recording.version]
    length, window = markers.longest(text), (ended - started).total_seconds()
    pace = min(1.0, window / length) if length else 1.0
    path = log_path(logs, environment, recording.service, recording.version, commit)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(markers.unmark(text, started=started, commit=commit, pace=pace))
    name = recording.service.name
    deployments.record(Deployment(name, environment, recording.version, commit, started.isoformat()))
    return path
