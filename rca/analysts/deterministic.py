"""The analyst that needs no model: it puts what rules and rankings found into words, and says that it does no more.

Owns: the order of the report, its summary, and what supports it. Each sentence rests on one piece of evidence. Keeps
out: ranking, rules, the advice table, verification; fixes (fixes.py), next checks (checks.py), causes (causes.py).
"""

import re
from collections.abc import Iterator
from datetime import datetime

from rca.analysts import Draft
from rca.analysts.causes import causes_of
from rca.analysts.checks import checks_of
from rca.analysts.fixes import fixes_of
from rca.analysts.standing import Standing, standing_of
from rca.analysts.words import SHORT_ID, failure, listed, minute, sentence, stopped, within
from rca.evidence import EvidenceItem
from rca.material import Material
from rca.parameters import involved
from rca.report import Cause, Citation, InvolvedParameter, RcaClaims
from rca.upstream_words import passed_on

LIKELY, POSSIBLE = 0.6, 0.35  # confidence from which a place is called likely, or possible
NOTE = "Written by rules from ranked code, changes and findings; no model has read the code."


class DeterministicAnalyst:
    """The default, and what every other analyst falls back to."""

    name = "deterministic"
    version = "rules-2026-11-21.9"

    def write(self, material: Material) -> Draft:
        """Claims that follow from the material; without a suspect, what is known and what would be needed."""
        return Draft(claims_from(material), analyst=self.name, note=NOTE)


def claims_from(material: Material) -> RcaClaims:
    """The claims; `root_cause` is None when nothing leads to a place in this service's code."""
    standing = standing_of(material)
    causes = causes_of(standing)
    root = causes[0] if causes else None
    return RcaClaims(
        summary=" ".join(_summary(standing, root)),
        root_cause=root,
        alternatives=causes[1:],
        parameters=[
            InvolvedParameter(name=item.name, value=item.value, why=item.why, evidence_id=item.evidence_id)
            for item in involved(material)
            if item.value or re.search(rf"\b{re.escape(item.name)}\b", material.case.exception_message)
        ],
        evidence=list(_supporting(standing)),
        fixes=fixes_of(standing, root),
        tests_to_add=_tests(standing, root),
        next_checks=checks_of(standing, root),
        impact=" ".join(_impact(material)),
    )


def _summary(standing: Standing, root: Cause | None) -> Iterator[str]:
    case = standing.material.case
    service = case.service or "A service"
    if (elsewhere := standing.passed_on) is not None:
        cluster = f" (cluster {elsewhere.cluster_id[:SHORT_ID]})" if elsewhere.cluster_id else ""
        yield (
            f"{service} fails with {case.exception_type} and only passes on a failure of {elsewhere.service}{cluster}: "
            f"{elsewhere.exception}, {elsewhere.evidence}."
        )
        others = [one.service for one in case.upstream if one.service != elsewhere.service]
        if others:
            yield f"Behind it stands {listed(list(dict.fromkeys(others)))}, which the exception also names."
    else:
        yield stopped(f"{service} fails with {failure(standing.material)}")
        yield from _known(standing)
        yield from _blamed(standing, root)
        yield from _since(standing)
    yield from _already(standing.material)


def _known(standing: Standing) -> Iterator[str]:
    """What kind of trouble it is: by the failed call, by a rule, or by the exception's type and message."""
    for silent in standing.material.case.upstream[:1]:
        yield (
            f"The failed call was to {silent.service}, which logged no exception for it."
            if not silent.exception
            else passed_on([silent])
        )
    own = next((one for one in standing.findings if one.own and one.rule.topic != "generic critical"), None)
    if own is not None:
        yield stopped(f"Recognised as: {within(own.rule.title)} (rule {own.rule.id})")
    elif standing.advice.meaning:
        yield sentence(standing.advice.meaning)


def _blamed(standing: Standing, root: Cause | None) -> Iterator[str]:
    if root is None:
        yield stopped(f"No place in the code is blamed, as {standing.why_none or 'nothing leads to one'}")
        return
    sure = "likely" if root.confidence >= LIKELY else "possible" if root.confidence >= POSSIBLE else "weakly supported"
    known = standing.blames_trace(root) or standing.material.case.code is None
    line = f", line {root.start_line}" if known else ""
    yield f"The first suspect, {sure}, is {root.symbol} in {root.file}{line}."


