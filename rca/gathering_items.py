"""What could become evidence, by source and the most telling first; whole lines and whole blocks.

Owns: which log rows stand for the rest, how much of a long function or an endless trace is shown, and the words of
each title. Keeps out: how much fits (gathering.py), reducing (reduction), what is concluded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from connectors.errors import NotFoundError
from rca.case import ClusterCase
from rca.evidence import EvidenceItem
from rca.findings.scan import Finding
from rca.later_changes import LaterChange
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect
from rca.tokens import count

if TYPE_CHECKING:
    from rca.reduction import Circumstances

MOST_SUSPECTS = 8
CONTEXT_LINES = 25  # of a long block, on each side of the line that was running
SHORT_BLOCK = 2 * CONTEXT_LINES + 10  # lines; never shown in part
MOST_LOG_ITEMS = 60


def trace_item(case: ClusterCase, most: int, *, tokens: Callable[[str], int] = count) -> EvidenceItem:
    """The exception as it was logged, shortened to `most` tokens when it is longer."""
    title = f"the exception as logged: {case.exception_type}"
    text = shorten_trace(case.trace_text, most, tokens=tokens)
    return EvidenceItem("", "exception", title, text, event_id=case.event_id)


def shorten_trace(text: str, most: int, *, tokens: Callable[[str], int] = count) -> str:
    """`text` when it counts at most `most` tokens, else its two ends with a line that says what is missing.

    Whole lines only. An endless recursion prints thousands of equal frames; its two ends hold what matters. A line
    that is too long by itself is left out with a note of its length.
    """
    if tokens(text) <= most:
        return text
    lines = [
        line if tokens(line) <= most // 2 else _gap(f"a line of {len(line):,} characters") for line in text.split("\n")
    ]
    low, high = 0, len(lines) // 2
    while low < high:
        kept = (low + high + 1) // 2
        low, high = (kept, high) if tokens(_ends(lines, kept)) <= most else (low, kept - 1)
    return _ends(lines, low)


def _ends(lines: Sequence[str], kept: int) -> str:
    missing = len(lines) - 2 * kept
    gap = [_gap(f"{missing:,} lines")] if missing else []
    return "\n".join([*lines[:kept], *gap, *(lines[-kept:] if kept else ())])


def _gap(what: str) -> str:
    return f"... {what} left out ..."


@dataclass(frozen=True, slots=True)
class CodeItem:
    """A suspect's block: whole, and the part around the line that was running, the same where it is short."""

    whole: EvidenceItem
    part: EvidenceItem


def code_items(case: ClusterCase, suspects: Sequence[Suspect]) -> list[CodeItem]:
    """The first suspects' code, each as exactly those lines of the file."""
    return [_code_item(case, suspect) for suspect in suspects[:MOST_SUSPECTS]]


def _code_item(case: ClusterCase, suspect: Suspect) -> CodeItem:
    block = suspect.block
    lines = _lines_of(case, suspect)
    first, last = 0, len(lines)
    if last > SHORT_BLOCK:
        middle = (suspect.line or block.start_line) - block.start_line
        first = max(0, min(middle - CONTEXT_LINES, last - 2 * CONTEXT_LINES))
        last = min(last, first + 2 * CONTEXT_LINES)
    about = f"{block.symbol} in {block.path}: {'; '.join(suspect.reasons[:3])}"

    def item(start: int, end: int, title: str) -> EvidenceItem:
        return EvidenceItem(
            "", "code", title, "\n".join(lines[start:end]), path=block.path, symbol=block.symbol,
            start_line=block.start_line + start, end_line=block.start_line + end - 1, commit=case.commit,
        )  # fmt: skip

    whole = item(0, len(lines), about)
    if (first, last) == (0, len(lines)):
        return CodeItem(whole, whole)
    return CodeItem(whole, item(first, last, f"part of {about} (the whole is {block.start_line}-{block.end_line})"))


def _lines_of(case: ClusterCase, suspect: Suspect) -> list[str]:
    """The block's lines in its file; the text of a class leaves its methods out, so it is no run of lines."""
    block = suspect.block
    if block.kind == "class" and case.code is not None:
        try:
            return case.code.text(block.path).split("\n")[block.start_line - 1 : block.end_line]
        except NotFoundError:
            pass
    return block.text.split("\n")


@dataclass(frozen=True, slots=True)
class LogItems:
    """Rows that each stand for a kind of line, the most important first; and the kinds that no row was taken of, with
    the lines they are."""

    items: tuple[EvidenceItem, ...] = ()
    kinds_left: int = 0
    lines_left: int = 0


