"""`firstcause services`: who writes logs, in which versions and environments."""

from dashboards import wording
from dashboards.answers import services as answers
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Column, Paper, write_json
from dashboards.wording import utc_now


def services(as_json: bool) -> None:
    """Print every service with its deployments."""
    with workspace() as opened:
        found = answers.services(opened)
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper = Paper()
    if not found.items:
        paper.say("No log lines are stored yet.")
        return
    now = utc_now()
    columns: list[Column] = [
        "SERVICE",
        "ENVIRONMENT",
        "VERSION",
        "COMMIT",
        ("LINES", {"justify": "right"}),
        "LAST SEEN",
    ]
    rows = [
        [
            service.name or "(not named)",
            seen.environment,
            seen.version,
            seen.commit[:12],
            wording.count(seen.rows),
            wording.ago(seen.last_seen, now),
        ]
        for service in found.items
        for seen in service.deployments
    ]
    paper.table(columns, rows)
