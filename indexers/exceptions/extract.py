"""From log text to exceptions: envelopes off, every language's parser over every stream, places mapped back.

Owns the order of these stages and which parser wins where two claim the same lines. Keeps out: what a trace looks
like (languages/), what an exception means for grouping.
"""

from collections.abc import Sequence
from typing import NamedTuple

from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.drafts import Trace
from indexers.exceptions.envelopes import unwrap
from indexers.exceptions.in_app import decided
from indexers.exceptions.languages import parsers_for
from indexers.exceptions.lines import Block


class _Found(NamedTuple):
    place: tuple[int, int]  # first and last input line
    order: int
    records: list[ExceptionRecord]


def extract_exceptions(text: str) -> list[ExceptionRecord]:
    """The exceptions in `text`, in printed order; `parent` indexes this list.

    Any text is accepted; the time is linear in its length. Text without an exception gives an empty list.
    """
    if not isinstance(text, str):  # bytes are a caller's mistake that would be hard to see in the result
        raise TypeError(f"extract_exceptions takes str, got {type(text).__name__}")
    found: list[_Found] = []
    for block in unwrap(text):
        for trace in _traces(block):
            records = _records(trace, block)
            place = (min(record.lines[0] for record in records), max(record.lines[1] for record in records))
            found.append(_Found(place, len(found), records))
    found.sort(key=lambda item: (item.place[0], item.order))
    return _joined(_without_repeats(found))


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
    parent = None if record.parent is None else places.get(record.parent)
    return _with_parent(record, parent)


def _with_parent(record: ExceptionRecord, parent: int | None) -> ExceptionRecord:
    return ExceptionRecord(
        record.type,
        record.message,
        record.language,
        record.relation,
        parent,
        record.lines,
        record.frames,
        record.innermost_first,
    )


def _traces(block: Block) -> list[Trace]:
    """Traces of all languages in `block`, none overlapping another, in order."""
    kept: list[Trace] = []
    taken = bytearray(len(block.lines))
    for parse in parsers_for("\n".join(line.text for line in block.lines)):
        for trace in parse(block):
            if not any(taken[trace.first : trace.last + 1]):
                taken[trace.first : trace.last + 1] = b"\1" * (trace.last + 1 - trace.first)
                kept.append(trace)
    return sorted(kept, key=lambda trace: trace.first)


def _records(trace: Trace, block: Block) -> list[ExceptionRecord]:
    lines = block.lines
    return [
        ExceptionRecord(
            type=draft.type,
            message=draft.message,
            language=trace.language,
            relation=draft.relation,
            parent=draft.parent,
            lines=(lines[draft.first].first, lines[draft.last].last),
            frames=tuple(decided(frame, trace.language) for frame in draft.frames),
            innermost_first=trace.innermost_first,
        )
        for draft in trace.drafts
    ]


def _without_repeats(found: list[_Found]) -> list[_Found]:
    """JSON records often carry one trace in two fields: the same exceptions at the same line are one."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for item in found:
        identity = (item.place, tuple((record.type, record.message, record.frames) for record in item.records))
        if item.place[0] != item.place[1] or identity not in seen:
            seen.add(identity)
            kept.append(item)
    return kept


def _joined(found: list[_Found]) -> list[ExceptionRecord]:
    records: list[ExceptionRecord] = []
    for item in found:
        offset = len(records)
        records += [
            _with_parent(record, None if record.parent is None else record.parent + offset) for record in item.records
        ]
    return records
