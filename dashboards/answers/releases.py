"""What was deployed when: the list, and what a deployment reports."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from connectors.errors import FirstcauseError
from dashboards.answers.shape import Listing, Shape
from dashboards.wording import utc_now
from flows.wiring import Workspace
from indexers.code.releases import Release, ReleaseStore, commit_of

Name = Annotated[str, Field(min_length=1, max_length=255)]


class ReleaseShape(Shape):
    """From `started_at` until the next one, `version` at `commit` served the environment."""

    service: str
    environment: str
    started_at: datetime
    version: str
    commit: str = Field(description="Full commit id; empty when it is not known")
    repository: str


class ReleaseReport(BaseModel):
    """What a deployment tells. Of version and commit at least one is needed."""

    model_config = ConfigDict(extra="forbid")

    service: Name
    environment: str = Field(default="", max_length=255)
    version: str = Field(default="", max_length=255)
    commit: str = Field(default="", max_length=64, pattern="^[0-9a-fA-F]*$")
    repository: str = Field(default="", max_length=255, description="Default: the one configured for the service")
    started_at: AwareDatetime | None = Field(default=None, description="Default: now")


class ReleaseRecorded(Shape):
    """The release as stored. `created` is false when exactly this was known; `note` says what could not be resolved."""

    release: ReleaseShape
    created: bool
    note: str = ""


def listing(
    workspace: Workspace, *, service: str = "", environment: str = "", limit: int = 50, offset: int = 0
) -> Listing[ReleaseShape]:
    """Releases, the newest first."""
    found = [
        release
        for release in ReleaseStore(workspace.database).all()
        if service in ("", release.service) and environment in ("", release.environment)
    ]
    items = [ReleaseShape.model_validate(release) for release in found[offset : offset + limit]]
    return Listing(items=items, total=len(found), limit=limit, offset=offset)


def record(workspace: Workspace, report: ReleaseReport) -> ReleaseRecorded:
    """Store what a deployment reports, with the full commit id where the repository knows it.

    Raises BadInputError without version and commit, NotFoundError for a repository that is not configured.
    """
    named = workspace.repository(report.repository) if report.repository else workspace.repository_of(report.service)
    commit, note = report.commit.lower(), ""
    if named is not None:
        from connectors.source_control.git import GitRepository

        try:
            git = GitRepository(named.path, name=named.name)
            commit = git.resolve(commit) if commit else commit_of(git, report.version) or ""
            note = "" if commit else f"no tag of repository {named.name} names version {report.version}"
        except FirstcauseError as error:  # a mirror may lag behind a deployment: keep what was reported
            note = str(error)
    release = Release(
        service=report.service,
        environment=report.environment,
        started_at=report.started_at or utc_now(),
        version=report.version,
        commit=commit,
        repository=named.name if named else "",
    )
    created = ReleaseStore(workspace.database).record(release)
    return ReleaseRecorded(release=ReleaseShape.model_validate(release), created=created, note=note)
