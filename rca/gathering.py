"""Chooses what becomes evidence, inside one token budget shared by trace, code, history and logs.

Owns: the shares, which log rows and code stand for the rest, and the order of ids. The trace goes first; history and
findings take what they need up to their share, logs theirs, and code what is left. Keeps out: reducing (reduction.py),
counting tokens (tokens.py), what is concluded.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from rca.case import ClusterCase
from rca.evidence import Evidence, EvidenceItem, numbered
from rca.findings.scan import Finding
from rca.later_changes import LaterChange
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect
from rca.tokens import count
from rca.upstream_words import upstream_items

if TYPE_CHECKING:
    from rca.reduction import Circumstances

DEFAULT_BUDGET = 12_000
ITEM_OVERHEAD = 60  # tokens of an item's heading and fences in a prompt
LINE_NUMBER = 3  # tokens of the number beside a line of code
TRACE_SHARE, HISTORY_SHARE, LOG_SHARE = 0.3, 0.2, 0.35
MOST_SUSPECTS = 8
CONTEXT_LINES = 25  # of a long block, on each side of the line that was running
MOST_LOG_ITEMS = 60


def gather(
    case: ClusterCase,
    suspects: Sequence[Suspect],
    changes: Sequence[SuspectChange],
    findings: Sequence[Finding],
    *,
    budget: int = DEFAULT_BUDGET,
    later: Sequence[LaterChange] = (),
) -> Evidence:
    """The evidence of `case`, whose texts together count at most `budget` tokens (cl100k) with their headings."""
    left = _Purse(budget)
    trace = list(left.take([_trace_item(case, int(budget * TRACE_SHARE))], budget))
    upstream = list(left.take(upstream_items(case.upstream), budget))
    metrics = list(left.take(_metrics(case), budget))
    history = [*_finding_items(findings), *_change_items(changes), *_later_items(later)]
    past = list(left.take(history, int(budget * HISTORY_SHARE)))
    logs = list(left.take(_log_items(case, min(int(budget * LOG_SHARE), left.tokens)), int(budget * LOG_SHARE)))
    logs.sort(key=_place_in_time(case))
    code = list(left.take(_code_items(case, suspects), left.tokens))
    return numbered([*trace, *upstream, *code, *logs, *past, *metrics])


class _Purse:
    """What is left of the budget."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    def take(self, items: Sequence[EvidenceItem] | Iterator[EvidenceItem], share: int) -> Iterator[EvidenceItem]:
        """Items in order as long as they fit both the share and the budget; what does not fit is passed over."""
        left = min(share, self.tokens)
        for item in items:
            cost = _cost(item)
            if cost <= left:
                left -= cost
                self.tokens -= cost
                yield item


def _cost(item: EvidenceItem) -> int:
    """Tokens of an item in a prompt; code is shown with its line numbers and named again in the list of suspects."""
    numbers = (item.text.count("\n") + 1) * LINE_NUMBER + ITEM_OVERHEAD if item.kind == "code" else 0
    return count(item.text) + count(item.title) + ITEM_OVERHEAD + numbers


def _trace_item(case: ClusterCase, most: int) -> EvidenceItem:
    title = f"the exception as logged: {case.exception_type}"
    return EvidenceItem("", "exception", title, shorten_trace(case.trace_text, most), event_id=case.event_id)


def shorten_trace(text: str, most: int, *, tokens: Callable[[str], int] = count) -> str:
    """`text` when it counts at most `most` tokens, else its two ends with a line that says what is missing.

    Whole lines only. An endless recursion prints thousands of equal frames; its two ends hold what matters.
    """
    lines = text.split("\n")
    if tokens(text) <= most:
        return text
    kept = len(lines) // 2
    while kept > 1:
        kept = kept * 3 // 4
        short = [*lines[:kept], f"... {len(lines) - 2 * kept} lines left out ...", *lines[-kept:]]
        if tokens("\n".join(short)) <= most:
            return "\n".join(short)
    return lines[0][: most * 2]


def _code_items(case: ClusterCase, suspects: Sequence[Suspect]) -> Iterator[EvidenceItem]:
    for suspect in suspects[:MOST_SUSPECTS]:
        block = suspect.block
        lines = block.text.split("\n")
        first, last = 0, len(lines)
        if last > 2 * CONTEXT_LINES + 10:
            middle = (suspect.line or block.start_line) - block.start_line
            first = max(0, min(middle - CONTEXT_LINES, last - 2 * CONTEXT_LINES))
            last = min(last, first + 2 * CONTEXT_LINES)
        yield EvidenceItem(
            "",
            "code",
            f"{block.symbol} in {block.path}: " + "; ".join(suspect.reasons[:3]),
            "\n".join(lines[first:last]),
            path=block.path,
            symbol=block.symbol,
            start_line=block.start_line + first,
            end_line=block.start_line + last - 1,
            commit=case.commit,
        )


def _log_items(case: ClusterCase, budget: int) -> Iterator[EvidenceItem]:
    """One row for each template that the reduction keeps, the most important first; the own event is the trace."""
    from rca.reduction import reduce_lines

    logs = case.logs.sort_by("timestamp")
    if logs.num_rows == 0 or budget <= 0:
        return
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
    shown: set[str] = set()
    for entry in sorted(reduction.entries, key=lambda entry: entry.rank)[:MOST_LOG_ITEMS]:
        row = entry.line - 1
        if entry.template_id in shown:
            continue
        shown.add(entry.template_id)
        if ids[row] != case.event_id:  # the failing event is there as the exception already
            yield _log_item(logs.slice(row, 1).to_pylist()[0], entry.count)


def _place_in_time(case: ClusterCase) -> Callable[[EvidenceItem], int]:
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


def _change_items(changes: Sequence[SuspectChange]) -> Iterator[EvidenceItem]:
    for change in changes:
        commit = change.commit
        when = commit.authored_at.date().isoformat()
        title = f"commit {commit.commit[:12]} of {when} by {commit.author}: " + "; ".join(change.reasons[:3])
        text = f"{commit.subject}\n{change.diff}".rstrip()
        yield EvidenceItem("", "commit", title, text, commit=commit.commit, path=next(iter(change.paths), ""))


def _later_items(later: Sequence[LaterChange]) -> Iterator[EvidenceItem]:
    for change in later:
        commits = [f"{commit.commit[:12]} {commit.subject}" for commit in change.commits]
        newest = change.commits[0].commit if change.commits else ""
        text = "\n".join([*commits, change.diff])
        yield EvidenceItem("", "commit", change.sentence, text, commit=newest, path=change.path)


def _finding_items(findings: Sequence[Finding]) -> Iterator[EvidenceItem]:
    for finding in findings:
        yield EvidenceItem(
            "",
            "finding",
            f"{finding.rule.title} (rule {finding.rule.id})",
            finding.quote,
            event_id=finding.event_ids[0],
            count=finding.count,
        )


def _metrics(case: ClusterCase) -> Iterator[EvidenceItem]:
    lines = [f"count={case.count}", f"status={case.status}"]
    seen = (("first_seen", case.first_seen), ("last_seen", case.last_seen))
    lines += [f"{name}={when.isoformat()}" for name, when in seen if when]
    lines += [f"version {version or '(none)'}: {number}" for version, number in case.counts_by_version.items()]
    lines += [f"environment {name or '(none)'}: {number}" for name, number in case.counts_by_environment.items()]
    yield EvidenceItem("", "metric", "how often this was seen", "\n".join(lines))
