"""What the commands that look at things take: clusters, show, explain, search, services, releases, spending, doctor."""

from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Limit = Annotated[int, typer.Option(min=1, max=500, help="At most this many.")]
Offset = Annotated[int, typer.Option(min=0, help="Leave out this many first.")]
Service = Annotated[str, typer.Option("--service", "-s", help="Only this service.")]
Environment = Annotated[str, typer.Option("--environment", "-e", help="Only this environment.")]
Version = Annotated[str, typer.Option("--version", help="Only this version.")]
ClusterId = Annotated[str, typer.Argument(metavar="ID", help="Cluster id; a unique beginning will do.")]
Status = Literal["new", "ongoing", "regressed", "resolved"]
Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (clusters, show, explain, search, services, releases, spending, doctor):
        app.command()(command)


def clusters(
    *,
    service: Service = "",
    environment: Environment = "",
    version: Version = "",
    status: Annotated[Status | None, typer.Option(help="Only clusters in this status.")] = None,
    text: Annotated[str, typer.Option(help="Words in title, message or culprit.")] = "",
    since: Annotated[str, typer.Option(help="Seen since: 15m, 2h, 7d or a time.")] = "",
    min_count: Annotated[int, typer.Option(min=0, help="Seen at least this often.")] = 0,
    sort: Annotated[
        Literal["last_seen", "first_seen", "count", "trend"], typer.Option(help="What comes first.")
    ] = "last_seen",
    limit: Limit = 20,
    offset: Offset = 0,
    as_json: Json = False,
) -> None:
    """List the faults, those seen last first."""
    from dashboards.commands import clusters as command

    asked = command.Asked(service, environment, version, status, text, since, min_count, sort, limit, offset)
    command.clusters(asked, as_json)


def show(
    cluster_id: ClusterId,
    why: Annotated[bool, typer.Option("--why", help="Why it is one fault: every part that was looked at.")] = False,
    as_json: Json = False,
) -> None:
    """Show one fault: what, where, since when.

    With versions, trend, a representative trace whose culprit frame is marked, and why it is grouped.
    """
    from dashboards.commands import show as command

    command.show(cluster_id, why, as_json)


def explain(
    cluster_id: ClusterId,
    again: Annotated[bool, typer.Option("--again", help="Analyse now even if there is a report.")] = False,
    as_json: Json = False,
) -> None:
    """Say what caused a fault, and what to do.

    The cause first, then fixes, next checks and evidence. Analyses the fault when nobody has yet.
    """
    from dashboards.commands import explain as command

    command.explain(cluster_id, again, as_json)


def search(
    *,
    query: Annotated[str, typer.Argument(help='Words and "phrases" that must all occur; may be empty.')] = "",
    service: Service = "",
    environment: Environment = "",
    version: Version = "",
    since: Annotated[str, typer.Option(help="From: 15m, 2h, 7d or a time. Default: all that is stored.")] = "",
    until: Annotated[str, typer.Option(help="To: as --since. Default: now.")] = "",
    level: Annotated[Level | None, typer.Option("--level", "-l", help="This severe or more.")] = None,
    trace_id: Annotated[str, typer.Option(help="Only this trace.")] = "",
    request_id: Annotated[str, typer.Option(help="Only this request.")] = "",
    limit: Limit = 20,
    offset: Offset = 0,
    as_json: Json = False,
) -> None:
    """Search log lines and exceptions."""
    from dashboards.commands import search as command

    asked = command.Asked(
        query, service, environment, version, since, until, level, trace_id, request_id, limit, offset
    )
    command.search(asked, as_json)


def services(as_json: Json = False) -> None:
    """List services, their versions and environments."""
    from dashboards.commands import services as command

    command.services(as_json)


def releases(
    service: Service = "", environment: Environment = "", limit: Limit = 50, offset: Offset = 0, as_json: Json = False
) -> None:
    """List deployments, the newest first."""
    from dashboards.commands import releases as command

    command.releases(service, environment, limit, offset, as_json)


def spending(as_json: Json = False) -> None:
    """Show what models have cost, and what is left of the budgets.

    Today and this month, by service and model, by list price.
    """
    from dashboards.commands import spending as command

    command.spending(as_json)


def doctor(as_json: Json = False) -> None:
    """Check settings, stores, repositories, models.

    Says what to do about each problem; exit code 1 when there is one.
    """
    from dashboards.commands import doctor as command

    command.doctor(as_json)
