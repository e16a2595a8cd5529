"""`firstcause feedback` and `firstcause resolve`: what a person says about a report or a fault."""

import getpass
from dataclasses import dataclass
from typing import Literal

import orjson
from pydantic import ValidationError

from connectors.errors import BadInputError
from dashboards.answers import clusters
from dashboards.answers import feedback as answers
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Paper, write_json
from indexers.exceptions.clusters import ClusterStore
from rca.feedback import FeedbackInput, TrueCause


@dataclass(frozen=True, slots=True)
class Given:
    """What was given on the command line."""

    cluster_id: str
    verdict: Literal["accept", "reject", "partly-correct"]
    notes: str
    file: str
    symbol: str
    author: str


def feedback(given: Given, as_json: bool) -> None:
    """Store a verdict. Raises BadInputError and NotFoundError."""
    if given.symbol and not given.file:
        raise BadInputError("--symbol needs --file: name the file of the true cause as well.")
    try:
        verdict = FeedbackInput(
            cluster_id=given.cluster_id,
            verdict="partly_correct" if given.verdict == "partly-correct" else given.verdict,
            notes=given.notes,
            true_cause=TrueCause(file=given.file, symbol=given.symbol) if given.file else None,
            author=given.author or _me(),
        )
    except ValidationError as error:
        problems = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise BadInputError(f"this is no verdict: {problems}.") from error
    with workspace() as opened:
        stored = answers.give(opened, verdict)
    if as_json:
        write_json(stored.model_dump_json(indent=2))
        return
    Paper().say(f"Thank you: {stored.verdict.replace('_', ' ')} is kept and moves the next ranking.")


def resolve(cluster_id: str, note: str, reopen: bool, author: str, as_json: bool) -> None:
    """Mark a fault fixed, or open it again. Raises NotFoundError."""
    with workspace() as opened:
        store = ClusterStore(opened.database)
        found = store.get(cluster_id).id
        (store.reopen if reopen else store.set_resolved)(found, actor=author or _me(), note=note)
        cluster = clusters.detail(opened, found)
    if as_json:
        write_json(orjson.dumps({"id": found, "status": cluster.status, "status_why": cluster.status_why}).decode())
        return
    Paper().say(f"{found[:8]} is {cluster.status}: {cluster.status_why}")


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return ""
