"""The analyst that needs no model: it puts what rules and rankings found into words, and says that it does no more.

Owns: the sentences. Each rests on one piece of evidence. Keeps out: ranking, rules, advice tables, verification.
"""

from collections.abc import Iterator

from rca.analysts import Draft
from rca.analysts.advice import Advice, advise
from rca.analysts.places import cause_of, confidence_of
from rca.material import Material
from rca.parameters import involved
from rca.report import Citation, Fix, InvolvedParameter, RcaClaims
from rca.upstream_words import passed_on

ALTERNATIVES = 3
NOTE = "Written by rules from ranked code, changes and findings; no model has read the code."


class DeterministicAnalyst:
    """The default, and what every other analyst falls back to."""

    name = "deterministic"
    version = "rules-2026-11-21"

    def write(self, material: Material) -> Draft:
        """Claims that follow from the material; without a suspect, what is known and what would be needed."""
        return Draft(claims_from(material), analyst=self.name, note=NOTE)


def claims_from(material: Material) -> RcaClaims:
    """The claims; `root_cause` is None when neither code nor trace points anywhere."""
    case = material.case
    advice = advise(case.exception_type, case.exception_message)
    causes = [
        cause
        for rank, suspect in enumerate(material.suspects[: ALTERNATIVES + 1])
        if (cause := cause_of(suspect, material, advice, confidence_of(rank, material)))
    ]
    if not causes and (bare := cause_of(None, material, advice, 0.3)):
        causes = [bare]
    root = causes[0] if causes else None
    return RcaClaims(
        summary=_summary(material, advice, root.symbol if root else ""),
        root_cause=root,
        alternatives=causes[1:],
        parameters=[
            InvolvedParameter(name=item.name, value=item.value, why=item.why, evidence_id=item.evidence_id)
            for item in involved(material)
        ],
        evidence=list(_supporting(material)),
        fixes=list(_fixes(material, advice, root.symbol if root else "")),
        tests_to_add=_tests(material, advice),
        next_checks=list(_checks(material, has_cause=root is not None)),
        impact=_impact(material),
    )


def _summary(material: Material, advice: Advice, symbol: str) -> str:
    case = material.case
    what = f"{case.service or 'A service'} fails with {case.exception_type}: {advice.meaning}."
    where = f" The ranking points first at {symbol}." if symbol else " Nothing points at a place in the code."
    change = ""
    if material.changes:
        first = material.changes[0]
        change = f' The most suspected change is {first.commit.commit[:12]}, "{first.commit.subject}".'
    own = next((finding for finding in material.findings if finding.own), None)
    known = f" A rule recognises it: {own.rule.title.lower()}." if own else ""
    elsewhere = f" {passed_on(case.upstream)}" if case.upstream else ""
    return what + elsewhere + where + known + change + _already(material)


def _already(material: Material) -> str:
    """The later change that matters most: one of the failing line, or of the first suspect as a whole."""
    telling = next((later for later in material.later if later.line_changed), None)
    if telling is None:
        return ""
    by = f' ({telling.commits[0].commit[:12]}, "{telling.commits[0].subject}")' if telling.commits else ""
    sentence = telling.sentence[0].upper() + telling.sentence[1:]
    return f" {sentence}{by}."


def _supporting(material: Material) -> Iterator[Citation]:
    for item in material.evidence.of_kind("finding")[:4]:
        yield Citation(evidence_id=item.id, quote=item.text)
    for item in material.evidence.of_kind("commit")[:2]:
        yield Citation(evidence_id=item.id, quote=item.text.split("\n", 1)[0])
    for item in material.evidence.of_kind("log")[:4]:
        yield Citation(evidence_id=item.id, quote=item.text.split("\n", 1)[0][:1000])


def _fixes(material: Material, advice: Advice, symbol: str) -> Iterator[Fix]:
    case, good = material.case, material.case.good_release
    if good is not None and case.failing_release is not None:
        yield Fix(
            kind="quick",
            description=f"Roll {case.service} back to {good.version or good.commit[:12]}, in which this was not seen.",
            risk="Whatever else came with the failing release goes away too; check migrations before rolling back.",
            rollback=f"Deploy {case.failing_release.version or case.failing_release.commit[:12]} again.",
        )
    for later in [later for later in material.later if later.line_changed][:1]:
        named = ", ".join(commit.commit[:12] for commit in later.commits) or later.branch
        yield Fix(
            kind="quick",
            description=f"Deploy {named} from {later.branch}, once its difference is read: {later.sentence}.",
            risk="It may change more than this fault, and may not be meant as its fix.",
            rollback=f"Deploy {case.commit[:12]} again.",
        )
    for finding in [finding for finding in material.findings if finding.own][:1]:
        yield Fix(
            kind="quick",
            description=finding.rule.quick,
            risk="Relieves the symptom; the cause stays until the durable fix.",
            rollback="Undo the setting or the restart order that was changed.",
        )
        yield Fix(
            kind="durable",
            description=finding.rule.durable,
            risk="Changes behaviour under load; roll it out to one instance first.",
            rollback="Revert the change.",
        )
    where = f" Start at {symbol}." if symbol else ""
    yield Fix(
        kind="durable",
        description=advice.durable + where,
        risk="Callers may rely on today's behaviour; look at them before changing it.",
        rollback="Revert the commit.",
    )


def _tests(material: Material, advice: Advice) -> list[str]:
    expected = f"{advice.test}, and expect no {material.case.exception_type}."
    for suspect in material.suspects[:1]:
        return [f"Call {suspect.block.symbol} ({suspect.block.path}) {expected}"]
    return [f"Exercise the failing path {expected}"]


def _checks(material: Material, *, has_cause: bool) -> Iterator[str]:
    for change in material.changes[:2]:
        command = " ".join(["git show", change.commit.commit[:12], *(["--", *change.paths] if change.paths else [])])
        yield f"Read `{command}`: {'; '.join(change.reasons)}."
    for finding in material.findings[:3]:
        yield f"{finding.rule.title}: {finding.rule.check}"
    if len(material.suspects) > 1:
        first, second = material.suspects[:2]
        yield (
            f"Decide between {first.block.symbol} and {second.block.symbol}: log the value that fails where the one "
            "hands it to the other."
        )
    for note in material.notes:
        yield f"To see more: {note}"
    if not has_cause:
        yield "Give the repository and the release that was running, so that the trace can be laid over the code."


def _impact(material: Material) -> str:
    case = material.case
    if not case.count:
        return ""
    times = "once" if case.count == 1 else f"{case.count} times"
    span = ""
    if case.first_seen and case.last_seen:
        span = f" from {case.first_seen.isoformat()} to {case.last_seen.isoformat()}"
    where = f" in {case.environment}" if case.environment else ""
    versions = [version for version, count in case.counts_by_version.items() if count and version]
    those = f"; versions: {', '.join(versions[:5])}" if versions else ""
    return f"Seen {times}{span}{where}{those}."
