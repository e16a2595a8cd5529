"""Everything the analysis of one cluster starts from, put together by the flows.

Owns: the value `ClusterCase` and which two releases a fault lies between. Keeps out: where the parts come from
(warehouse, cluster store, code index), what follows from them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from connectors.records import LOG_SCHEMA, utc_now
from indexers.code.releases import Release
from indexers.exceptions.chain import ExceptionRecord
from rca.codebase import Codebase, Repository
from rca.sharing import Sharing
from rca.upstream import Upstream


@dataclass(frozen=True)
class ClusterCase:
    """One cluster with its logs, code and history.

    `chain` is the representative's root exception with what belongs to it, `trace_text` its raw text and `event_id` the
    log event it was found in. `logs` (LOG_SCHEMA, any order) are rows around the representative, the event itself
    included. `code` is the tree at the failing commit, or None with the reason in `code_missing`; the same for
    `repository`. `looked_at` says in words what was reached ("warehouse": "412 rows from 04:10 to 04:20, no gaps").
    `sharing`: which of the trace's blocks other faults of the service went through. `upstream`: the other services
    whose failures this one only passes on, the surest first.
    """

    cluster_id: str
    service: str
    environment: str
    version: str
    exception_type: str
    exception_message: str
    trace_text: str
    chain: tuple[ExceptionRecord, ...]
    event_id: str = ""
    status: str = "new"  # new, ongoing, regressed, resolved
    count: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    counts_by_version: Mapping[str, int] = field(default_factory=dict)
    counts_by_environment: Mapping[str, int] = field(default_factory=dict)
    logs: pa.Table = field(default_factory=LOG_SCHEMA.empty_table)
    code: Codebase | None = None
    code_missing: str = ""
    repository: Repository | None = None
    repository_missing: str = ""
    failing_release: Release | None = None
    good_release: Release | None = None
    looked_at: Mapping[str, str] = field(default_factory=dict)
    sharing: Sharing = field(default_factory=Sharing)
    upstream: tuple[Upstream, ...] = ()

    @property
    def commit(self) -> str:
        """The commit that was running, "" when it is not known."""
        if self.code is not None:
            return self.code.commit
        return self.failing_release.commit if self.failing_release else ""


def releases_around(
    history: Sequence[Release], *, first_seen: datetime, versions_with_fault: Collection[str] = ()
) -> tuple[Release | None, Release | None]:
    """(last good release, first failing release) of a fault first seen at `first_seen`, from `history`, oldest first.

    The failing one is the first release of a version in which the fault was seen, or else what was running at
    `first_seen`; the good one is the nearest earlier release of another version or commit. Either may be None.
    """
    ordered = sorted(history, key=lambda release: release.started_at)
    seen = [release for release in ordered if release.version in versions_with_fault]
    running = [release for release in ordered if release.started_at <= first_seen]
    failing = seen[0] if seen else (running[-1] if running else None)
    if failing is None:
        return None, None
    earlier = [
        release
        for release in ordered
        if release.started_at < failing.started_at
        and release.version not in versions_with_fault
        and (release.version, release.commit) != (failing.version, failing.commit)
    ]
    return (earlier[-1] if earlier else None), failing


def with_own_event(case: ClusterCase) -> pa.Table:
    """The case's log rows, the failing event among them even when the warehouse no longer has it."""
    if case.event_id and case.event_id in case.logs["event_id"].to_pylist():
        return case.logs
    when = case.last_seen or utc_now()
    texts = {
        "event_id": case.event_id,
        "severity_text": "ERROR",
        "service_name": case.service,
        "service_version": case.version,
        "deployment_environment_name": case.environment,
        "body": case.trace_text,
    }
    row: dict[str, object] = {field.name: texts.get(field.name, "") for field in LOG_SCHEMA}
    row |= {"timestamp": when, "observed_timestamp": when, "severity_number": 17, "position": 0}
    row |= {"attributes": [], "may_hold_exception": True}
    return pa.concat_tables([case.logs, pa.Table.from_pylist([row], schema=LOG_SCHEMA)])
