"""From log text to exceptions: envelopes off, every language's parser over every stream, places mapped back.

Owns the order of these stages and which parser wins where two claim the same lines. Keeps out: what a trace looks
like (languages/), what an exception means for grouping.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.drafts import TraceDraft
from indexers.exceptions.envelopes import unwrap
from indexers.exceptions.in_app import decided
from indexers.exceptions.languages import parsers_for
from indexers.exceptions.lines import Block

_ECHO_LINES = 60  # between an exception and the report of the abort it ended in


class FoundTrace(NamedTuple):
    """A trace: its exceptions (parents index `records`), its text without envelopes, its first and last input line."""

    records: list[ExceptionRecord]
    text: str
    lines: tuple[int, int]


def extract_exceptions(text: str) -> list[ExceptionRecord]:
    """The exceptions in `text`, in printed order; `parent` indexes this list.

    Any text is accepted; the time is linear in its length. Text without an exception gives an empty list.
    """
    records: list[ExceptionRecord] = []
    for found in extract_traces(text):
        offset = len(records)
        records += [
            replace(record, parent=None if record.parent is None else record.parent + offset)
            for record in found.records
        ]
    return records


def extract_traces(text: str) -> list[FoundTrace]:
    """The traces in `text`, in printed order, each with its own text. Linear in the length of `text`."""
    found: list[FoundTrace] = []
    for block in unwrap(text):
        found += [_found(trace, block) for trace in _traces(block)]
    found.sort(key=lambda trace: trace.lines[0])
    return _without_repeats(found)


def chains(records: Sequence[ExceptionRecord]) -> list[list[ExceptionRecord]]:
    """`records` as one list a root, each with its descendants in printed order and parents renumbered within it."""
    root_of: dict[int, int] = {}
    for index in range(len(records)):
        at, seen = index, {index}
        parent = records[at].parent
        while parent is not None and parent not in seen:
            at = parent
            seen.add(at)
            parent = records[at].parent
        root_of[index] = at
    groups: dict[int, list[int]] = {}
    for index, root in root_of.items():
        groups.setdefault(root, []).append(index)
    result = []
    for members in groups.values():
        places = {index: place for place, index in enumerate(members)}
        result.append([_moved(records[index], places) for index in members])
    return result


def _moved(record: ExceptionRecord, places: dict[int, int]) -> ExceptionRecord:
    return replace(record, parent=None if record.parent is None else places.get(record.parent))


def _traces(block: Block) -> list[TraceDraft]:
    """Traces of all languages in `block`, none overlapping another, in order.

    Where two claim the same lines, the earlier parser's has them, unless the later one's encloses it: then what the
    earlier one saw stands in a message, or between the frames, of the other.
    """
    kept: dict[int, TraceDraft] = {}
    number = -1
    owners = [-1] * len(block.lines)  # for each line the number of the trace that has it
    for parse in parsers_for("\n".join(line.text for line in block.lines)):
        for trace in parse(block):
            rivals = set(owners[trace.first : trace.last + 1]) - {-1}
            if all(_encloses(trace, kept[rival]) for rival in rivals) and not _is_echo(trace, kept.values()):
                for rival in rivals:
                    del kept[rival]
                kept[number := number + 1] = trace
                owners[trace.first : trace.last + 1] = [number] * (trace.last + 1 - trace.first)
    return sorted(kept.values(), key=lambda trace: trace.first)


def _encloses(outer: TraceDraft, inner: TraceDraft) -> bool:
    """Whether `inner` is only part of what `outer` says: on both sides, or on one with more frames."""
    if outer.first < inner.first and inner.last < outer.last:
        return True
    wider = (
        outer.first <= inner.first
        and inner.last <= outer.last
        and (outer.first, outer.last) != (inner.first, inner.last)
    )
    return wider and _frames(outer) > _frames(inner)


def _frames(trace: TraceDraft) -> int:
    return sum(len(draft.frames) for draft in trace.drafts)


def _is_echo(trace: TraceDraft, before: Iterable[TraceDraft]) -> bool:
    """A native report of the abort that an exception of another language, printed shortly before, ended in."""
    if trace.language != "cpp":
        return False
    from indexers.exceptions.languages.native import is_echo

    return is_echo(trace) and any(0 < trace.first - other.last <= _ECHO_LINES for other in before)


def _found(trace: TraceDraft, block: Block) -> FoundTrace:
    lines = block.lines
    records = [
        ExceptionRecord(
            type=draft.type,
            message=draft.message,
            language=trace.language,
            relation=draft.relation,
            parent=draft.parent,
            lines=(lines[draft.first].first, lines[draft.last].last),
            frames=tuple(decided(frame, trace.language) for frame in draft.frames),
            innermost_first=trace.innermost_first,
            location=None if draft.location is None else decided(draft.location, trace.language),
        )
        for draft in trace.drafts
    ]
    taken = lines[trace.first : trace.last + 1]
    text = "\n".join(line.text.rstrip() for line in taken)
    return FoundTrace(records, text, (min(line.first for line in taken), max(line.last for line in taken)))


def _without_repeats(found: list[FoundTrace]) -> list[FoundTrace]:
    """JSON records often carry one trace in two fields: the same exceptions at the same line are one."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for trace in found:
        identity = (trace.lines, tuple((record.type, record.message, record.frames) for record in trace.records))
        if trace.lines[0] != trace.lines[1] or identity not in seen:
            seen.add(identity)
            kept.append(trace)
    return kept
