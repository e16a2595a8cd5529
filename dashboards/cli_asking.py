"""What the command that answers questions takes: ask."""

from pathlib import Path
from typing import Annotated

import typer

from dashboards.cli_looking import Json


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(ask)


def ask(
    *,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="CLUSTER QUESTION", help="A fault and a question about it.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", metavar="LOG", help="Ask about this log instead; - is standard input."),
    ] = None,
    resume: Annotated[str, typer.Option("--continue", metavar="ID", help="Go on with a conversation.")] = "",
    service: Annotated[str, typer.Option("--service", "-s", help="With --file: whose log it is.")] = "",
    version: Annotated[str, typer.Option("--version", help="With --file: the version that wrote it.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the conversations.")] = False,
    as_json: Json = False,
) -> None:
    """Ask about a fault, a log, or everything.

    What happened, why, since when, who changed it, whom it hit, what to do: answers name what they rest on.
    Without a question, at a terminal, it asks for one after the other.
    """
    from dashboards.commands import ask as command

    command.ask(command.Asked(tuple(words or ()), file, resume, service, version, listed), as_json)
