"""A stored report served again: its claims hold, but counts and severity are those of now.

Owns: what is renewed and how. Keeps out: when a stored report is served (analysis.py), storing (reports.py).
"""

from dataclasses import replace

from connectors.records import utc_now
from rca.analysts.deterministic import DeterministicAnalyst
from rca.case import ClusterCase
from rca.material import Material
from rca.report import Seen
from rca.result import AnalysisResult
from rca.verification import impact_of


def seen_of(case: ClusterCase) -> Seen:
    """How often the cluster was seen, as the case has it, stamped with the time."""
    return Seen(
        count=case.count,
        first_seen=case.first_seen,
        last_seen=case.last_seen,
        by_version=dict(case.counts_by_version),
        by_environment=dict(case.counts_by_environment),
        at=utc_now(),
    )


def refreshed(held: AnalysisResult, material: Material) -> AnalysisResult:
    """`held` with the severity, counts and impact of now; the same object when none of them has changed.

    Of an impact in an analyst's words those sentences stay whose numbers still hold; what is counted is said anew.
    """
    report, seen = held.report, seen_of(material.case)
    same_counts = report.seen is not None and report.seen.counts == seen.counts
    if same_counts and report.severity == material.severity:
        return held
    update: dict[str, object] = {"severity": material.severity, "seen": seen}
    if not same_counts:
        update["impact"] = _impact(held, material)
    return replace(held, report=report.model_copy(update=update))


def _impact(held: AnalysisResult, material: Material) -> str:
    counted = impact_of(DeterministicAnalyst().write(material).claims.impact, material)
    if held.report.analyst == DeterministicAnalyst.name:
        return counted
    still = impact_of(held.report.impact, material)
    return still if still == held.report.impact else " ".join(filter(None, (counted, still)))
