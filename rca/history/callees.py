"""What the suspects call and the span changed: a signature, a body, or a function that is gone.

Owns: which of those calls matter, and the commits behind them. Keeps out: the suspects' own lines (lines.py), ranking.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.errors import FirstcauseError
from connectors.source_control import Commit
from rca.codebase import Repository
from rca.history.span import Span
from rca.history.symbols import SymbolChange
from rca.suspects import Suspect

MOST_CALLEES = 6
_WEIGHTS = {"signature": 1.0, "removed": 1.0, "renamed": 0.8, "body": 0.3}
_RUNNING = 1.5  # times as much when the failing line itself makes the call


@dataclass(frozen=True, slots=True)
class ChangedCallee:
    """A function that a suspect calls and that changed: how much that says, in words, where, and who did it."""

    weight: float
    reason: str
    path: str
    commits: tuple[Commit, ...]


def names_of(suspects: Sequence[Suspect]) -> set[str]:
    """What the suspects are called and what they call."""
    return {name for suspect in suspects for name in (suspect.block.name, *(call.name for call in suspect.block.calls))}


def changed_callees(
    repository: Repository, span: Span, suspects: Sequence[Suspect], symbols: Sequence[SymbolChange]
) -> Iterator[ChangedCallee]:
    """Those of the changed `symbols` that suspects call, on a failing line first, at most `MOST_CALLEES`.

    Calls are matched by name, which is why a name that several changed functions bear is passed over.
    """
    calls = _calls(suspects)
    changed: dict[str, list[SymbolChange]] = {}
    for change in symbols:
        name = (change.old_symbol if change.kind in ("removed", "renamed") else change.symbol).rsplit(".", 1)[-1]
        if change.kind in _WEIGHTS and name in calls:
            changed.setdefault(name, []).append(change)
    own = {(suspect.block.path, suspect.block.symbol) for suspect in suspects}
    single = [(name, found[0]) for name, found in changed.items() if len(found) == 1]
    single.sort(key=lambda one: (-calls[one[0]][1] * _WEIGHTS[one[1].kind], one[0]))
    for name, change in single[:MOST_CALLEES]:
        if (change.path, change.symbol) in own:
            continue
        suspect, factor = calls[name]
        commits = _commits(repository, span, change)
        if commits:
            weight = _WEIGHTS[change.kind] * factor
            yield ChangedCallee(weight, _reason(change, suspect, factor), change.path, tuple(commits))


def _calls(suspects: Sequence[Suspect]) -> dict[str, tuple[Suspect, float]]:
    """Called name -> the first suspect that calls it, and how much that counts."""
    calls: dict[str, tuple[Suspect, float]] = {}
    for rank, suspect in enumerate(suspects):
        for call in suspect.block.calls:
            factor = (_RUNNING if call.line == suspect.line else 1.0) / (1 + 0.5 * rank)
            if call.name not in calls or calls[call.name][1] < factor:
                calls[call.name] = (suspect, factor)
    return calls


def _reason(change: SymbolChange, suspect: Suspect, factor: float) -> str:
    by = (
        f"which the failing line of {suspect.block.symbol} calls"
        if factor > 1
        else f"which {suspect.block.symbol} calls"
    )
    match change.kind:
        case "signature":
            return f"changed the signature of {change.symbol} (it was `{change.old_signature}`), {by}"
        case "removed":
            return f"removed {change.symbol}, {by}"
        case "renamed":
            return f"renamed {change.old_symbol} to {change.symbol}, {by} by its old name"
    return f"changed {change.symbol}, {by}"


def _commits(repository: Repository, span: Span, change: SymbolChange) -> list[Commit]:
    """Who did it: for what is gone, the commit that took the signature out; else who wrote its lines since."""
    suspected = {commit.commit: commit for commit in span.suspects}
    try:
        if change.kind in ("removed", "renamed"):
            head = change.old_signature.split("(")[0]
            found = repository.changing_text(span.good, span.failing, head, [change.old_path])
            return [commit for commit in found if commit.commit in suspected][:1]
        last = change.start_line + 3 if change.kind == "signature" else change.end_line
        lines = repository.blame(
            span.failing, change.path, change.start_line, min(last, change.end_line), since=span.good
        )
    except FirstcauseError:
        return []
    wrote = dict.fromkeys(line.commit for line in lines if not line.boundary and line.commit in suspected)
    return [suspected[commit] for commit in wrote]
