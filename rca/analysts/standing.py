"""What of the material concerns this failure, and whether that is enough to blame a place in the code.

Owns: which findings and commits are worth a sentence, whose failure is only passed on, and why no cause may be named.
Keeps out: the sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rca.analysts.advice import Advice, advise
from rca.findings.finding import Finding
from rca.material import Material
from rca.report import Cause
from rca.suspect_changes import SuspectChange
from rca.suspects import Suspect
from rca.trace import sections
from rca.upstream import Upstream

TELLING_CHANGE = 0.4  # a commit with a lower score has little more for it than being in the release
NEAR = timedelta(seconds=30)  # between a failure and what was found elsewhere, to be worth mentioning
SURE = 0.6
CALLERS = "upstream timeouts"  # topic of what a service says of the services that it calls
CHANGED = frozenset({"changed", "changed_blocks"})  # signals of the ranking


@dataclass(frozen=True)
class Standing:
    """How the case stands.

    `findings` are in the failing event or its request, `near` elsewhere at the same time; `changes` have something for
    them; `passed_on` is another service's exception that this one repeats; `suspects` may be blamed, [] when
    `why_none` says in words that nothing may be; `event` is the failing log row, {} when it is not there.
    """

    material: Material
    advice: Advice
    findings: Sequence[Finding]
    near: Sequence[Finding]
    changes: Sequence[SuspectChange]
    passed_on: Upstream | None
    suspects: Sequence[Suspect]
    why_none: str
    event: dict[str, Any]

    def blames_trace(self, cause: Cause) -> bool:
        """Whether a cause is one of the ranked suspects, and no place that only a commit leads to."""
        return any((one.block.path, one.block.symbol) == (cause.file, cause.symbol) for one in self.suspects)


def standing_of(material: Material) -> Standing:
    """The material sorted by what it is worth for this failure."""
    case = material.case
    passed_on = _passed_on(material)
    why_none = _why_none(material, passed_on)
    findings = _concerning(material)
    return Standing(
        material=material,
        advice=advise(case.exception_type, case.exception_message),
        findings=findings,
        near=[one for one in material.findings if not (one.own or one.related) and _is_near(one, material)],
        changes=[change for change in material.changes if _is_telling(change, material, passed_on, why_none)],
        passed_on=passed_on,
        suspects=[] if why_none else material.suspects,
        why_none=why_none,
        event=_event(material),
    )


def _concerning(material: Material) -> list[Finding]:
    """Findings of the failing event and its request, what speaks of the root cause's own message first; that something
    was logged loudly, or often, says nothing that is not known of a failure."""
    root = next(iter(sections(material.case.chain)), None)
    said = (root.message or root.type).split("\n")[0] if root else material.case.exception_message
    found = [
        one
        for one in material.findings
        if not one.rule.fallback and (one.own or (one.related and not _is_consequence(one, material)))
    ]
    return sorted(found, key=lambda one: (not one.own, not said or said[:60] not in one.quote))


def _is_telling(change: SuspectChange, material: Material, passed_on: Upstream | None, why_none: str) -> bool:
    """Whether a commit has more for it than being in the release; where a failure is passed on, it has to be one of the
    code that passes it on, and where nothing leads into the code none is."""
    on_the_way = {suspect.block.path for suspect in material.suspects if suspect.in_trace}
    if passed_on is not None:
        return bool(on_the_way & set(change.paths))
    return change.score >= TELLING_CHANGE and not why_none


def _is_consequence(finding: Finding, material: Material) -> bool:
    """Whether it is what callers say of this failure, or what came after it in the same request."""
    failed = _event(material).get("timestamp")
    return finding.rule.topic == CALLERS or (failed is not None and all(one.at >= failed for one in finding.shown))


def is_changed(suspect: Suspect) -> bool:
    """Whether the failing release changed the suspect."""
    return any(part.signal in CHANGED for part in suspect.parts)


def _passed_on(material: Material) -> Upstream | None:
    """The other service's exception, unless this service's own code on the way was changed by the failing release."""
    if any(suspect.in_trace and is_changed(suspect) for suspect in material.suspects):
        return None
    return next((one for one in material.case.upstream if one.exception), None)


def _why_none(material: Material, passed_on: Upstream | None) -> str:
    """Why no place of this service may be blamed, "" when one may."""
    case = material.case
    if passed_on is not None:
        return f"the failure is that of {passed_on.service}"
    frames = [frame for error in sections(case.chain) for frame in error.frames]
    if not frames:
        return "the log shows no stack trace"
    if case.code is None:
        own = any(frame.in_app is not False and frame.file and frame.line for frame in frames)
        return "" if own else "no frame of the trace is in own code, and there is no code to look in"
    if any(suspect.in_trace for suspect in material.suspects):
        return ""
    return "no frame of the trace leads into the code of this service"


def _is_near(finding: Finding, material: Material) -> bool:
    """Whether something sure and serious went on in the same service while this fault did."""
    case = material.case
    if finding.confidence < SURE or finding.rule.severity not in ("critical", "high") or finding.count < 2:
        return False
    failed = _event(material).get("timestamp") or case.last_seen
    if failed is None or case.first_seen is None or case.last_seen is None:
        return False
    overlaps = finding.first_at <= case.last_seen and finding.last_at >= case.first_seen
    return overlaps and finding.first_at - NEAR <= failed <= finding.last_at + NEAR


def _event(material: Material) -> dict[str, Any]:
    ids = material.case.logs["event_id"].to_pylist()
    if material.case.event_id not in ids:
        return {}
    row: dict[str, Any] = material.case.logs.slice(ids.index(material.case.event_id), 1).to_pylist()[0]
    return row
