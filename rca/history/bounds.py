"""Between which two commits a case's fault came in, as far as releases and the repository tell.

Owns: what is done, and said, when a release names no commit or one that is not there. Nothing is guessed in its place.
Keeps out: which releases they are (rca/case.py), what lies between them (span.py).
"""

from dataclasses import dataclass

from connectors.errors import NotFoundError
from indexers.code.releases import Release
from rca.case import ClusterCase
from rca.codebase import Repository

_INSTEAD = "commits are those that last changed the suspects"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Full commit ids: the first release with the fault, the last without it (None: not known), and the one whose
    lines the suspects are."""

    failing: str
    good: str | None
    deployed: str


def bounds_of(case: ClusterCase, notes: list[str]) -> Bounds | None:
    """The bounds of `case`, None when history cannot be looked at; either way `notes` gets what a person must know."""
    repository = case.repository
    if repository is None:
        notes.append(f"history was not looked at: {case.repository_missing or 'no repository is known'}")
        return None
    release = case.failing_release
    running = case.code.commit if case.code is not None else ""
    failing = release.commit if release is not None and release.commit else running
    if not failing:
        notes.append("history was not looked at: the commit that was running is not known")
        return None
    try:
        found = repository.resolve(failing)
    except NotFoundError as error:
        if not running or running == failing:
            notes.append(f"history was not looked at: {error}")
            return None
        notes.append(
            f"the first release with this fault is not known to history ({error}); the running commit stands in"
        )
        found = repository.resolve(running)
    return Bounds(found, _good(repository, case.good_release, notes), running or found)


def _good(repository: Repository, release: Release | None, notes: list[str]) -> str | None:
    if release is None:
        notes.append(f"no earlier release without this fault is known; {_INSTEAD}")
        return None
    if not release.commit:
        notes.append(
            f"release {release.version}, the last without this fault, names no commit; "
            f"`firstcause release {release.service} {release.version} --commit ID` records it; {_INSTEAD}"
        )
        return None
    try:
        return repository.resolve(release.commit)
    except NotFoundError as error:
        notes.append(
            f"the commit of release {release.version}, the last without this fault, was never fetched or is gone from "
            f"a rewritten history: {error} So {_INSTEAD}"
        )
        return None
