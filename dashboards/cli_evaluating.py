"""What `firstcause eval` takes."""

from pathlib import Path
from typing import Annotated

import typer

from dashboards.cli_looking import Json


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("eval")(evaluate)


def evaluate(
    *,
    cases: Annotated[
        list[Path] | None, typer.Option("--cases", metavar="FILE", help="Cases of your own, JSON lines; repeatable.")
    ] = None,
    model: Annotated[str, typer.Option(metavar="NAME", help="Evaluate this model instead of the rules alone.")] = "",
    predict: Annotated[bool, typer.Option("--predict", help="With --model: only say what it may cost.")] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="End with 1 on a regression, and on anything empty or skipped.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Make the result the baseline.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with, or accept into, this baseline.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Show stored results instead.")] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="With --history: so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Measure the analysis on cases whose answer is known.

    The product's own cases, people's verdicts and --cases; compared with the last run on the same cases, and stored.

    A case of your own is one line: {"id", "trace", "truth": {"causes": [{"file", "symbol"}]}} with "source" (a folder)
    or "repo" and "ref" for the code; the README tells what else it may hold.
    """
    from dashboards.commands import evaluate as command

    if history:
        command.history(limit, as_json)
        return
    options = command.options_of(cases or [], model, accept, baseline)
    code = command.evaluate(command.Asked(options, gate, predict), as_json)
    if code:
        raise typer.Exit(code)
