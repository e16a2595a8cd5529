"""The life of the shop, in fast motion: its versions are deployed one after another while customers come and go.

Owns: which version runs where, when and for how long. Keeps out: how services run, what customers do, the product.
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import history, load
from .fleet import Deployments, Fleet
from .history import Repository
from .partners import Partners
from .progress import Say
from .replay import recordings, replay

PRODUCTION, STAGING = "production", "staging"
SECONDS = 2.6  # how long each version is under load


@dataclass(frozen=True, slots=True)
class Stage:
    """One version in one environment."""

    environment: str
    version: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What there is afterwards: the repository, the deployments in order of time, the folder with all logs."""

    repository: Repository
    deployments: Deployments
    logs: Path


def plan(versions: list[str]) -> list[Stage]:
    """Every version in production; the last one is tried in staging first."""
    stages = [Stage(PRODUCTION, version) for version in versions]
    return [*stages[:-1], Stage(STAGING, versions[-1]), *stages[-1:]]


def rehearse(work: Path, say: Say, *, seconds: float = SECONDS, stages: list[Stage] | None = None) -> Rehearsal:
    """Build the repository under `work`, run the stages, and replay what was recorded. Leaves no process behind."""
    repository = history.build(work / "shop")
    say(f"built the shop's repository: {len(repository.tags)} releases, {_commits(repository)} commits")
    deployments, logs = Deployments(work / "deployments.jsonl"), work / "logs"
    windows: dict[str, tuple[datetime, datetime]] = {}
    with ExitStack() as open_things:
        partners = Partners()
        open_things.callback(partners.close)
        fleets = {
            environment: open_things.enter_context(
                Fleet(
                    environment,
                    work=work,
                    repository=repository,
                    partners_url=partners.url,
                    deployments=deployments,
                )
            )
            for environment in (PRODUCTION, STAGING)
        }
        for number, stage in enumerate(stages or plan(list(repository.tags))):
            started = datetime.now(UTC)
            answers = _play(stage, fleets, seconds, number)
            if stage.environment == PRODUCTION:
                windows[stage.version] = (started, datetime.now(UTC))
            say(f"{stage.version} in {stage.environment}: {_told(answers)}")
    _replay(repository, deployments, logs, windows, say)
    return Rehearsal(repository, deployments, logs)


def _play(stage: Stage, fleets: dict[str, Fleet], seconds: float, number: int) -> Counter[int]:
    fleet = fleets[stage.environment]
    fleet.deploy(stage.version)
    answers = load.run(fleet.url, seconds, seed=number)
    if stage.environment == STAGING:
        fleet.stop()
    return answers


def _replay(
    repository: Repository,
    deployments: Deployments,
    logs: Path,
    windows: dict[str, tuple[datetime, datetime]],
    say: Say,
) -> None:
    replayed = Counter[str]()
    for recording in recordings():
        if recording.version in windows:
            started, ended = windows[recording.version]
            replay(
                recording,
                environment=PRODUCTION,
                started=started,
                ended=ended,
                repository=repository,
                logs=logs,
                deployments=deployments,
            )
            replayed[recording.service.name] += 1
    if replayed:
        names = ", ".join(f"{name} ({count} releases)" for name, count in replayed.items())
        say(f"replayed what was recorded of {names}")


def _commits(repository: Repository) -> int:
    return int(history.git(repository.path, "rev-list", "--count", "HEAD"))


def _told(answers: Counter[int]) -> str:
    failed = sum(count for status, count in answers.items() if status >= 500 or status == 0)
    refused = sum(count for status, count in answers.items() if 400 <= status < 500)
    return f"{answers.total()} calls, {refused} refused, {failed} failed"
