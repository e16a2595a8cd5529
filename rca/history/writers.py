"""Weighs commits by what they wrote of the suspects, or changed of what the suspects call.

Owns: how much a line, a deletion, a callee and the age of a line count. Keeps out: finding them (lines.py, callees.py),
what else speaks for a commit (circumstances.py).
"""

from datetime import datetime

from connectors.source_control import BlameLine
from rca.history.callees import changed_callees, names_of
from rca.history.lines import Lines, Written
from rca.history.span import Span
from rca.history.symbols import compare_releases
from rca.history.tally import Tallies
from rca.suspects import Suspect

MOST_COMPARED = 100  # files, by symbol
FIRST_LINE = 0.6  # for touching a suspect at all, before the share of its lines
FIRST_COMMIT = 0.05  # of the weight: it wrote whatever nobody changed since, so any other says more
OLD_DAYS = 90  # a line that ran this long before the fault was first seen did not bring it in alone


def weigh_writers(tallies: Tallies, span: Span, deployed: str) -> None:
    """Who wrote the suspects' lines since the good release, or changed what they call."""
    lines = Lines(tallies.repository, deployed, span)
    lines.look_at(suspect.block.path for suspect in tallies.suspects)
    symbols = compare_releases(tallies.repository, span.changes, most=MOST_COMPARED, names=names_of(tallies.suspects))
    moved = {(symbol.path, symbol.symbol) for symbol in symbols if symbol.kind == "moved"}
    stayed = [
        (_worth(rank), suspect)
        for rank, suspect in enumerate(tallies.suspects)
        if (suspect.block.path, suspect.block.symbol) not in moved
    ]
    found = lines.written_in([suspect.block for _, suspect in stayed])
    for (worth, suspect), written in zip(stayed, found, strict=True):
        _wrote(tallies, suspect, written, worth, span)
        _cut(tallies, suspect, written)
    _gave_up(tallies, lines)
    for callee in changed_callees(tallies.repository, span, tallies.suspects, symbols):
        for commit in callee.commits:
            tallies.of(commit).add(callee.weight, callee.reason, callee.path)


def _wrote(tallies: Tallies, suspect: Suspect, written: Written, worth: float, span: Span) -> None:
    block = suspect.block
    for line in written.lines:
        tally = tallies.of(span.commits[line.commit])
        tally.near.add(line.text)
        running = line.line == suspect.line
        reason = f"wrote lines of {block.symbol}"
        if running:
            reason = f"wrote the line of {block.symbol} that was running, line {line.line}"
        first = 0.0 if reason in tally.reasons else FIRST_LINE
        tally.add(((2.0 if running else 1.0 / len(written.lines)) + first) * worth, reason, line.original_path)
    for commit in written.took_out:
        tallies.of(commit).add(FIRST_LINE * worth, f"took lines out of {block.symbol}", block.path)


def _cut(tallies: Tallies, suspect: Suspect, written: Written) -> None:
    if written.unknown and tallies.repository.cut_commits:
        tallies.notes.append(
            f"who wrote {written.unknown} lines of {suspect.block.symbol} is not known: history is cut there (a "
            "shallow clone); `git fetch --unshallow` brings the rest"
        )


def _gave_up(tallies: Tallies, lines: Lines) -> None:
    if lines.problem:
        tallies.notes.append(f"not every suspect's lines were blamed: {lines.problem}")


def weigh_last_writers(tallies: Tallies, deployed: str, first_seen: datetime | None) -> None:
    """Who last changed the suspects, where no release is known to be good."""
    lines = Lines(tallies.repository, deployed, None)
    found = lines.written_in([suspect.block for suspect in tallies.suspects])
    for rank, (suspect, written) in enumerate(zip(tallies.suspects, found, strict=True)):
        newest = max((line.authored_at for line in written.lines), default=None)
        for line in written.lines:
            if line.line == suspect.line or line.authored_at == newest:
                _last(tallies, suspect, line, len(written.lines), _worth(rank), first_seen=first_seen)
        _cut(tallies, suspect, written)
    _gave_up(tallies, lines)


def _last(
    tallies: Tallies, suspect: Suspect, line: BlameLine, among: int, worth: float, *, first_seen: datetime | None
) -> None:
    if line.commit not in tallies.by_commit:
        tallies.of(tallies.repository.log(line.commit, limit=1)[0])
    tally = tallies.by_commit[line.commit]
    tally.near.add(line.text)
    running = line.line == suspect.line
    reason = f"was the last to change {suspect.block.symbol}"
    if running:
        reason = f"wrote the line of {suspect.block.symbol} that was running, line {line.line}"
    if not tally.commit.parents:
        worth *= FIRST_COMMIT
        reason += ", in the first commit of this history, which wrote everything"
    days = (first_seen - line.authored_at).days if first_seen else 0
    if days > OLD_DAYS:
        worth *= 0.3
        reason += f", but {days} days before the fault was first seen"
    first = 0.0 if reason in tally.reasons else FIRST_LINE
    tally.add(((2.0 if running else 1.0 / among) + first) * worth, reason, line.original_path)


def _worth(rank: int) -> float:
    return 1 / (1 + 0.5 * rank)
