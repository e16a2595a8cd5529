"""`firstcause releases` lists deployments, `firstcause release` records one."""

from dataclasses import dataclass

from pydantic import ValidationError

from connectors.errors import BadInputError
from dashboards import wording
from dashboards.answers import releases as answers
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Paper, write_json
from dashboards.wording import utc_now


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was given on the command line."""

    service: str
    version: str
    environment: str
    commit: str
    repository: str
    at: str


def releases(service: str, environment: str, limit: int, offset: int, as_json: bool) -> None:
    """Print deployments, the newest first."""
    with workspace() as opened:
        found = answers.listing(opened, service=service, environment=environment, limit=limit, offset=offset)
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper = Paper()
    if not found.items:
        paper.say("No release is recorded. `firstcause release SERVICE VERSION` or POST /api/v1/releases records one.")
        return
    now = utc_now()
    rows = [
        [one.service, one.environment, one.version, one.commit[:12], one.repository, wording.both(one.started_at, now)]
        for one in found.items
    ]
    paper.table(["SERVICE", "ENVIRONMENT", "VERSION", "COMMIT", "REPOSITORY", "SINCE"], rows)


def release(deployed: Deployed, as_json: bool) -> None:
    """Record a deployment and say what was kept. Raises BadInputError and NotFoundError."""
    try:
        report = answers.ReleaseReport(
            service=deployed.service,
            version=deployed.version,
            environment=deployed.environment,
            commit=deployed.commit,
            repository=deployed.repository,
            started_at=wording.moment(deployed.at, utc_now()) if deployed.at else None,
        )
    except ValidationError as error:
        problems = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise BadInputError(f"this is no release: {problems}.") from error
    with workspace() as opened:
        recorded = answers.record(opened, report)
    if as_json:
        write_json(recorded.model_dump_json(indent=2))
        return
    kept = recorded.release
    named = f"{kept.service} {kept.version}".strip() + (f" in {kept.environment}" if kept.environment else "")
    commit = f"at commit {kept.commit[:12]}" if kept.commit else "with no commit known"
    paper = Paper()
    paper.say(f"{'Recorded' if recorded.created else 'Known already'}: {named} {commit}.")
    if recorded.note:
        paper.say(recorded.note, style="yellow")