def log_items(case: ClusterCase, budget: int) -> LogItems:
    """One row for each template that the reduction keeps within `budget`; the own event is the trace already."""
    from rca.reduction import reduce_lines

    logs = case.logs.sort_by("timestamp")
    if logs.num_rows == 0 or budget <= 0:
        return LogItems(lines_left=logs.num_rows)
    ids = logs["event_id"].to_pylist()
    reduction = reduce_lines(
        logs["body"].combine_chunks(),
        budget=budget,
        must_keep=[ids.index(case.event_id)] if case.event_id in ids else [],
        severities=logs["severity_number"],
        timestamps=logs["timestamp"],
        sources=logs["service_name"],
        trace_ids=logs["trace_id"],
        related=_same_request(logs, case.event_id),
        known=_circumstances(case, logs),
    )
    chosen: dict[str, EvidenceItem | None] = {}
    left = [(dropped.template_id, dropped.events or dropped.count) for dropped in reduction.dropped]
    for entry in sorted(reduction.entries, key=lambda entry: entry.rank):
        row = entry.line - 1
        if entry.template_id in chosen:
            continue
        if len(chosen) >= MOST_LOG_ITEMS:
            left.append((entry.template_id, entry.count))
            continue
        own = ids[row] == case.event_id  # the failing event is there as the exception already
        chosen[entry.template_id] = None if own else _log_item(logs.slice(row, 1).to_pylist()[0], entry.count)
    items = tuple(item for item in chosen.values() if item is not None)
    return LogItems(items, len({kind for kind, _ in left}), sum(lines for _, lines in left))


def place_in_time(case: ClusterCase) -> Callable[[EvidenceItem], int]:
    """The order in which log items were logged."""
    ids = case.logs.sort_by("timestamp")["event_id"].to_pylist()
    places = {event_id: place for place, event_id in enumerate(ids)}
    return lambda item: places.get(item.event_id, -1)


def _circumstances(case: ClusterCase, logs: pa.Table) -> "Circumstances":
    """When it failed; and since when the failing release runs, if one before it is known to be good."""
    from rca.reduction import Circumstances

    own = logs.filter(pa.compute.equal(logs["event_id"], case.event_id))["timestamp"].to_pylist()
    failing = case.failing_release if case.good_release is not None else None
    return Circumstances(
        failed_at=round(own[0].timestamp() * 1e6) if own else None,
        released_at=round(failing.started_at.timestamp() * 1e6) if failing is not None else None,
    )


def _same_request(logs: pa.Table, event_id: str) -> list[int]:
    """Rows that share the failing event's request id: what the same request did, where traces have no ids."""
    rows = logs.select(["event_id", "request_id"]).to_pylist()
    own = next((row["request_id"] for row in rows if row["event_id"] == event_id), "")
    return [index for index, row in enumerate(rows) if own and row["request_id"] == own]


def _log_item(row: dict[str, Any], times: int) -> EvidenceItem:
    body = str(row["body"])
    attributes = [f"{key}={value}" for key, value in row["attributes"] or () if value not in body]
    title = (
        f"{row['severity_text'] or 'log'} of {row['service_name'] or row['stream']} at {row['timestamp'].isoformat()}"
    )
    text = "\n".join([body, *([" ".join(attributes)] if attributes else [])])
    return EvidenceItem("", "log", title, text, event_id=str(row["event_id"]), count=times)


def change_items(changes: Sequence[SuspectChange]) -> Iterator[EvidenceItem]:
    """Suspected commits with their differences."""
    for change in changes:
        commit = change.commit
        when = commit.authored_at.date().isoformat()
        title = f"commit {commit.commit[:12]} of {when} by {commit.author}: " + "; ".join(change.reasons[:3])
        text = f"{commit.subject}\n{change.diff}".rstrip()
        yield EvidenceItem("", "commit", title, text, commit=commit.commit, path=next(iter(change.paths), ""))


def later_items(later: Sequence[LaterChange]) -> Iterator[EvidenceItem]:
    """What the main branch has changed since the deployed commit."""
    for change in later:
        commits = [f"{commit.commit[:12]} {commit.subject}" for commit in change.commits]
        newest = change.commits[0].commit if change.commits else ""
        text = "\n".join([*commits, change.diff])
        yield EvidenceItem("", "commit", change.sentence, text, commit=newest, path=change.path)


def finding_items(findings: Sequence[Finding]) -> Iterator[EvidenceItem]:
    """What rules saw."""
    for finding in findings:
        yield EvidenceItem(
            "",
            "finding",
            finding.headline,
            "\n".join(shown.quote for shown in finding.shown),
            event_id=finding.event_ids[0],
            count=finding.count,
        )


def metrics_item(case: ClusterCase) -> EvidenceItem:
    """How often, since when and where."""
    lines = [f"count={case.count}", f"status={case.status}"]
    seen = (("first_seen", case.first_seen), ("last_seen", case.last_seen))
    lines += [f"{name}={when.isoformat()}" for name, when in seen if when]
    lines += [f"version {version or '(none)'}: {number}" for version, number in case.counts_by_version.items()]
    lines += [f"environment {name or '(none)'}: {number}" for name, number in case.counts_by_environment.items()]
    return EvidenceItem("", "metric", "how often this was seen", "\n".join(lines))
