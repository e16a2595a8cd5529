"""Which causes are given, in which order: the ranked places, and what the release changed where it says more.

A pool that runs empty, memory that runs out, a call that is not answered: the line that fails is often innocent, and
what a suspected commit changed says more. And where a fault came with a release that changed no place of the trace,
what it did change nearby is the better guess. Owns: that choice, and the places that a commit changed. Keeps out:
ranking, the words about a ranked place (places.py).
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from connectors.redaction import mask
from indexers.code.blocks import CodeBlock
from rca.analysts.places import cause_of, from_trace_alone, quoted_failure
from rca.analysts.standing import Standing, is_changed
from rca.candidates.resources import KIND as FILE
from rca.report import Cause, Citation
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect
from rca.trace import sections

MOST = 4
CHANGED_IN_TRACE = 0.5  # for a place of the trace that the release changed, where the failing line is often innocent
CHANGED_ELSEWHERE = 0.4  # and for a place outside the trace that the release or a suspected commit changed
FEW = 2  # changed places nearby, so that one of them is worth naming first
NEAR = 2  # leading folders that two places share, to be of the same service or package
_FILE = re.compile(r"^\+\+\+ (?:b/)?(?P<path>\S.*)$")
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(?P<start>\d+)(?:,\d+)? @@")


def causes_of(standing: Standing) -> list[Cause]:
    """At most four, the best first; [] when nothing may be blamed."""
    if standing.why_none:
        return []
    if not standing.suspects:
        bare = from_trace_alone(standing)
        return [bare] if bare else []
    lead = standing.suspects[0]
    first = None if lead.in_trace and is_changed(lead) else next(_better(standing), None)
    ranks = [rank for rank, suspect in enumerate(standing.suspects[:MOST]) if suspect.block.kind != FILE]
    ranked = [cause_of(rank, standing, leading=first is None and rank == 0) for rank in ranks]
    if first is None:
        return ranked
    rest = [cause for cause in ranked if (cause.file, cause.symbol) != (first.file, first.symbol)]
    below = [cause.model_copy(update={"confidence": min(cause.confidence, first.confidence)}) for cause in rest]
    return [first, *below][:MOST]


def _better(standing: Standing) -> Iterator[Cause]:
    """What says more than the first place of the trace, which the release left as it was."""
    if standing.advice.distant:
        yield from _changed(standing)
    near = [rank for rank, suspect in enumerate(standing.suspects) if _is_changed_nearby(suspect, standing)]
    if 0 < len(near) <= FEW and not any(suspect.in_trace and is_changed(suspect) for suspect in standing.suspects):
        yield cause_of(near[0], standing, leading=True).model_copy(update={"confidence": CHANGED_ELSEWHERE})


def _is_changed_nearby(suspect: Suspect, standing: Standing) -> bool:
    """Whether the release changed a suspect in the folders of the trace's own code: the same service or package."""
    if suspect.in_trace or not is_changed(suspect):
        return False
    folders = PurePosixPath(suspect.block.path).parent.parts
    for other in standing.suspects:
        own = PurePosixPath(other.block.path).parent.parts
        if other.in_trace and folders[:NEAR] == own[:NEAR] and own:
            return True
    return False


def _changed(standing: Standing) -> Iterator[Cause]:
    """Places of the trace that the release changed, then places that suspected commits changed elsewhere."""
    for rank, suspect in enumerate(standing.suspects):
        if suspect.in_trace and is_changed(suspect):
            yield cause_of(rank, standing, leading=True).model_copy(update={"confidence": CHANGED_IN_TRACE})
    for change in standing.changes:
        for path, line, text in _added(change.diff):
            block = _block_at(standing, path, line, text)
            if block is not None:
                yield _cause(standing, change, block, line, text)


def _added(diff: str) -> Iterator[tuple[str, int, str]]:
    """(path, line, text) of each line that a difference adds."""
    path, line = "", 0
    for text in diff.split("\n"):
        if match := _FILE.match(text):
            path = match["path"].strip()
        elif match := _HUNK.match(text):
            line = int(match["start"])
        elif text.startswith("+"):
            if text[1:].strip():
                yield path, line, text[1:].strip()
            line += 1
        elif not text.startswith("-"):
            line += 1


def _block_at(standing: Standing, path: str, line: int, text: str) -> CodeBlock | None:
    """The innermost block of the deployed code that holds `text` near `line`, in a file of the trace's own language."""
    code = standing.material.case.code
    if code is None or PurePosixPath(path).suffix not in _suffixes(standing):
        return None
    holding = [block for block in code.blocks_in(path) if text in block.text and block.start_line <= line + 1]
    return min(holding, key=lambda block: block.end_line - block.start_line, default=None)


def _suffixes(standing: Standing) -> set[str]:
    frames = [frame.file for error in sections(standing.material.case.chain) for frame in error.frames]
    blamed = [suspect.block.path for suspect in standing.suspects if suspect.in_trace]
    return {PurePosixPath(path).suffix for path in (*frames, *blamed) if path}


def _cause(standing: Standing, change: SuspectChange, block: CodeBlock, line: int, text: str) -> Cause:
    material = standing.material
    commit = change.commit
    item = next((one for one in material.evidence.of_kind("commit") if one.commit == commit.commit), None)
    lines = block.text.split("\n")
    at = block.start_line + next((index for index, own in enumerate(lines) if text in own), 0)
    shown = f" [{item.id}]" if item else ""
    brought = mask(text).text
    reasoning = [
        f'Commit {commit.commit[:12]} ("{commit.subject}") brought `{brought}` to {block.symbol}{shown}.',
        f"It is suspected because: {'; '.join(change.reasons[:2])}.",
        "The line that failed is in the trace, but with this kind of failure it is often innocent: "
        f"{standing.advice.meaning}.",
    ]
    quoted = [Citation(evidence_id=item.id, quote=brought[:1000])] if item and brought in item.text else []
    return Cause(
        file=block.path,
        symbol=block.symbol,
        start_line=at,
        end_line=at,
        confidence=CHANGED_ELSEWHERE,
        reasoning=" ".join(reasoning),
        evidence=[*quoted, *quoted_failure(material)],
    )
