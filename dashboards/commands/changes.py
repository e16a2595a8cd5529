"""`firstcause changes`: which commits may have brought a fault in, with reasons and the difference that matters.

Keeps out: ranking (rca.suspect_changes), which releases a cluster lies between (dashboards.answers.changes).
"""

from dataclasses import dataclass
from pathlib import Path

from connectors.errors import BadInputError
from dashboards import wording
from dashboards.answers import changes as answers
from dashboards.answers.rca import ChangeShape
from dashboards.commands.opening import workspace
from dashboards.terminal.difference import say_difference
from dashboards.terminal.paper import Paper, write_json
from dashboards.wording import utc_now

MOST_SYMBOLS = 30
DIFF_LINES = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: a cluster, or a repository with refs and places."""

    places: tuple[str, ...]
    repo: Path | None = None
    older: str = ""
    newer: str = ""
    message: str = ""
    limit: int = 5


def changes(asked: Asked, as_json: bool) -> None:
    """Print them. Raises BadInputError and NotFoundError."""
    answer = _answer(asked)
    if as_json:
        write_json(answer.model_dump_json(indent=2))
        return
    paper = Paper()
    span = f"{answer.good[:12]} to {answer.failing[:12]}" if answer.good else f"up to {answer.failing[:12]}"
    paper.say(f"{answer.repository}: {span}", style="bold")
    if not answer.commits:
        paper.say("No commit is suspected.")
    for rank, change in enumerate(answer.commits, 1):
        _commit(paper, rank, change)
    _later(paper, answer)
    _symbols(paper, answer)
    for note in answer.notes:
        paper.say()
        paper.say(f"Not looked at: {note}", style="yellow")


def _answer(asked: Asked) -> answers.ChangesAnswer:
    if asked.repo is not None:
        return answers.of_commits(
            asked.repo,
            good=asked.older or None,
            failing=asked.newer or "HEAD",
            places=asked.places,
            message=asked.message,
            limit=asked.limit,
        )
    if len(asked.places) != 1 or asked.older or asked.newer or asked.message:
        raise BadInputError("give one cluster, or --repo DIR --from REF --to REF and the places that fail (FILE:LINE).")
    with workspace() as opened:
        return answers.of_cluster(opened, asked.places[0])


def _commit(paper: Paper, rank: int, change: ChangeShape) -> None:
    paper.say()
    paper.say(f"{rank}. {change.commit[:12]}  {change.subject}", style="bold")
    paper.say(f"{change.author}, {wording.both(change.authored_at, utc_now())}", style="dim", indent=3)
    for reason in change.reasons:
        paper.say(f"- {reason}", indent=3)
    say_difference(paper, change.diff, indent=3, most=DIFF_LINES)


def _later(paper: Paper, answer: answers.ChangesAnswer) -> None:
    if answer.later:
        paper.head("Not deployed")
    for later in answer.later:
        paper.say(later.sentence, style="green" if later.line_changed else "", indent=2)
        for commit in later.commits:
            paper.say(f"{commit.commit[:12]}  {commit.subject}", style="dim", indent=4)
        say_difference(paper, later.diff, most=DIFF_LINES // 2)


def _symbols(paper: Paper, answer: answers.ChangesAnswer) -> None:
    if answer.symbols:
        paper.head("Symbols that differ")
    for symbol in answer.symbols[:MOST_SYMBOLS]:
        was = ""
        if symbol.kind == "signature":
            was = f", was {symbol.old_signature}"
        elif symbol.kind in ("renamed", "moved"):
            was = f" from {symbol.old_symbol} in {symbol.old_path}"
            was += f", {symbol.similarity:.0%} alike" if symbol.kind == "renamed" else ""
        paper.say(f"{symbol.kind:<9} {symbol.symbol}  {symbol.path}:{symbol.start_line}{was}", indent=2)
    if len(answer.symbols) > MOST_SYMBOLS:
        paper.say(f"{len(answer.symbols) - MOST_SYMBOLS} more; --json has every one.", style="dim", indent=2)
