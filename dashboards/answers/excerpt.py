"""Lines of code that the evidence of a report holds, the blamed ones marked. Keeps out: reading repositories."""

from dataclasses import dataclass

from dashboards.answers.code import CodeLine
from dashboards.answers.rca import RcaAnswer
from rca.report import Cause

CONTEXT = 4  # lines around a blamed stretch
MOST_LINES = 40
LONGEST_MARK = 12  # a longer stretch is marked at its first line alone: what is all marked is not marked


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Code as the evidence quotes it. `evidence_id` says which piece."""

    path: str
    symbol: str
    evidence_id: str
    lines: list[CodeLine]


def of_cause(answer: RcaAnswer, cause: Cause) -> Excerpt | None:
    """The code of a cause with its line marked: where the trace ran through it, else the stretch that is blamed.

    None when no evidence holds that code.
    """
    for item in answer.evidence:
        if item.kind == "code" and item.path == cause.file and _overlap(item.start_line, item.end_line, cause):
            break
    else:
        return None
    ran = [
        place.line
        for place in answer.suspects
        if place.path == cause.file and place.line and cause.start_line <= place.line <= cause.end_line
    ]
    blamed = range(cause.start_line, cause.end_line + 1)
    marked = ran[:1] or (blamed if len(blamed) <= LONGEST_MARK else blamed[:1])
    lines = [
        CodeLine(number=number, text=text, marked=number in marked)
        for number, text in enumerate(item.text.split("\n"), item.start_line)
    ]
    return Excerpt(item.path, item.symbol, item.id, _window(lines))


def _overlap(start: int, end: int, cause: Cause) -> bool:
    return start <= cause.end_line and cause.start_line <= end


def _window(lines: list[CodeLine]) -> list[CodeLine]:
    marked = [place for place, line in enumerate(lines) if line.marked]
    if len(lines) <= MOST_LINES or not marked:
        return lines[:MOST_LINES]
    first = max(0, marked[0] - CONTEXT)
    return lines[first : min(marked[-1] + CONTEXT + 1, first + MOST_LINES)]
