"""`firstcause merge`, `split`, `undo`, `dismiss`: what a person says about grouping. Keeps out: what may be decided."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.answers import grouping as answers
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Paper, write_json
from indexers.exceptions.clusters import ClusterStore, Decision


@dataclass(frozen=True, slots=True)
class Said:
    """Who says so, and why; nobody named is the person at the terminal."""

    author: str
    note: str

    @property
    def actor(self) -> str:
        if self.author:
            return self.author
        try:
            return getpass.getuser()
        except (KeyError, OSError):  # a container's user may have no name
            return ""


def merge(into: str, others: Sequence[str], said: Said, as_json: bool) -> None:
    """Make clusters one. Raises BadInputError and NotFoundError."""
    with workspace() as opened:
        decision = ClusterStore(opened.database).merge(into, others, actor=said.actor, note=said.note)
    _tell(decision, as_json, f"{', '.join(decision.others)} is part of {decision.cluster_id} now.")


def split(cluster_id: str, fingerprints: Sequence[str], said: Said, as_json: bool) -> None:
    """Split fingerprints off a cluster. Raises BadInputError and NotFoundError."""
    with workspace() as opened:
        decision = ClusterStore(opened.database).split(cluster_id, fingerprints, actor=said.actor, note=said.note)
    moved = len(decision.taken_out)
    words = f"{moved} fingerprint{'s' * (moved != 1)} of {decision.cluster_id} are cluster {decision.result_id} now."
    _tell(decision, as_json, words if moved != 1 else words.replace(" are ", " is "))


def undo(decision_id: str, said: Said, as_json: bool) -> None:
    """Take a decision back. Raises BadInputError and NotFoundError."""
    with workspace() as opened:
        decision = ClusterStore(opened.database).undo(decision_id, actor=said.actor)
    _tell(decision, as_json, f"Undone: {decision.words}.")


def dismiss(signal_id: str, said: Said, as_json: bool) -> None:
    """Dismiss a signal. Raises BadInputError and NotFoundError."""
    with workspace() as opened:
        signal = ClusterStore(opened.database).dismiss(signal_id, actor=said.actor, note=said.note)
    if as_json:
        write_json(answers.SignalShape.model_validate(signal).model_dump_json(indent=2))
        return
    Paper().say(f"Dismissed; it belongs to {signal.cluster_id} from now on: {signal.value}")


def _tell(decision: Decision, as_json: bool, words: str) -> None:
    if as_json:
        write_json(answers.decision_shape(decision).model_dump_json(indent=2))
        return
    paper = Paper()
    paper.say(words)
    if decision.undone_at is None:
        paper.say(f"`firstcause undo {decision.id}` takes it back.", style="dim")
