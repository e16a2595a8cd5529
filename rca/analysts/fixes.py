"""The ways out that follow from releases, commits, rules and the kind of exception.

Owns: which fixes are offered, in which order, and that none is said twice. Keeps out: the advice itself.
"""

from collections.abc import Iterator

from rca.analysts.standing import Standing, is_changed
from rca.report import Cause, Fix

WORTH_STARTING = 0.4  # confidence of a place
MOST = 6


def fixes_of(standing: Standing, root: Cause | None) -> list[Fix]:
    """At most six, those that stop the bleeding first; `root` is the blamed place."""
    found = [*_elsewhere(standing), *_roll_back(standing), *_later(standing)]
    found += [*_relief(standing), *_revert(standing), *_durable(standing, root)]
    return found[:MOST]


def _elsewhere(standing: Standing) -> Iterator[Fix]:
    if standing.passed_on is not None:
        service = standing.passed_on.service
        yield Fix(
            kind="quick",
            description=f"Repair {service}: what stops its failure stops this one. The report on its cluster says how.",
            risk=f"Until then every call of {service} that fails the same way fails here too.",
            rollback="Nothing is changed here.",
        )


def _roll_back(standing: Standing) -> Iterator[Fix]:
    case = standing.material.case
    good, failing = case.good_release, case.failing_release
    own = any(suspect.in_trace and is_changed(suspect) for suspect in standing.suspects) or not case.upstream
    if own and good is not None and failing is not None:
        yield Fix(
            kind="quick",
            description=f"Roll {case.service} back to {good.version or good.commit[:12]}, in which this was not seen.",
            risk="Whatever else came with the failing release goes away too; check migrations before rolling back.",
            rollback=f"Deploy {failing.version or failing.commit[:12]} again.",
        )


def _later(standing: Standing) -> Iterator[Fix]:
    material = standing.material
    for later in [later for later in material.later if later.line_changed][:1]:
        named = ", ".join(commit.commit[:12] for commit in later.commits) or later.branch
        yield Fix(
            kind="quick",
            description=f"Deploy {named} from {later.branch}, once its difference is read: {later.sentence}.",
            risk="It may change more than this fault, and may not be meant as its fix.",
            rollback=f"Deploy {material.case.commit[:12]} again.",
        )


def _relief(standing: Standing) -> Iterator[Fix]:
    """What a rule that matched the failing event, or else its request, advises."""
    for finding in [finding for finding in standing.findings if finding.rule.quick][:1]:
        if standing.passed_on is None:
            yield Fix(
                kind="quick",
                description=finding.rule.quick,
                risk="It relieves the symptom; the cause stays until the durable fix.",
                rollback="Undo it once the durable fix is out.",
            )


def _revert(standing: Standing) -> Iterator[Fix]:
    for change in standing.changes[:1]:
        if standing.passed_on is None:
            yield Fix(
                kind="durable",
                description=(
                    f'Read {change.commit.commit[:12]} ("{change.commit.subject}") and revert what it did'
                    f"{f' to {change.paths[0]}' if change.paths else ''}, or repair it."
                ),
                risk="What the commit was meant for goes away with it; later commits may build on it.",
                rollback="Revert the revert.",
            )


def _durable(standing: Standing, root: Cause | None) -> Iterator[Fix]:
    """The rule's advice where one matched the failing event, else that of the exception's kind."""
    own = next((finding.rule.durable for finding in standing.findings if finding.own and finding.rule.durable), "")
    relayed = standing.passed_on is not None
    where = f" Start at {root.symbol}." if root is not None and root.confidence >= WORTH_STARTING else ""
    yield Fix(
        kind="durable",
        description=(standing.advice.durable if relayed else own or standing.advice.durable) + where,
        risk="Callers may rely on today's behaviour; look at them before changing it.",
        rollback="Revert the commit.",
    )
