"""`firstcause ingest PATH`: a log taken in once, exceptions clustered. Keeps out: the order of a pull (flows.steps)."""

import hashlib
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from connectors.errors import BadInputError
from connectors.sources import LogSource
from dashboards.commands.opening import settings
from dashboards.commands.progress import Progress
from dashboards.terminal.paper import Paper, write_json
from dashboards.wording import utc_now
from flows.settings import SourceSettings
from flows.wiring import Workspace

ALL_OF_IT = timedelta(days=36_500)  # a file that is named is read whole, however old it is


@dataclass(frozen=True, slots=True)
class Given:
    """What was given on the command line."""

    path: str
    service: str
    environment: str
    version: str
    revision: str
    name: str


def ingest(given: Given, as_json: bool) -> None:
    """Take in `given.path` and cluster what it holds. Raises BadInputError when there is nothing to read."""
    from flows.steps.cluster import cluster_pages
    from flows.steps.pull import pull

    chosen = settings().model_copy(update={"first_contact": ALL_OF_IT})
    with Workspace(chosen) as opened, Progress(sys.stderr) as progress:
        source = _source(opened, given)
        progress.say(f"reading {given.path}")
        pulled = pull(opened, source, final=True)
        progress.say(f"{pulled.rows:,} log events; clustering exceptions")
        clustered = cluster_pages(opened)
    if as_json:
        write_json(orjson.dumps({"ingest": asdict(pulled), "clusters": asdict(clustered)}).decode())
        return
    paper = Paper()
    rejected = f", {pulled.rejects:,} left out or repaired" if pulled.rejects else ""
    paper.say(f"{pulled.lines:,} lines, {pulled.rows:,} log events{rejected}.")
    paper.say(
        f"{clustered.exceptions:,} exceptions in {len(clustered.touched)} clusters, {len(clustered.new)} of them new."
    )
    if not pulled.pages:
        paper.say("Nothing in it is new since it was last taken in.", style="dim")
    elif clustered.touched:
        paper.say("`firstcause clusters` lists them.", style="dim")


def _source(opened: Workspace, given: Given) -> LogSource:
    if given.path == "-":
        from connectors.sources.stdin import StdinSource

        name = given.name or f"stdin-{utc_now():%Y%m%dT%H%M%S%fZ}"
        resource = {
            "service.name": given.service,
            "service.version": given.version,
            "deployment.environment.name": given.environment,
            "vcs.ref.head.revision": given.revision,
        }
        return StdinSource(sys.stdin.buffer, name=name, resource=resource)
    path = Path(given.path).absolute()
    if not any(sign in given.path for sign in "*?[") and not path.exists():
        raise BadInputError(f"{given.path!r} does not exist; give a log file, a folder, a pattern or -.")
    name = given.name or f"{path.name}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    return opened.source(
        SourceSettings(
            name=name,
            url=f"file://{path}",
            service=given.service,
            environment=given.environment,
            version=given.version,
            revision=given.revision,
        )
    )
