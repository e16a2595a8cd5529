"""What the plain tools take: extract, templates, group, reduce, findings, localize, changes.

They need no settings, stores or network.
"""

from pathlib import Path
from typing import Annotated

import typer

from dashboards.cli_looking import Json

LogFile = Annotated[Path, typer.Argument(metavar="FILE", help="A log; - is standard input.")]


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (extract, templates, group, reduce, findings, localize, changes):
        app.command()(command)


def extract(
    file: LogFile,
    source_maps: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Source maps of the bundles in the traces.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find the exceptions in a log."""
    from dashboards.commands.extract import extract as command

    command(file, as_json, source_maps)


def templates(file: LogFile, as_json: Json = False) -> None:
    """Give the template of every line of a log."""
    from dashboards.commands.templates import templates as command

    command(file, as_json)


def group(
    file: Annotated[Path, typer.Argument(metavar="FILE", help='Lines of {"id", "text"}; - is standard input.')],
    as_json: Json = False,
) -> None:
    """Say which logged traces are the same fault."""
    from dashboards.commands.group import group as command

    command(file, as_json)


def reduce(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Logs; - is standard input.")],
    tokens: Annotated[int, typer.Option(min=1, help="Budget, counted with cl100k.")] = 4_000,
    model: Annotated[str, typer.Option(help="Count for this model instead; never too low.")] = "",
    embeddings: Annotated[bool, typer.Option("--embeddings", help="Let the meaning of rare lines count too.")] = False,
    as_json: Json = False,
) -> None:
    """Reduce logs to what matters within a token budget; several share it fairly."""
    from dashboards.commands.reduce import reduce as command

    command(files, tokens, as_json, model, embeddings)


def findings(
    file: LogFile,
    rules: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Rules that add to, change or switch off the shipped.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which known kinds of trouble a log shows."""
    from dashboards.commands.findings import findings as command

    command(file, rules or [], as_json)


def localize(
    *,
    trace_file: Annotated[Path, typer.Argument(metavar="TRACE_FILE", help="A stack trace as logged; - is stdin.")],
    source: Annotated[Path | None, typer.Option(metavar="DIR", help="Source tree to look in.")] = None,
    repo: Annotated[Path | None, typer.Option(metavar="GITDIR", help="Instead of --source: a git repository.")] = None,
    ref: Annotated[str, typer.Option(metavar="COMMIT", help="With --repo: commit, tag or branch.")] = "",
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, max=1000, help="At most this many.")] = 10,
    state: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep the index here between calls.")] = None,
    as_json: Json = False,
) -> None:
    """Rank the code that may be behind a stack trace."""
    from dashboards.commands.localize import localize as command

    command(trace_file, source, repo, ref or None, as_json, limit=limit, state=state)


def changes(
    *,
    places: Annotated[
        list[str] | None, typer.Argument(metavar="[CLUSTER | FILE[:LINE]...]", help="A cluster, or places in --repo.")
    ] = None,
    repo: Annotated[Path | None, typer.Option(metavar="DIR", help="A git repository, bare or not.")] = None,
    older: Annotated[str, typer.Option("--from", metavar="REF", help="With --repo: the last good commit.")] = "",
    newer: Annotated[str, typer.Option("--to", metavar="REF", help="With --repo: the failing one; default HEAD.")] = "",
    message: Annotated[str, typer.Option(help="With --repo: the error's message; names in it count.")] = "",
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, max=200, help="At most this many commits.")] = 5,
    as_json: Json = False,
) -> None:
    """Rank the commits that may have brought a fault in.

    Of a cluster: those between the last release without it and the first with it. With --repo: those between two refs
    that touch the given places. Each with reasons and its difference; then what the main branch has changed since, and
    the symbols that differ.
    """
    from dashboards.commands import changes as command

    command.changes(command.Asked(tuple(places or ()), repo, older, newer, message, limit), as_json)
