"""The world of what was taken in: clusters, log rows, releases and code of one project.

Owns: what is in scope, and turning stored values into those of a conversation. Warehouse and code are opened when they
are first asked for, so that what the database answers is on the screen at once. Keeps out: settings, look-ups.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.errors import NotFoundError
from indexers.code.releases import Release, ReleaseStore
from indexers.exceptions.cluster_values import Cluster, ClusterQuery, ClusterSummary, Suggestion
from indexers.exceptions.clusters import ClusterStore
from rca.conversation.values import Fault
from rca.conversation.world import Code, FaultQuery, OpenCode

if TYPE_CHECKING:
    import pyarrow as pa

    from connectors.warehouse import HistogramBin, LogFilter, Warehouse
    from rca.findings.rules import Rule
    from rca.result import AnalysisResult

_READ_AT_ONCE = 200  # clusters of which those in scope are taken


@dataclass(frozen=True)
class Stores:
    """Where a stored world reads. `warehouse` is opened when called; `analyse` gives the analysis of a cluster;
    `same_project` says whether a service may be looked at beside another one."""

    clusters: ClusterStore
    releases: ReleaseStore
    warehouse: "Callable[[], Warehouse]"
    open_code: OpenCode
    analyse: "Callable[[str], AnalysisResult]"
    same_project: Callable[[str, str], bool]


class StoredWorld:
    """A `World` around one cluster, or with `cluster_id` "" around all of them."""

    timed = True
    bounded = False
    load_rules: "Callable[[], Sequence[Rule]] | None" = None  # called when they are first needed

    def __init__(self, stores: Stores, cluster_id: str = "") -> None:
        """Raises NotFoundError when there is no such cluster."""
        self._stores = stores
        self._own = stores.clusters.get(cluster_id) if cluster_id else None
        self._analyses: dict[str, AnalysisResult] = {}
        self._rows: list[dict[str, Any]] | None = None

    @property
    def cluster(self) -> Fault | None:
        """The cluster that the conversation is over."""
        return None if self._own is None else _fault(self._own)

    @property
    def about(self) -> str:
        if self._own is None:
            return "everything that was taken in"
        return f"cluster {self._own.id}, {self._own.summary.title}"

    def services(self) -> Sequence[str]:
        known = dict.fromkeys(row["service_name"] for row in self._seen())
        return [name for name in known if self._in_scope(name)]

    def rules(self) -> "Sequence[Rule] | None":
        return self.load_rules() if self.load_rules is not None else None

    def newest(self) -> datetime | None:
        return max((row["last_seen"] for row in self._seen() if self._in_scope(row["service_name"])), default=None)

    def faults(self, wanted: FaultQuery) -> list[Fault]:
        query = ClusterQuery(
            text=wanted.text,
            service=wanted.service,
            since=wanted.start,
            sort="count" if wanted.by_count else "last_seen",
            limit=_READ_AT_ONCE,
        )
        found = [
            _summary(one)
            for one in self._stores.clusters.list(query)
            if self._shared(one) and (wanted.end is None or one.first_seen < wanted.end)
        ]
        return found[: wanted.limit]

    def fault(self, fault_id: str) -> Fault:
        return _fault(self._cluster(fault_id))

    def similar(self, fault_id: str) -> Sequence[Suggestion]:
        return self._stores.clusters.suggestions(self._cluster(fault_id).id)

    def analysis(self, fault_id: str) -> "AnalysisResult":
        found = self._cluster(fault_id).id
        if found not in self._analyses:
            self._analyses[found] = self._stores.analyse(found)
        return self._analyses[found]

    def logs(self, where: "LogFilter", *, limit: int, newest_first: bool = True) -> "pa.Table":
        return self._stores.warehouse().logs(self._bounded(where), limit=limit, newest_first=newest_first)

    def histogram(self, where: "LogFilter", bin_seconds: int) -> "Sequence[HistogramBin]":
        return self._stores.warehouse().histogram(self._bounded(where), bin_seconds)

    def occurrences(self, fault: Fault, *, limit: int) -> "pa.Table":
        from connectors.warehouse import ExceptionFilter, LogFilter

        prints = self._stores.clusters.fingerprints(fault.id)
        warehouse = self._stores.warehouse()
        rows = warehouse.exceptions(ExceptionFilter(fingerprints=prints), limit=limit)
        ids = tuple(dict.fromkeys(rows["event_id"].to_pylist()))
        return warehouse.logs(LogFilter(event_ids=ids or ("",)), limit=limit)

    def releases(self, service: str) -> list[Release]:
        self._check(service)
        return sorted(
            (release for release in self._stores.releases.all() if release.service == service),
            key=lambda release: release.started_at,
        )

    def code(self, service: str, ref: str = "", *, fault: Fault | None = None) -> Code:
        self._check(service)
        if ref:
            release = self._stores.releases.of_version(service, ref)
            commit = release.commit if release and release.commit else ref
            return replace(self._stores.open_code(service, commit), why=f"at {ref}")
        commit = self._deployed(service, fault)
        if commit:
            return replace(self._stores.open_code(service, commit), why="at the commit that was running")
        why = "on the default branch, as the commit that was running is not known"
        return replace(self._stores.open_code(service, ""), why=why)

    def _deployed(self, service: str, fault: Fault | None) -> str:
        """What ran of a service when the fault was seen last, else what runs now."""
        if fault is not None and fault.id in self._analyses and service == fault.service:
            return self._analyses[fault.id].report.commit
        history = self.releases(service)
        if fault is not None:
            seen = [release for release in history if release.version in fault.versions and release.commit]
            before = [one for one in history if one.commit and fault.last_seen and one.started_at <= fault.last_seen]
            history = (seen if service in fault.services else []) or before or history
        return next((release.commit for release in reversed(history) if release.commit), "")

    def _cluster(self, fault_id: str) -> Cluster:
        if self._own is not None and self._own.id.startswith(fault_id):
            return self._own
        found = self._stores.clusters.get(fault_id)
        if not self._shared(found.summary):
            raise NotFoundError(f"cluster {fault_id} belongs to services that this conversation is not about.")
        return found

    def _seen(self) -> list[dict[str, Any]]:
        if self._rows is None:
            self._rows = self._stores.warehouse().services().to_pylist()
        return self._rows

    def _shared(self, summary: ClusterSummary) -> bool:
        return any(self._in_scope(name) for name in summary.services)

    def _in_scope(self, service: str) -> bool:
        if self._own is None or service in self._own.summary.services:
            return True
        return any(self._stores.same_project(service, own) for own in self._own.summary.services)

    def _check(self, service: str) -> None:
        if not self._in_scope(service):
            raise NotFoundError(f"service {service!r} is not among those that this conversation is about.")

    def _bounded(self, where: "LogFilter") -> "LogFilter":
        """`where` with the services in scope alone."""
        if not where.services:
            return where if self._own is None else replace(where, services=tuple(self.services()) or ("",))
        for service in where.services:
            self._check(service)
        return where


def _summary(one: ClusterSummary) -> Fault:
    return Fault(
        id=one.id,
        title=one.title,
        type=one.type,
        message=one.message,
        text="",
        chain=(),
        count=one.count,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        culprit=one.culprit,
        services=one.services,
        environments=one.environments,
        versions=one.versions,
        status=one.status,
        status_why=one.status_why,
        hours=one.trend.hours,
        trend=one.trend.words,
    )


def _fault(cluster: Cluster) -> Fault:
    return replace(
        _summary(cluster.summary), text=cluster.text, chain=cluster.chain, event_ids=cluster.sample_event_ids
    )
