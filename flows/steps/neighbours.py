"""The exceptions of other services around a failure, and whose failure it therefore passes on.

Owns: what is looked up, by trace id and else by time. Keeps out: the reasoning (rca/upstream.py).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute

from connectors.records import TimeWindow
from connectors.warehouse import ExceptionFilter
from flows.wiring import Workspace
from indexers.code.releases import ReleaseStore
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.clusters import ClusterStore
from rca.upstream import Call, Failure, Upstream, called, is_remote, upstream_of

BEFORE, AFTER = timedelta(seconds=30), timedelta(seconds=10)  # a caller may give up before the callee has failed
MOST = 200  # exceptions looked at
WARNING = 13  # OpenTelemetry's severity number


def upstream(
    workspace: Workspace, chain: Sequence[ExceptionRecord], newest: dict[str, Any] | None, logs: pa.Table
) -> tuple[Upstream, ...]:
    """Whose failures the newest occurrence passes on; () when it does not read like a failed call.

    `logs` are the rows around it, those of the same trace in any service among them.
    """
    if newest is None or not is_remote(chain):
        return ()
    own, at = newest["service_name"], newest["timestamp"]
    services = _services(workspace, logs)
    rows = _same_trace(workspace, newest, logs)
    call = Call(chain, own, at, traced=bool(newest["trace_id"]), hints=_hints(newest, logs))
    others = called(call, services)
    heard = {row["service_name"] for row in rows}
    unheard = tuple(name for name in others if name not in heard)
    if unheard:
        near = ExceptionFilter(window=TimeWindow(at - BEFORE, at + AFTER), services=unheard)
        rows += workspace.warehouse.exceptions(near, limit=MOST).to_pylist()
    failures = _failures(workspace, rows, newest["trace_id"])
    return upstream_of(call, failures, services=services, lines=_last_lines(newest, logs))


def _services(workspace: Workspace, logs: pa.Table) -> list[str]:
    """Every name that settings, faults, releases or the rows around know: cheap, while the warehouse would be read."""
    settings = workspace.settings
    configured = [source.service for source in settings.sources]
    configured += [service for repository in settings.repositories for service in repository.services]
    failing = ClusterStore(workspace.database).services()
    released = [release.service for release in ReleaseStore(workspace.database).all()]
    around = logs["service_name"].unique().to_pylist()
    return sorted({name for name in (*configured, *failing, *released, *around) if name})


def _same_trace(workspace: Workspace, newest: dict[str, Any], logs: pa.Table) -> list[dict[str, Any]]:
    """Exceptions of other services with the occurrence's trace id."""
    if not newest["trace_id"] or logs.num_rows == 0:
        return []
    elsewhere = _elsewhere(newest, logs)
    events = elsewhere.filter(elsewhere["may_hold_exception"])["event_id"].to_pylist()[:MOST]
    if not events:
        return []
    found: list[dict[str, Any]] = workspace.warehouse.exceptions(
        ExceptionFilter(event_ids=tuple(events)), limit=MOST
    ).to_pylist()
    return found


def _hints(newest: dict[str, Any], logs: pa.Table) -> str:
    """First lines and attributes of what the service logged in the request, or of the failing event alone."""
    own = pa.compute.equal(logs["event_id"], newest["event_id"])
    if newest["trace_id"]:
        same = pa.compute.equal(logs["trace_id"], newest["trace_id"])
        own = pa.compute.or_(own, pa.compute.and_(same, pa.compute.equal(logs["service_name"], newest["service_name"])))
    rows = logs.filter(own).select(["body", "attributes"]).slice(0, MOST).to_pylist()
    lines = [row["body"].split("\n", 1)[0] for row in rows]
    return "\n".join([*lines, *(f"{key}={value[:MOST]}" for row in rows for key, value in row["attributes"])])


def _elsewhere(newest: dict[str, Any], logs: pa.Table) -> pa.Table:
    """The rows of other services with the occurrence's trace id."""
    same = pa.compute.equal(logs["trace_id"], newest["trace_id"])
    return logs.filter(pa.compute.and_(same, pa.compute.not_equal(logs["service_name"], newest["service_name"])))


def _last_lines(newest: dict[str, Any], logs: pa.Table) -> dict[str, tuple[str, str]]:
    """What each other service logged last in the same request, (event id, text); warnings rather than the rest."""
    if not newest["trace_id"] or logs.num_rows == 0:
        return {}
    rows = _elsewhere(newest, logs).select(["service_name", "severity_number", "timestamp", "event_id", "body"])
    ordered = sorted(rows.to_pylist(), key=lambda row: (row["severity_number"] >= WARNING, row["timestamp"]))
    return {row["service_name"]: (row["event_id"], row["body"]) for row in ordered}


def _failures(workspace: Workspace, rows: Sequence[dict[str, Any]], trace_id: str) -> list[Failure]:
    store = ClusterStore(workspace.database)
    clusters = {name: store.cluster_of(name) or "" for name in {row["fingerprint"] for row in rows}}
    return [
        Failure(
            service=row["service_name"],
            cluster_id=clusters[row["fingerprint"]],
            type=row["exception_type"],
            message=row["exception_message"],
            event_id=row["event_id"],
            at=row["timestamp"],
            same_trace=bool(trace_id) and row["trace_id"] == trace_id,
        )
        for row in rows
    ]
