"""Which version and commit of a service ran where and when, as deployments report it.

Owns: the releases table and the questions asked of it. Keeps out: who reports releases, what changed in them.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from connectors.errors import BadInputError, NotFoundError
from connectors.source_control import History

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("service", sa.String(255), primary_key=True),
    sa.Column("environment", sa.String(255), primary_key=True),
    sa.Column("started_at", UtcDateTime, primary_key=True),
    sa.Column("version", sa.String(255), nullable=False),
    sa.Column("commit_id", sa.String(64), nullable=False),
    sa.Column("repository", sa.String(255), nullable=False),
    sa.Index("releases_by_version", "service", "version"),
)


@dataclass(frozen=True, slots=True)
class Release:
    """One deployment: from `started_at` (aware) until the next one, `version` at `commit` served the environment."""

    service: str
    environment: str
    started_at: datetime
    version: str
    commit: str = ""
    repository: str = ""

    def __post_init__(self) -> None:
        if not self.service or not (self.version or self.commit):
            raise BadInputError("a release needs a service and a version or a commit.")
        if self.started_at.tzinfo is None:
            raise BadInputError(f"started_at {self.started_at.isoformat()} has no time zone; add one, e.g. Z for UTC.")


class ReleaseStore:
    """Records releases and answers what was running. Every method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, release: Release) -> bool:
        """Store `release`; False when the same deployment had been recorded with the same content.

        A repeat with another version, commit or repository corrects what was recorded.
        """
        row = {
            "service": release.service,
            "environment": release.environment,
            "started_at": release.started_at,
            "version": release.version,
            "commit_id": release.commit,
            "repository": release.repository,
        }
        keys = (releases.c.service, releases.c.environment, releases.c.started_at)
        with self._database.write() as connection:
            found = connection.execute(sa.select(releases).where(*(key == row[key.name] for key in keys))).first()
            if found is not None and _release(found) == release:
                return False
            self._database.upsert(connection, releases, [row], update=["version", "commit_id", "repository"])
        return True

    def at(self, service: str, environment: str, when: datetime) -> Release | None:
        """What was running in `environment` at `when`: the last release that had started by then."""
        return self._first(
            _of(service, environment).where(releases.c.started_at <= when).order_by(releases.c.started_at.desc())
        )

    def before(self, release: Release) -> Release | None:
        """The release that `release` replaced in its environment."""
        earlier = releases.c.started_at < release.started_at
        return self._first(
            _of(release.service, release.environment).where(earlier).order_by(releases.c.started_at.desc())
        )

    def of_version(self, service: str, version: str) -> Release | None:
        """The earliest release of `version`, preferring one that names its commit."""
        return self._first(
            sa.select(releases)
            .where(releases.c.service == service, releases.c.version == version)
            .order_by(releases.c.commit_id == "", releases.c.started_at)
        )

    def history(self, service: str, environment: str) -> list[Release]:
        """Every release of the service in the environment, oldest first."""
        return self._list(_of(service, environment).order_by(releases.c.started_at))

    def all(self) -> list[Release]:
        """Every release, the newest first."""
        return self._list(
            sa.select(releases).order_by(releases.c.started_at.desc(), releases.c.service, releases.c.environment)
        )

    def _first(self, query: sa.Select[tuple[object, ...]]) -> Release | None:
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _release(row)

    def _list(self, query: sa.Select[tuple[object, ...]]) -> list[Release]:
        with self._database.read() as connection:
            return [_release(row) for row in connection.execute(query)]


def _of(service: str, environment: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(releases).where(releases.c.service == service, releases.c.environment == environment)


def _release(row: sa.Row[tuple[object, ...]]) -> Release:
    values = row._mapping
    return Release(
        values["service"],
        values["environment"],
        values["started_at"],
        values["version"],
        values["commit_id"],
        values["repository"],
    )


def commit_of(repository: History, version: str) -> str | None:
    """The commit that `version` names in a repository: a tag (`v1.2.3`, `1.2.3`, `release-1.2.3`, `shop-1.2.3`,
    `shop/v1.2.3`) or, when it looks like one, a commit id. None when nothing fits or several tags disagree."""
    tags = repository.tags()
    bare = version.removeprefix("v")
    for name in (version, f"v{bare}", bare, f"release-{bare}", f"release/{bare}"):
        if name in tags:
            return tags[name]
    endings = tuple(f"{mark}{bare}" for mark in ("-", "-v", "/", "/v", "_", "@"))
    found = {commit for name, commit in tags.items() if name.endswith(endings)}
    if len(found) == 1:
        return found.pop()
    if len(version) >= 7 and all(digit in "0123456789abcdef" for digit in version.lower()):
        try:
            return repository.resolve(version)
        except NotFoundError:
            return None
    return None
