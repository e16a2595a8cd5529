"""Turns a ranked suspect into a cause with reasoning and citations.

Owns: the reasoning's sentences and the deterministic analyst's own confidence. Keeps out: the rest of the report.
"""

from collections.abc import Iterator

from connectors.redaction import mask
from rca.analysts.standing import CHANGED, Standing, is_changed
from rca.analysts.words import sentence
from rca.evidence import EvidenceItem
from rca.material import Material
from rca.report import Cause, Citation
from rca.suspects import Suspect
from rca.trace import sections

# How often the suspect at each rank was the faulty function, on development traces of real bugs (rounded down).
SHARE_AT_RANK = (0.55, 0.12, 0.06, 0.05)
CHANGED_BONUS = 0.15
BY_WORDS = 0.1  # the most for a place that neither the trace nor a change leads to
DISTANT = 0.6  # what is left where the failing line is often innocent, and the place was not changed
UNCHANGED = 0.7  # what is left where a release brought the fault and did not change the place
TRACE_ALONE = 0.3
REASONS_TOLD = 4


def confidence_of(rank: int, standing: Standing) -> float:
    """How sure the ranking alone may be: what it was worth on known bugs, more when the release changed the place, less
    when it is outside the trace for want of a better one or the failing line is often innocent."""
    suspect, base = standing.suspects[rank], SHARE_AT_RANK[min(rank, len(SHARE_AT_RANK) - 1)]
    if rank == 0 and is_changed(suspect):
        base += CHANGED_BONUS
    if not suspect.in_trace and not is_changed(suspect):
        base = min(base, BY_WORDS)
    case = standing.material.case
    if not is_changed(suspect):
        base *= DISTANT if case.upstream or standing.advice.distant else 1.0
        base *= UNCHANGED if case.good_release is not None and case.repository is not None else 1.0
    return round(base, 3)


def cause_of(rank: int, standing: Standing, *, leading: bool) -> Cause:
    """The suspect at `rank` (from 0) as a cause; `leading` when it is the one that is blamed first."""
    material, suspect = standing.material, standing.suspects[rank]
    item = next(
        (
            item
            for item in material.evidence.of_kind("code")
            if (item.path, item.symbol) == (suspect.block.path, suspect.block.symbol)
        ),
        None,
    )
    citations = [*quoted_failure(material), *([_quoted_code(suspect, item, material)] if item else [])]
    return Cause(
        file=suspect.block.path,
        symbol=suspect.block.symbol,
        start_line=suspect.line or suspect.block.start_line,
        end_line=suspect.line or suspect.block.end_line,
        confidence=confidence_of(rank, standing),
        reasoning=" ".join(_reasoning(rank, standing, item, leading=leading)),
        evidence=citations,
    )


def _reasoning(rank: int, standing: Standing, item: EvidenceItem | None, *, leading: bool) -> Iterator[str]:
    material, suspect = standing.material, standing.suspects[rank]
    failure = next(iter(material.evidence.of_kind("exception")), None)
    shown = f" [{item.id}]" if item else ""
    if suspect.in_trace and suspect.line:
        running = mask(line_of(suspect).strip()).text
        yield f"`{running}` was running at {suspect.block.path}:{suspect.line} when it failed{shown}."
    else:
        yield f"{suspect.block.symbol} is not in the trace, but {_lead(suspect)}{shown}."
    if suspect.reasons:
        yield sentence(
            f"{'ranked first' if leading else 'considered'} because: {'; '.join(suspect.reasons[:REASONS_TOLD])}"
        )
    if failure is not None and leading and standing.advice.meaning:
        yield f"{material.case.exception_type} says that {standing.advice.meaning} [{failure.id}]."
    for change, commit in zip(material.changes, material.evidence.of_kind("commit"), strict=False):
        if suspect.block.path in change.paths and change in standing.changes:
            yield f'Commit {change.commit.commit[:12]} ("{change.commit.subject}") touches this file [{commit.id}].'
            break


def _lead(suspect: Suspect) -> str:
    """Why a place outside the trace is looked at."""
    signals = {part.signal for part in suspect.parts}
    if signals - CHANGED - {"words", "meaning", "same_class", "verdicts"}:
        return "what the trace used leads there"
    return "the release that brought the fault changed it" if signals & CHANGED else "it speaks of the same things"


def quoted_failure(material: Material) -> list[Citation]:
    """The line that names the root cause's exception, as logged."""
    item = next(iter(material.evidence.of_kind("exception")), None)
    if item is None:
        return []
    for error in sections(material.case.chain):
        for line in item.text.split("\n"):
            if error.type in line and (not error.message or error.message.split("\n")[0][:60] in line):
                return [Citation(evidence_id=item.id, quote=line.strip()[:1000])]
    first = next((line for line in item.text.split("\n") if line.strip()), "")
    return [Citation(evidence_id=item.id, quote=first.strip()[:1000])] if first else []


def _quoted_code(suspect: Suspect, item: EvidenceItem, material: Material) -> Citation:
    """The running line; for a block outside the trace a line that a suspected change brought, or else its first."""
    lines = item.text.split("\n")
    index = (suspect.line or suspect.block.start_line) - item.start_line
    line = lines[index] if 0 <= index < len(lines) else lines[0]
    if suspect.line is None:
        line = next((shown for shown in lines if shown.strip() in _brought(suspect, material)), line)
    return Citation(evidence_id=item.id, quote=(line.strip() or lines[0].strip())[:1000])


def _brought(suspect: Suspect, material: Material) -> set[str]:
    """Lines that suspected changes added to the suspect's file."""
    return {
        line[1:].strip()
        for change in material.changes
        if suspect.block.path in change.paths
        for line in change.diff.split("\n")
        if line.startswith("+") and line[1:].strip()
    }


def line_of(suspect: Suspect) -> str:
    """The source line that was running, or the block's first."""
    lines = suspect.block.text.split("\n")
    index = (suspect.line or suspect.block.start_line) - suspect.block.start_line
    return lines[index] if 0 <= index < len(lines) else lines[0]


def from_trace_alone(standing: Standing) -> Cause | None:
    """The innermost frame that the trace itself calls own code, where there is no code to look at; else None."""
    material = standing.material
    for error in sections(material.case.chain):
        for frame in error.innermost():
            if frame.in_app is False or not frame.line or not frame.file:
                continue
            meaning = f" {error.type} says that {standing.advice.meaning}." if standing.advice.meaning else ""
            why = f"the code was not available: {material.case.code_missing or 'no repository is known'}"
            return Cause(
                file=frame.file,
                symbol=frame.function or "(unknown)",
                start_line=frame.line,
                end_line=frame.line,
                confidence=TRACE_ALONE,
                reasoning=(
                    f"The innermost own frame of the trace is {frame.function} at {frame.file}:{frame.line}.{meaning} "
                    f"This rests on the trace alone, as {why}."
                ),
                evidence=quoted_failure(material),
            )
    return None
