"""What to look at next, as commands that can be pasted; and, where no cause can be named, what would be needed.

Owns: which checks, in which order. Keeps out: what is already concluded.
"""

import shlex
from collections.abc import Iterator

from rca.analysts.standing import Standing, is_changed
from rca.analysts.words import SHORT_ID, command
from rca.report import Cause
from rca.trace import sections

MOST = 8
MOST_PATHS = 4
DOUBTFUL = 0.6  # confidence below which the next place to read is named


def checks_of(standing: Standing, root: Cause | None) -> list[str]:
    """At most eight: what leads nearest to the cause first."""
    found = [*_upstream(standing), *_needed(standing), *_difference(standing, root), *_changes(standing)]
    found += [
        *_request(standing),
        *_rules(standing),
        *_next_place(standing, root),
        *_near(standing),
        *_around(standing),
    ]
    found += _other_code(standing)
    found += [f"To see more: {note}." for note in standing.material.notes if not standing.why_none]
    return list(dict.fromkeys(found))[:MOST]


def _upstream(standing: Standing) -> Iterator[str]:
    case = standing.material.case
    for one in case.upstream[:2]:
        if one.cluster_id:
            yield f"{command('explain', one.cluster_id[:SHORT_ID])}: what fails in {one.service}, and why."
        else:
            yield (
                f"{command('clusters', '--service', one.service)} and "
                f"{command('search', '--service', one.service, '--level', 'warn')}: what {one.service} did meanwhile; "
                "it logged no exception for this call."
            )
            yield f"{command('releases', '--service', one.service)}: whether {one.service} was deployed just before."


def _changes(standing: Standing) -> Iterator[str]:
    for change in standing.changes[:2]:
        paths = change.paths[:MOST_PATHS]
        git = " ".join(["git show", change.commit.commit[:12], *(["--", *paths] if paths else [])])
        yield f"`{git}`: {'; '.join(change.reasons[:2])}."


def _difference(standing: Standing, root: Cause | None) -> Iterator[str]:
    """The blamed place between the last good and the failing release, where no single commit is suspected of it."""
    case = standing.material.case
    good, failing = case.good_release, case.failing_release
    suspect = next((one for one in standing.suspects if root and one.block.symbol == root.symbol), None)
    told = any(root is not None and root.file in change.paths for change in standing.changes)
    if root is None or suspect is None or told or not is_changed(suspect) or good is None or failing is None:
        return
    if good.commit and failing.commit:
        difference = f"git diff {good.commit[:12]} {failing.commit[:12]} -- {shlex.quote(root.file)}"
        yield f"`{difference}`: what the release changed in {root.symbol}."


def _request(standing: Standing) -> Iterator[str]:
    for option, column in (("--trace-id", "trace_id"), ("--request-id", "request_id")):
        if value := standing.event.get(column):
            yield f"{command('search', option, str(value))}: what the failing request logged, in all services."
            return


def _rules(standing: Standing) -> Iterator[str]:
    told = [finding for finding in standing.findings if finding.rule.check and standing.passed_on is None]
    for finding in told[:1]:
        yield f"{finding.rule.title}: {finding.rule.check}"


def _next_place(standing: Standing, root: Cause | None) -> Iterator[str]:
    others = [one for one in standing.suspects[:2] if root is not None and one.block.symbol != root.symbol]
    if root is None or root.confidence >= DOUBTFUL or not others:
        return
    other = others[0]
    place = f"{other.block.symbol} ({other.block.path}, line {other.line or other.block.start_line})"
    if any(one.in_trace and one.block.symbol == root.symbol for one in standing.suspects):
        yield (
            f"Read {place} as well: if {root.symbol} only received a wrong value or state, that is the next place "
            "where it may have been made."
        )
    else:
        yield f"Read {place}, where it failed, against what changed in {root.symbol}."


def _near(standing: Standing) -> Iterator[str]:
    for finding in standing.near[:1] if standing.passed_on is None else ():
        yield (
            f"{finding.rule.title}: so say {finding.count} other events of {standing.material.case.service} while this "
            f"fault went on; perhaps its cause, perhaps another effect. {finding.rule.check}"
        )


def _around(standing: Standing) -> Iterator[str]:
    case = standing.material.case
    began = case.failing_release.version if case.failing_release else ""
    if case.service and began and case.good_release is not None:
        asked = command("clusters", "--service", case.service, "--version", began, "--sort", "first_seen")
        yield f"{asked}: what else was seen in {began}, with which this began."


def _other_code(standing: Standing) -> Iterator[str]:
    case = standing.material.case
    if case.code is not None and case.code_missing:
        asked = command("release", case.service or "SERVICE", case.version or "VERSION", "--commit", "COMMIT")
        yield f"Lines may have moved, as {case.code_missing}; {asked} records what ran."


def _needed(standing: Standing) -> Iterator[str]:
    """What is missing for naming a cause, and how it is given."""
    case = standing.material.case
    if not standing.why_none or standing.passed_on is not None:
        return
    if not any(error.frames for error in sections(case.chain)):
        yield (
            "Needed: a stack trace. Log the exception itself and not only its message, or look for an occurrence that "
            f"has one: {command('clusters', '--text', case.exception_type.rsplit('.', 1)[-1])}."
        )
    if case.code is None and "no repository" in (case.code_missing or "no repository"):
        yield (
            f"Needed: the code. Name the repository of {case.service or 'this service'} under [[repositories]] in the "
            "settings."
        )
    elif not case.commit:
        yield (
            "Needed: the commit that was running. Record it with "
            f"{command('release', case.service or 'SERVICE', case.version or 'VERSION', '--commit', 'COMMIT')}."
        )
    if case.logs.num_rows <= 1:
        yield (
            "Needed: the lines around the failure. This one event is all that was found; add the service's whole log "
            "under [[sources]] in the settings."
        )
