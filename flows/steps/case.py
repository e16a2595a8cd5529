"""One cluster -> the case its analysis starts from: the newest occurrence, logs around it, code and history.

Owns: what is looked up and how much of it. Keeps out: what follows from it (rca).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pyarrow as pa

from connectors.errors import FirstcauseError, NotFoundError
from connectors.records import TimeWindow
from connectors.source_control.git import GitRepository
from connectors.warehouse import ExceptionFilter, LogFilter
from flows.settings import RepositorySettings
from flows.steps.index import code_index
from flows.steps.neighbours import upstream
from flows.wiring import Workspace
from indexers.code.releases import Release, ReleaseStore
from indexers.code.snapshot import CodeSnapshot
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.clusters import Cluster, ClusterStore
from indexers.exceptions.extract import chains, extract_exceptions
from indexers.exceptions.spectrum import spectrum
from rca.case import ClusterCase, releases_around
from rca.sharing import Sharing, sharing_of

BEFORE, AFTER = timedelta(minutes=2), timedelta(seconds=30)
MOST_ROWS = 5_000  # of the service around the failure
MOST_TRACE_ROWS = 1_000  # of the request that failed, in any service


@dataclass(frozen=True, slots=True)
class _Code:
    """The tree at the failing commit and its repository, or why there is none."""

    snapshot: CodeSnapshot | None = None
    repository: GitRepository | None = None
    missing: str = ""


def case_of(workspace: Workspace, cluster_id: str) -> ClusterCase:
    """The case of one cluster. Raises NotFoundError when there is no such cluster; anything else that is missing is
    said in the case."""
    store = ClusterStore(workspace.database)
    cluster = store.get(cluster_id)
    newest = _newest_occurrence(workspace, store.fingerprints(cluster.id))
    place = {name: (newest or {}).get(column, "") for name, column in _PLACE.items()}
    when = newest["timestamp"] if newest else cluster.summary.last_seen
    trace = newest["exception_stacktrace"] if newest else cluster.text
    good, failing = _releases(workspace, cluster, place["service"], place["environment"])
    running = _running(workspace, place, when) or failing
    code = _code(workspace, place["service"], place["revision"] or (running.commit if running else ""))
    logs, looked_at = _logs_around(workspace, place["service"], when, newest)
    chain = _chain(trace, cluster, workspace.repository_of(place["service"]))
    summary = cluster.summary
    return ClusterCase(
        cluster_id=cluster.id,
        service=place["service"],
        environment=place["environment"],
        version=place["version"] or (running.version if running else ""),
        exception_type=summary.type,
        exception_message=summary.message,
        trace_text=trace,
        chain=chain,
        event_id=newest["event_id"] if newest else "",
        status=summary.status,
        count=summary.count,
        first_seen=summary.first_seen,
        last_seen=summary.last_seen,
        counts_by_version=summary.versions,
        counts_by_environment=summary.environments,
        logs=logs,
        code=code.snapshot,
        code_missing=code.missing,
        repository=code.repository,
        repository_missing="" if code.repository else code.missing,
        failing_release=failing or running,
        good_release=good,
        looked_at=looked_at,
        upstream=upstream(workspace, chain, newest, logs),
        sharing=_sharing(workspace, cluster.id, place["service"], chain, code.snapshot),
    )


_PLACE = {
    "service": "service_name",
    "environment": "deployment_environment_name",
    "version": "service_version",
    "revision": "vcs_ref_head_revision",
}


def _newest_occurrence(workspace: Workspace, fingerprints: tuple[str, ...]) -> dict[str, Any] | None:
    rows = workspace.warehouse.exceptions(ExceptionFilter(fingerprints=fingerprints), limit=1).to_pylist()
    return rows[0] if rows else None


def _chain(trace: str, cluster: Cluster, repository: RepositorySettings | None) -> tuple[ExceptionRecord, ...]:
    """The newest occurrence's own frames (lines move between versions), else the stored ones; prefixes taken off."""
    found = chains(extract_exceptions(trace))
    chain = tuple(found[0]) if found else cluster.chain
    prefix = repository.path_prefix if repository else ""
    if not prefix:
        return chain
    return tuple(
        replace(record, frames=tuple(replace(frame, file=frame.file.removeprefix(prefix)) for frame in record.frames))
        for record in chain
    )


def _releases(
    workspace: Workspace, cluster: Cluster, service: str, environment: str
) -> tuple[Release | None, Release | None]:
    history = ReleaseStore(workspace.database).history(service, environment)
    summary = cluster.summary
    return releases_around(history, first_seen=summary.first_seen, versions_with_fault=set(summary.versions))


def _running(workspace: Workspace, place: dict[str, str], when: Any) -> Release | None:
    store = ReleaseStore(workspace.database)
    if place["version"] and (release := store.of_version(place["service"], place["version"])) is not None:
        return release
    return store.at(place["service"], place["environment"], when)


def _code(workspace: Workspace, service: str, commit: str) -> _Code:
    settings = workspace.repository_of(service)
    if settings is None:
        return _Code(missing=f"no repository is configured for service {service!r}")
    try:
        repository = GitRepository(settings.path, name=settings.name)
        wanted = repository.resolve(commit or repository.default_branch())
        index = code_index(workspace)
        try:
            snapshot = index.snapshot(settings.name, wanted)
        except NotFoundError:
            index.index(repository.tree(wanted))
            snapshot = index.snapshot(settings.name, wanted)
    except FirstcauseError as error:
        return _Code(missing=str(error))
    missing = "" if commit else "the commit that was running is not known; this is the default branch"
    return _Code(snapshot, repository, missing)


def _sharing(
    workspace: Workspace,
    cluster_id: str,
    service: str,
    chain: tuple[ExceptionRecord, ...],
    code: CodeSnapshot | None,
) -> Sharing:
    """How many other faults of the service went through the blocks of this one."""
    functions = {frame.function for error in chain for frame in error.frames if frame.in_app is not False}
    if code is None or not functions:
        return Sharing(service)
    return sharing_of(chain, code, spectrum(workspace.database, cluster_id, service, functions), service)


def _logs_around(
    workspace: Workspace, service: str, when: Any, newest: dict[str, Any] | None
) -> tuple[pa.Table, dict[str, str]]:
    window = TimeWindow(when - BEFORE, when + AFTER)
    near = workspace.warehouse.logs(LogFilter(window=window, services=(service,)), limit=MOST_ROWS)
    looked_at = {"warehouse": f"{near.num_rows} rows of {service or 'no service'} from {window.start:%H:%M:%S} on"}
    if newest and newest["trace_id"]:
        request = workspace.warehouse.logs(LogFilter(trace_id=newest["trace_id"]), limit=MOST_TRACE_ROWS)
        seen = pa.compute.is_in(request["event_id"], value_set=near["event_id"].combine_chunks())
        near = pa.concat_tables([near, request.filter(pa.compute.invert(seen))])
        looked_at["trace"] = f"{request.num_rows} rows of trace {newest['trace_id']}"
    return near, looked_at
