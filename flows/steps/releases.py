"""Versions that logs mention but nobody recorded -> releases, with the commit where it can be known.

Owns: what is recorded without being told: the first time a version was seen, and its commit from the log's own
revision or from a tag of that name. Keeps out: guessing; without either the commit stays empty.
"""

from connectors.source_control.git import GitRepository
from flows.wiring import Workspace
from indexers.code.releases import Release, ReleaseStore, commit_of


def observe_releases(workspace: Workspace) -> int:
    """Record a release for each (service, environment, version) in the logs that has none; how many were added."""
    store = ReleaseStore(workspace.database)
    known = {(release.service, release.environment, release.version) for release in store.all()}
    added = 0
    for row in workspace.warehouse.services().to_pylist():
        place = (row["service_name"], row["deployment_environment_name"], row["service_version"])
        if not row["service_version"] or place in known:
            continue
        service, environment, version = place
        repository = workspace.repository_of(service)
        commit = row["vcs_ref_head_revision"]
        if not commit and repository is not None and repository.path.exists():
            commit = commit_of(GitRepository(repository.path, name=repository.name), version) or ""
        added += store.record(
            Release(service, environment, row["first_seen"], version, commit, repository.name if repository else "")
        )
    return added
