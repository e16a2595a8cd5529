"""How sure a report may be, given what could be confirmed of it.

Owns: the ceilings. They are deliberately low: a confident wrong answer at night costs more than a modest right one.
Keeps out: the checks themselves (verification.py).
"""

from rca.evidence import Evidence
from rca.report import Cause

# What the cited evidence is -> the most that may be claimed from it.
CEILING_CODE_AND_FAILURE = 0.95  # the code, and a log line or the trace
CEILING_CODE_ONLY = 0.7
CEILING_FAILURE_ONLY = 0.5  # the trace or logs alone, no code at the commit
CEILING_ELSE = 0.35


def capped(cause: Cause, evidence: Evidence, *, dropped: int, checked: int) -> Cause:
    """`cause` with its confidence at most its ceiling, lowered by the share of claims that could not be confirmed."""
    kinds = {item.kind for citation in cause.evidence if (item := evidence.get(citation.evidence_id))}
    code, failure = bool(kinds & {"code", "commit"}), bool(kinds & {"exception", "log", "finding"})
    ceiling = (
        CEILING_CODE_AND_FAILURE
        if code and failure
        else CEILING_CODE_ONLY
        if code
        else CEILING_FAILURE_ONLY
        if failure
        else CEILING_ELSE
    )
    survived = 1 - dropped / checked if checked else 1.0
    return cause.model_copy(update={"confidence": round(min(cause.confidence, ceiling * survived), 3)})
