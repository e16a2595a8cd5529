"""Verified claims -> the finished report, with the stamps that no analyst can set.

Owns: putting the report together: confidence, status, what was looked at, what it took. Keeps out: the claims and their
checks, the order of an analysis (analysis.py).
"""

from functools import partial

from rca.analysts import Draft
from rca.analysts.deterministic import DeterministicAnalyst
from rca.confidence import Calibration, capped
from rca.material import Material
from rca.report import LookedAt, RcaReport, Usage
from rca.report_refresh import seen_of
from rca.verification import Verified, verify


def finished(material: Material, draft: Draft, verified: Verified, *, version: str, taught: Calibration) -> RcaReport:
    """The report on `material`: what survived of `draft`, its confidence as `taught` by verdicts, and every stamp.

    `version` is that of the prompt or of the rules that were asked.
    """
    case, claims = material.case, verified.claims
    cap = partial(capped, evidence=material.evidence, dropped=len(verified.dropped), checked=verified.checked)
    before = cap(claims.root_cause) if claims.root_cause else None
    root = cap(claims.root_cause, calibrated=taught) if claims.root_cause else None
    return RcaReport(
        **claims.model_dump(exclude={"root_cause", "alternatives", "summary", "next_checks"}),
        next_checks=claims.next_checks or _what_is_needed(material),
        summary=claims.summary or "Not enough evidence for a cause; the next checks say what would show it.",
        root_cause=root,
        confidence_before=before.confidence if before else None,
        alternatives=[cap(cause, calibrated=taught) for cause in claims.alternatives],
        status="cause_found" if root else "not_enough_evidence",
        severity=material.severity,
        cluster_id=case.cluster_id,
        service=case.service,
        version=case.version,
        commit=case.commit,
        looked_at=_looked_at(material),
        analyst=draft.analyst,
        analyst_note=draft.note,
        prompt_version=version,
        usage=_usage(draft),
        seen=seen_of(case),
        dropped_claims=len(verified.dropped),
        dropped=verified.dropped,
    )


def _what_is_needed(material: Material) -> list[str]:
    """The next checks that rules give, for a draft none of whose own could be kept."""
    return verify(DeterministicAnalyst().write(material).claims, material).claims.next_checks


def _usage(draft: Draft) -> Usage | None:
    if not draft.calls:
        return None
    return Usage(
        input_tokens=draft.input_tokens,
        output_tokens=draft.output_tokens,
        cost_usd=draft.cost_usd,
        latency_ms=draft.latency_ms,
        cached_tokens=draft.cached_tokens,
        model=draft.model,
        calls=draft.calls,
    )


def _looked_at(material: Material) -> list[LookedAt]:
    case = material.case
    stamps = [LookedAt(what=what, result=result) for what, result in case.looked_at.items()]
    stamps.append(LookedAt(what="log rows", result=f"{case.logs.num_rows} around the representative event"))
    if case.code is not None:
        stamps.append(LookedAt(what="code", result=f"{case.code.repository} at {case.code.commit[:12]}"))
    stamps += [
        LookedAt(what=f"{later.branch} after the deployed commit", result=later.sentence) for later in material.later
    ]
    stamps += [LookedAt(what="left out, as there was no room", result=said) for said in material.left_out]
    return [*stamps, *(LookedAt(what="not looked at", result=note) for note in material.notes)]
