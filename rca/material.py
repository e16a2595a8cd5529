"""What every analyst is given: the case and all that rules and rankings made of it.

Owns: the value. Keeps out: how its parts are made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rca.case import ClusterCase
from rca.evidence import Evidence
from rca.findings.scan import Finding
from rca.later_changes import LaterChange
from rca.report import Severity
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect


@dataclass(frozen=True)
class Material:
    """Everything here is final: an analyst reads it and adds nothing. `notes` say what could not be looked at."""

    case: ClusterCase
    evidence: Evidence
    suspects: Sequence[Suspect]
    changes: Sequence[SuspectChange]
    findings: Sequence[Finding]
    severity: Severity
    notes: Sequence[str] = ()
    later: Sequence[LaterChange] = ()
    left_out: Sequence[str] = ()  # what had no room in the budget, counted, in words
    budget: int = 0  # tokens that the whole question may count; 0: none was set

    def evidence_of(self, suspect: Suspect) -> str:
        """Id of the evidence that shows a suspect's code, "" when it was left out."""
        for item in self.evidence.of_kind("code"):
            if (item.path, item.symbol) == (suspect.block.path, suspect.block.symbol):
                return item.id
        return ""
