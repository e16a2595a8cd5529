"""What the commands by which people decide about grouping take: merge, split, undo, dismiss."""

from typing import Annotated

import typer

from dashboards.cli_looking import ClusterId, Json

Note = Annotated[str, typer.Option(help="Why, in your words.")]
Author = Annotated[str, typer.Option(help="Who says so; default: you.")]


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (merge, split, undo, dismiss):
        app.command()(command)


def merge(
    into: Annotated[str, typer.Argument(metavar="INTO", help="The cluster that stays; a unique beginning will do.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Clusters that become part of it.")],
    note: Note = "",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Make several faults one.

    What joins them later goes with them. `firstcause undo` takes it back.
    """
    from dashboards.commands import grouping as command

    command.merge(into, others, command.Said(author, note), as_json)


def split(
    cluster_id: ClusterId,
    fingerprints: Annotated[
        list[str], typer.Argument(metavar="FINGERPRINT...", help="As `firstcause show ID --why` lists them.")
    ],
    note: Note = "",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Give a part of a fault a cluster of its own.

    Nothing automatic joins them again, and what joins that part later goes with it. `firstcause undo` takes it back.
    """
    from dashboards.commands import grouping as command

    command.split(cluster_id, fingerprints, command.Said(author, note), as_json)


def undo(
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Its id; a unique beginning will do.")],
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Take a merge or split back."""
    from dashboards.commands import grouping as command

    command.undo(decision, command.Said(author, ""), as_json)


def dismiss(
    signal: Annotated[str, typer.Argument(metavar="SIGNAL", help="Its id; a unique beginning will do.")],
    note: Note = "",
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Say that a fault may hold what is new in it.

    Clusters marked impure say what they began to hold; `firstcause show ID` has the signals.
    """
    from dashboards.commands import grouping as command

    command.dismiss(signal, command.Said(author, note), as_json)
