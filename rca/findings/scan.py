"""Finds the trouble that rules describe in log rows, in two passes over what is distinct.

First the templates that came most often or loudest, then single rare lines, the loud ones first. Owns: the passes,
which events a rule gets, the order of findings. Keeps out: the rules, which lines tell anything (lines.py), what a
finding holds (finding.py), what it means for blame.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rca.findings.finding import Finding, Matched, finding_of, rank
from rca.findings.lines import Lines, telling_lines
from rca.findings.matching import any_of
from rca.findings.rules import Rule, load_rules

__all__ = ["Finding", "scan", "telling_rows"]

MOST_SHAPES = 4_000  # of lines that templates are mined from; the rest is grouped by length
MOST_TEMPLATES = 500  # looked at in the first pass
MOST_SINGLES = 20_000  # shapes of lines looked at in the second
LEVELS = {"FATAL": 21, "ERROR": 17}  # a level's lowest OpenTelemetry severity number

Flags = NDArray[np.bool_]


def telling_rows(logs: pa.Table, rules: Sequence[Rule]) -> pa.Table:
    """The rows of `logs` (LOG_SCHEMA) that a rule might see; one fast pass over the bodies."""
    found = np.asarray(any_of(logs["body"].combine_chunks(), _patterns(rules)))
    levels = [LEVELS[rule.level] for rule in rules if rule.level]
    if levels:
        found |= logs["severity_number"].to_numpy() >= min(levels)
    return logs.filter(pa.array(found))


def scan(logs: pa.Table, *, own_event: str = "", rules: Sequence[Rule] | None = None) -> list[Finding]:
    """Findings in `logs` (LOG_SCHEMA, any order): what touches the event `own_event` and its request first, then what
    came in groups, then single events; each by severity, confidence and count."""
    chosen = tuple(load_rules() if rules is None else rules)
    rows = telling_rows(logs, chosen)
    if rows.num_rows == 0:
        return []
    rows = rows.sort_by("timestamp")
    lines = telling_lines(rows["body"].combine_chunks(), _patterns(chosen))
    levels, own = rows["severity_number"].to_numpy(), _is_own(rows, own_event)
    templates = _templates(lines)
    grouped = _first_pass(lines, templates, levels, own)
    looked = grouped | _second_pass(lines, grouped, levels)
    by_shape = np.stack([_shapes_of(rule, lines, looked) for rule in chosen])
    by_row = _settled(
        np.stack([_rows_of(rule, lines, shapes, levels) for rule, shapes in zip(chosen, by_shape, strict=True)]), chosen
    )
    matched = Matched(rows, lines, templates, grouped, own, _of_same_request(logs, rows, own_event))
    found = [
        finding_of(rule, matched, events, shapes)
        for rule, events, shapes in zip(chosen, by_row, by_shape, strict=True)
        if events.any()
    ]
    return sorted((finding for finding in found if finding is not None), key=rank)


def _patterns(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(pattern for rule in rules for pattern in rule.patterns)


def _is_own(rows: pa.Table, own_event: str) -> Flags:
    return np.asarray(pc.equal(rows["event_id"].combine_chunks(), own_event)) & bool(own_event)


def _of_same_request(logs: pa.Table, rows: pa.Table, own_event: str) -> Flags:
    """Rows with the trace or request id of the failing event."""
    related = np.zeros(rows.num_rows, dtype=bool)
    own = logs.filter(pc.equal(logs["event_id"], own_event)) if own_event else logs.slice(0, 0)
    for column in ("trace_id", "request_id"):
        for value in {value for value in own[column].to_pylist() if value}:
            related |= np.asarray(pc.equal(rows[column].combine_chunks(), value))
    return related


def _templates(lines: Lines) -> NDArray[np.int32]:
    """The number of the template of each shape."""
    from indexers.logs.templates import TemplateMiner

    if not len(lines.shapes):
        return np.zeros(0, np.int32)
    miner = TemplateMiner(MOST_SHAPES)
    return miner.table(miner.update(lines.shapes)).codes


def _first_pass(lines: Lines, templates: NDArray[np.int32], levels: NDArray[np.uint8], own: Flags) -> Flags:
    """Shapes of the templates that came more than once or in the failing event, the loudest and most frequent ones."""
    if not len(templates):
        return np.zeros(0, dtype=bool)
    of_line = templates[lines.codes]
    size = int(templates.max()) + 1
    count = np.bincount(of_line, minlength=size)
    loudest, holds_own = np.zeros(size, np.uint8), np.zeros(size, dtype=bool)
    np.maximum.at(loudest, of_line, levels[lines.rows])
    np.logical_or.at(holds_own, of_line, own[lines.rows])
    order = np.lexsort((-count, -loudest.astype(int), ~holds_own))
    order = order[(count[order] > 1) | holds_own[order]][:MOST_TEMPLATES]
    return np.isin(templates, order)


def _second_pass(lines: Lines, first: Flags, levels: NDArray[np.uint8]) -> Flags:
    """Shapes of the lines that the first pass did not look at, the loudest and rarest ones."""
    count = np.bincount(lines.codes, minlength=len(first))
    loudest = np.zeros(len(first), np.uint8)
    np.maximum.at(loudest, lines.codes, levels[lines.rows])
    order = np.lexsort((count, -loudest.astype(int)))
    chosen = np.zeros(len(first), dtype=bool)
    chosen[order[~first[order]][:MOST_SINGLES]] = True
    return chosen


def _shapes_of(rule: Rule, lines: Lines, looked: Flags) -> Flags:
    """Which of the shapes that are looked at the rule's patterns match."""
    hit = np.zeros(len(looked), dtype=bool)
    places = np.flatnonzero(looked)
    texts = lines.shapes.take(pa.array(places))
    found = np.asarray(any_of(texts, rule.patterns))
    if rule.unless and found.any():
        found &= ~np.asarray(any_of(texts, rule.unless))
    hit[places[found]] = True
    return hit


def _rows_of(rule: Rule, lines: Lines, shapes: Flags, levels: NDArray[np.uint8]) -> Flags:
    """Which rows hold a matching line, or were logged at the rule's level."""
    rows = np.zeros(len(levels), dtype=bool)
    rows[lines.rows[shapes[lines.codes]]] = True
    if rule.level:
        rows |= levels >= LEVELS[rule.level]
    return rows


def _settled(by_row: NDArray[np.bool_], rules: Sequence[Rule]) -> NDArray[np.bool_]:
    """Events that a rule gives up: to those that stand instead of it, and a fallback's to every other rule."""
    places = {rule.id: place for place, rule in enumerate(rules)}
    settled = by_row.copy()
    for rule, events in zip(rules, by_row, strict=True):
        for other in rule.instead_of:
            if other in places:
                settled[places[other]] &= ~events
    specific = np.zeros(by_row.shape[1], dtype=bool)
    for rule, events in zip(rules, settled, strict=True):
        specific |= events & (not rule.fallback and rule.min_count == 1)
    for place, rule in enumerate(rules):
        if rule.fallback:
            settled[place] &= ~specific
    return settled
