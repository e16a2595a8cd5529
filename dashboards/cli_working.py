"""What the commands that do things take: ingest, index, run, up, replay, release, feedback, resolve."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from dashboards.cli_looking import ClusterId, Json


class Stage(StrEnum):
    """What can be run alone; `nightly` is all of it."""

    INGEST = "ingest"
    EXCEPTIONS = "exceptions"
    INDEX = "index"
    ANALYSE = "analyse"
    MAINTENANCE = "maintenance"
    NIGHTLY = "nightly"


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (ingest, index, run, up, replay, release, feedback, resolve):
        app.command()(command)
    app.command("backtest-grouping")(backtest_grouping)


def ingest(
    *,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A log file, folder or glob; - is standard input.")],
    service: Annotated[str, typer.Option("--service", "-s", help="Service, where lines do not say.")] = "",
    environment: Annotated[str, typer.Option("--environment", "-e", help="Environment, likewise.")] = "",
    version: Annotated[str, typer.Option("--version", help="Version, likewise.")] = "",
    revision: Annotated[str, typer.Option(help="Commit, likewise.")] = "",
    name: Annotated[str, typer.Option(help="Name to file the lines under; default from PATH.")] = "",
    as_json: Json = False,
) -> None:
    """Take in a log once, and cluster its exceptions.

    What was taken in of a file before is not taken again.
    """
    from dashboards.commands import ingest as command

    command.ingest(command.Given(path, service, environment, version, revision, name), as_json)


def index(
    repository: Annotated[str, typer.Argument(metavar="REPO", help="A configured repository's name, or a path.")],
    ref: Annotated[str, typer.Argument(metavar="[REF]", help="Commit, tag or branch. Default: all that run.")] = "",
    as_json: Json = False,
) -> None:
    """Index code at the commits that run, or at one."""
    from dashboards.commands import index as command

    command.index(repository, ref, as_json)


def run(
    stages: Annotated[
        list[Stage] | None, typer.Argument(metavar="[STAGE]...", help="Default: all but maintenance; nightly: all.")
    ] = None,
    final: Annotated[bool, typer.Option("--final", help="Close events that are still open at once.")] = False,
    as_json: Json = False,
) -> None:
    """Run everything once, or some stages.

    In this process, without Prefect: ingest, exceptions, index, analyse, maintenance.
    """
    from dashboards.commands import run as command

    command.run(tuple(stage.value for stage in stages or ()), final, as_json)


def up(
    host: Annotated[str, typer.Option(help="Address to listen on; default from settings, 127.0.0.1.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; default from settings, 8321.")] = None,
) -> None:
    """Serve API, pages, Prefect and schedules.

    One process on one port, until Ctrl-C.
    """
    from dashboards.commands import up as command

    command.serve(host, port)


def backtest_grouping(
    *,
    strategy: Annotated[str, typer.Option(help="A dated strategy. Default: the configured one.")] = "",
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", metavar="FILE", help="Instead of the configured rules; repeatable.")
    ] = None,
    events: Annotated[int, typer.Option(min=0, help="Read so many of the newest events again, too.")] = 10_000,
    as_json: Json = False,
) -> None:
    """Show what other grouping rules would merge and split.

    Replays what is stored; nothing is changed.
    """
    from dashboards.commands import backtest as command

    command.backtest(command.Asked(strategy, tuple(rules or ()), events), as_json)


def replay(
    source: Annotated[str, typer.Argument(metavar="[SOURCE]", help="Only this source; default all.")] = "",
    as_json: Json = False,
) -> None:
    """Process the raw archive again."""
    from dashboards.commands import replay as command

    command.replay(source, as_json)


def release(
    *,
    service: Annotated[str, typer.Argument(help="What was deployed.")],
    version: Annotated[str, typer.Argument(help="Its version.")] = "",
    environment: Annotated[str, typer.Option("--environment", "-e", help="Where.")] = "",
    commit: Annotated[str, typer.Option(help="Commit; default: the tag of that version.")] = "",
    repository: Annotated[str, typer.Option(help="Repository; default: the service's.")] = "",
    at: Annotated[str, typer.Option(help="When: 15m, 2h or a time. Default: now.")] = "",
    as_json: Json = False,
) -> None:
    """Record a deployment.

    The same as POST /api/v1/releases.
    """
    from dashboards.commands import releases as command

    command.release(command.Deployed(service, version, environment, commit, repository, at), as_json)


def feedback(
    *,
    cluster_id: ClusterId,
    verdict: Annotated[Literal["accept", "reject", "partly-correct"], typer.Option(help="What you say to the report.")],
    notes: Annotated[str, typer.Option(help="Why, in your words.")] = "",
    file: Annotated[str, typer.Option(help="File of the true cause.")] = "",
    symbol: Annotated[str, typer.Option(help="Function or method of the true cause.")] = "",
    author: Annotated[str, typer.Option(help="Who says so; default: you.")] = "",
    as_json: Json = False,
) -> None:
    """Give a verdict on a report.

    The next ranking learns from it.
    """
    from dashboards.commands import feedback as command

    command.feedback(command.Given(cluster_id, verdict, notes, file, symbol, author), as_json)


def resolve(
    cluster_id: ClusterId,
    note: Annotated[str, typer.Option(help="Why, in your words.")] = "",
    reopen: Annotated[bool, typer.Option("--reopen", help="Take it back.")] = False,
    author: Annotated[str, typer.Option(help="Who says so; default: you.")] = "",
    as_json: Json = False,
) -> None:
    """Mark a fault as fixed.

    Seen again after that, it counts as regressed.
    """
    from dashboards.commands import feedback as command

    command.resolve(cluster_id, note, reopen, author, as_json)