def _since(standing: Standing) -> Iterator[str]:
    """The release that brought it, and the commit if one stands out."""
    case = standing.material.case
    came = ""
    if case.good_release is not None and case.version:
        came = f"It came with {case.failing_release.version if case.failing_release else case.version}"
    if standing.changes:
        commit = standing.changes[0].commit
        named = f'the most suspected change is {commit.commit[:12]}, "{commit.subject}"'
        yield f"{came}; {named}." if came else sentence(named)
    elif came and standing.material.changes:
        yield f"{came}, but none of its commits stands out."


def _already(material: Material) -> Iterator[str]:
    """The later change that matters most: one of the failing line, or of the first suspect as a whole."""
    telling = next((later for later in material.later if later.line_changed), None)
    if telling is not None:
        by = f' ({telling.commits[0].commit[:12]}, "{telling.commits[0].subject}")' if telling.commits else ""
        yield sentence(f"{telling.sentence}{by}")


def _supporting(standing: Standing) -> Iterator[Citation]:
    evidence = standing.material.evidence
    titles = {finding.headline for finding in (*standing.findings, *standing.near)}
    for item in [item for item in evidence.of_kind("finding") if item.title in titles][:3]:
        yield Citation(evidence_id=item.id, quote=item.text.split("\n", 1)[0])
    commits = {change.commit.commit for change in standing.changes}
    for item in [item for item in evidence.of_kind("commit") if item.commit in commits][:2]:
        yield Citation(evidence_id=item.id, quote=item.text.split("\n", 1)[0])
    for item in _nearest_logs(standing)[:4]:
        yield Citation(evidence_id=item.id, quote=item.text.split("\n", 1)[0][:1000])


def _nearest_logs(standing: Standing) -> list[EvidenceItem]:
    """Log lines of the same request first, then what was logged last before the failure."""
    rows = standing.material.case.logs.select(["event_id", "trace_id", "request_id", "timestamp"]).to_pylist()
    known = {row["event_id"]: row for row in rows}
    failed: datetime | None = standing.event.get("timestamp")
    trace, request = standing.event.get("trace_id"), standing.event.get("request_id")

    def distance(item: EvidenceItem) -> tuple[bool, bool, float]:
        row = known.get(item.event_id)
        if row is None or failed is None:
            return (True, True, 0.0)
        same = bool(trace and row["trace_id"] == trace) or bool(request and row["request_id"] == request)
        return (not same, row["timestamp"] > failed, abs((failed - row["timestamp"]).total_seconds()))

    return sorted(standing.material.evidence.of_kind("log"), key=distance)


def _tests(standing: Standing, root: Cause | None) -> list[str]:
    case = standing.material.case
    if standing.passed_on is not None:
        return [f"Call the failing path of {case.service} {standing.advice.test}, and expect what callers should get."]
    called = root is not None and (standing.blames_trace(root) or case.code is None)
    where = (
        f"{root.symbol} ({root.file})" if root and called else f"the failing path of {case.service or 'the service'}"
    )
    return [f"Call {where} {standing.advice.test}, and expect no {case.exception_type}."]


def _impact(material: Material) -> Iterator[str]:
    case = material.case
    if not case.count:
        return
    times = "once" if case.count == 1 else f"{case.count} times"
    where = f" in {listed(sorted(name for name, count in case.counts_by_environment.items() if count and name))}"
    span = ""
    if case.first_seen and case.last_seen:
        first, last = minute(case.first_seen), minute(case.last_seen)
        span = f", at {first}" if first == last else f", first at {first}, last at {last}"
    versions = sorted(version for version, count in case.counts_by_version.items() if count and version)
    those = f", in {'version' if len(versions) == 1 else 'versions'} {listed(versions[:5])}" if versions else ""
    yield f"Seen {times}{where if where != ' in ' else ''}{span}{those}."
