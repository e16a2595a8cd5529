"""Finds the trouble that rules describe in log rows: over columns, so that Python sees matching events only.

Owns: matching, counting, the quote, and the order of findings. Keeps out: the rules, what a finding means for blame.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from rca.findings.rules import Rule, load_rules

SEVERITY_ORDER = ("critical", "high", "medium", "low")
QUOTE_CHARACTERS = 300
SHOWN_EVENTS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that matched: how many events, when, which, and the matching line of the first one.

    `own` is True when the cluster's own event matched; `confidence` is the rule's, lowered for a lone distant match.
    """

    rule: Rule
    count: int
    first_at: datetime
    last_at: datetime
    event_ids: tuple[str, ...]
    quote: str
    own: bool
    confidence: float


def scan(logs: pa.Table, *, own_event: str = "", rules: Sequence[Rule] | None = None) -> list[Finding]:
    """Findings in `logs` (LOG_SCHEMA, any order), in two passes: first what touches the cluster's own event or came
    more than once, by severity, confidence and count; then single events, rare ones among them, by severity."""
    if logs.num_rows == 0:
        return []
    logs = logs.sort_by("timestamp")
    bodies = pc.dictionary_encode(logs["body"].combine_chunks())
    chosen = load_rules() if rules is None else rules
    found = [finding for rule in chosen for finding in _matches(logs, bodies, rule, own_event)]
    specific = any(finding.rule.topic != "generic critical" for finding in found)
    if specific:
        found = [finding for finding in found if finding.rule.id != "generic.critical"]
    groups = [finding for finding in found if finding.own or finding.count > 1]
    singles = [finding for finding in found if not (finding.own or finding.count > 1)]
    return sorted(groups, key=_weight) + sorted(singles, key=_weight)


def _weight(finding: Finding) -> tuple[bool, int, float, int, str]:
    severity = SEVERITY_ORDER.index(finding.rule.severity)
    return not finding.own, severity, -finding.confidence, -finding.count, finding.rule.id


def _matches(logs: pa.Table, bodies: pa.DictionaryArray, rule: Rule, own_event: str) -> Iterator[Finding]:
    hit = _any(bodies.dictionary, rule.patterns)
    if rule.unless:
        hit = pc.and_not(hit, _any(bodies.dictionary, rule.unless))
    if not pc.any(hit).as_py():
        return
    rows = logs.filter(pc.take(hit, bodies.indices)).select(["event_id", "timestamp", "body"])
    times = rows["timestamp"].to_pylist()
    if not _enough(times, rule):
        return
    ids = rows["event_id"].to_pylist()
    own = own_event in ids
    shown = ids.index(own_event) if own else 0
    others = [event for event in ids if event != ids[shown]]
    yield Finding(
        rule=rule,
        count=rows.num_rows,
        first_at=times[0],
        last_at=times[-1],
        event_ids=(ids[shown], *others[: SHOWN_EVENTS - 1]),
        quote=_quote(rows["body"][shown].as_py(), rule),
        own=own,
        confidence=rule.confidence if own or rows.num_rows > 1 else round(rule.confidence * 0.8, 3),
    )


def _any(texts: pa.Array, patterns: Sequence[str]) -> pa.Array:
    return pc.match_substring_regex(texts, pattern="|".join(f"(?:{pattern})" for pattern in patterns))


def _enough(times: list[datetime], rule: Rule) -> bool:
    """Whether `min_count` events fell within the rule's time, if it names one. `times` are in order."""
    if len(times) < rule.min_count:
        return False
    if rule.within_seconds is None:
        return True
    reach = rule.min_count - 1
    return any(
        (times[index + reach] - times[index]).total_seconds() <= rule.within_seconds
        for index in range(len(times) - reach)
    )


def _quote(body: str, rule: Rule) -> str:
    """The line of the event that matched, cut to a readable length around the match."""
    match = next(found for pattern in rule.patterns if (found := re.search(pattern, body)))
    start = body.rfind("\n", 0, match.start()) + 1
    end = body.find("\n", match.end())
    line = body[start : end if end >= 0 else len(body)]
    if len(line) <= QUOTE_CHARACTERS:
        return line
    left = max(0, match.start() - start - QUOTE_CHARACTERS // 3)
    return line[left : left + QUOTE_CHARACTERS]
