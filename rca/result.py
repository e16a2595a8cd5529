"""What an analysis gives back, fresh or from the store.

Owns: the result and its JSON form. Code and commits are kept as places and numbers, not as text: the evidence holds
what was quoted. Keeps out: storing (reports.py), printing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rca.evidence import Evidence, EvidenceItem
from rca.report import RcaReport
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """A suspect as it is stored: `signals` maps each signal to what it added to the score."""

    path: str
    symbol: str
    start_line: int
    end_line: int
    line: int | None
    in_trace: bool
    score: float
    reasons: tuple[str, ...]
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankedChange:
    """A suspected commit as it is stored; `authored_at` is ISO 8601 in UTC."""

    commit: str
    author: str
    authored_at: str
    subject: str
    score: float
    reasons: tuple[str, ...]
    paths: tuple[str, ...]
    diff: str


@dataclass(frozen=True)
class AnalysisResult:
    """A report with what it rests on. `cached` is True when it was found in the store."""

    report: RcaReport
    evidence: Evidence
    suspects: tuple[RankedPlace, ...]
    changes: tuple[RankedChange, ...]
    report_id: str
    cached: bool = False
    input_tokens: int = 0
    output_tokens: int = 0


def ranked_places(suspects: Sequence[Suspect]) -> tuple[RankedPlace, ...]:
    """Suspects without their code."""
    return tuple(
        RankedPlace(
            path=suspect.block.path,
            symbol=suspect.block.symbol,
            start_line=suspect.block.start_line,
            end_line=suspect.block.end_line,
            line=suspect.line,
            in_trace=suspect.in_trace,
            score=suspect.score,
            reasons=suspect.reasons,
            signals={part.signal: round(part.contribution, 4) for part in suspect.parts},
        )
        for suspect in suspects
    )


def ranked_changes(changes: Sequence[SuspectChange]) -> tuple[RankedChange, ...]:
    """Suspected commits, secrets in their differences masked."""
    from connectors.redaction import mask

    return tuple(
        RankedChange(
            commit=change.commit.commit,
            author=change.commit.author,
            authored_at=change.commit.authored_at.isoformat(),
            subject=change.commit.subject,
            score=change.score,
            reasons=change.reasons,
            paths=change.paths,
            diff=mask(change.diff).text,
        )
        for change in changes
    )


def to_json(result: AnalysisResult) -> dict[str, str]:
    """The parts that are stored, each as JSON text."""
    return {
        "report": result.report.model_dump_json(),
        "evidence": json.dumps([asdict(item) for item in result.evidence.items]),
        "suspects": json.dumps([asdict(place) for place in result.suspects]),
        "changes": json.dumps([asdict(change) for change in result.changes]),
    }


def from_json(parts: Mapping[str, Any], *, report_id: str) -> AnalysisResult:
    """The result that `to_json` wrote, marked as cached."""
    places = [{**row, "reasons": tuple(row["reasons"])} for row in json.loads(parts["suspects"])]
    changes = [
        {**row, "reasons": tuple(row["reasons"]), "paths": tuple(row["paths"])} for row in json.loads(parts["changes"])
    ]
    return AnalysisResult(
        report=RcaReport.model_validate_json(parts["report"]),
        evidence=Evidence(tuple(EvidenceItem(**row) for row in json.loads(parts["evidence"]))),
        suspects=tuple(RankedPlace(**row) for row in places),
        changes=tuple(RankedChange(**row) for row in changes),
        report_id=report_id,
        cached=True,
    )
