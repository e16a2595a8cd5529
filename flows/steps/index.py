"""Repositories -> code index: the default branch and every commit that a release says was running.

Owns: which commits are indexed, and that embedding comes after and may lag. Keeps out: parsing code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.errors import NotFoundError
from connectors.source_control.git import GitRepository
from flows.settings import RepositorySettings
from flows.wiring import Workspace
from indexers.code.index import CodeIndex
from indexers.code.releases import ReleaseStore
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.clusters import ClusterQuery, ClusterStore, ClusterSummary
from rca.candidates.meaning import what_it_says

NEAR_FAULTS = 200  # clusters whose code is embedded first
EMBEDDED_A_RUN = 2_000  # blocks; at about 20 a second a run's embedding stays under two minutes


@dataclass(frozen=True, slots=True)
class IndexResult:
    """One commit indexed. `problem` says why it could not be; the counts are then 0."""

    repository: str
    commit: str
    files: int = 0
    files_parsed: int = 0
    blocks: int = 0
    blocks_new: int = 0
    problem: str = ""


def code_index(workspace: Workspace) -> CodeIndex:
    """The index over the workspace's stores."""
    return CodeIndex(workspace.database, vectors=workspace.vectors, embedder=workspace.embedder)


def index_repository(workspace: Workspace, repository: RepositorySettings) -> list[IndexResult]:
    """Index what is new in one repository; a commit that is missing there is reported, not raised."""
    git = GitRepository(repository.path, name=repository.name)
    index = code_index(workspace)
    results = []
    for ref in _refs(workspace, repository, git):
        try:
            done = index.index(git.tree(ref))
        except NotFoundError as error:
            results.append(IndexResult(repository.name, ref, problem=str(error)))
            continue
        results.append(
            IndexResult(repository.name, git.resolve(ref), done.files, done.files_parsed, done.blocks, done.blocks_new)
        )
    return results


def embed(workspace: Workspace, limit: int = EMBEDDED_A_RUN) -> int:
    """Embed up to `limit` blocks that wait for it, those near the newest faults first; 0 without embeddings.

    What the newest faults say is embedded too, so that their analysis finds code by meaning and waits for no model.
    """
    if workspace.embedder is None:
        return 0
    index = code_index(workspace)
    faults = ClusterStore(workspace.database).list(ClusterQuery(limit=NEAR_FAULTS))
    index.remember([what_it_says(fault.type, fault.message) for fault in faults])
    return index.embed_pending(limit, near=_near_faults(workspace, index, faults)) if index.is_pending() else 0


def _near_faults(workspace: Workspace, index: CodeIndex, faults: Sequence[ClusterSummary]) -> list[str]:
    """Ids of the blocks that faults point at, of what those call, and of what stands beside them."""
    snapshots: dict[str, CodeSnapshot] = {}
    near: dict[str, None] = {}
    for cluster in faults:
        for repository in {found.name for name in cluster.services if (found := workspace.repository_of(name))}:
            if repository not in snapshots and (commits := index.commits(repository)):
                snapshots[repository] = index.snapshot(repository, commits[0].commit)
            snapshot = snapshots.get(repository)
            block = snapshot.locate(cluster.culprit) if snapshot is not None and cluster.culprit else None
            if snapshot is not None and block is not None:
                around = [block, *snapshot.callees(block), *snapshot.blocks_in(block.path)]
                near.update(dict.fromkeys(one.block_id for one in around))
    return list(near)


def _refs(workspace: Workspace, repository: RepositorySettings, git: GitRepository) -> list[str]:
    released = [
        release.commit
        for release in ReleaseStore(workspace.database).all()
        if release.commit
        and release.repository in ("", repository.name)
        and (not repository.services or release.service in repository.services)
    ]
    return list(dict.fromkeys([git.resolve(git.default_branch()), *released]))
