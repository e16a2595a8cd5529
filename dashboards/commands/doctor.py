"""`firstcause doctor`: is everything there that the settings name? Each problem comes with what to do about it."""

import orjson
import typer
from rich.text import Text

from dashboards.answers.checks import Check, check_all
from dashboards.commands.opening import config_file
from dashboards.terminal.paper import Paper, write_json

MARKS = {"ok": ("OK", "green"), "problem": ("PROBLEM", "bold red"), "note": ("NOTE", "yellow")}


def doctor(as_json: bool) -> None:
    """Check everything; exit code 1 when there is a problem."""
    paper = None if as_json else Paper()
    checks: list[Check] = []
    for check in check_all(config_file()):
        checks.append(check)
        if paper is not None:
            word, style = MARKS[check.state]
            paper.say(Text.assemble((f"{word:<8}", style), (f"{check.name:<14}", "bold"), check.says))
            if check.do:
                paper.say(check.do, indent=22)
    problems = sum(check.state == "problem" for check in checks)
    if paper is None:
        write_json(orjson.dumps([check.model_dump() for check in checks]).decode())
    else:
        paper.say()
        paper.say("Everything works." if not problems else f"{problems} problem{'s' * (problems != 1)}.")
    if problems:
        raise typer.Exit(1)
