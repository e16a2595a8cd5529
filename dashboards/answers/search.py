"""Log lines and exceptions that match a question, and when they were. Keeps out: how text is searched (warehouse)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from pydantic import Field

from connectors.records import TimeWindow
from connectors.warehouse import ExceptionFilter, LogFilter
from dashboards.answers.shape import Shape
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore

# Bin widths in seconds that a person can read off an axis.
BIN_SECONDS = (1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200, 86_400, 604_800)
MOST_BINS = 120
SEVERITIES = {"TRACE": 1, "DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "FATAL": 21}  # OpenTelemetry numbers


class LogLine(Shape):
    """One log event, multi-line events whole."""

    event_id: str
    timestamp: datetime
    severity: str
    service: str
    version: str
    environment: str
    source: str
    stream: str
    logger: str
    trace_id: str
    request_id: str
    body: str
    attributes: dict[str, str]


class ExceptionLine(Shape):
    """One exception as logged; `cluster_id` is empty while it waits to be clustered."""

    event_id: str
    timestamp: datetime
    type: str
    message: str
    service: str
    version: str
    environment: str
    trace_id: str
    cluster_id: str
    fingerprint: str
    stacktrace: str


class Bin(Shape):
    """Log lines in [start, start + bin_seconds) with one severity."""

    start: datetime
    severity: str
    count: int


class Histogram(Shape):
    """Log lines over time; empty bins are left out."""

    bin_seconds: int
    bins: list[Bin]


class SearchAnswer(Shape):
    """The newest lines and exceptions that match. `logs_total` counts all matching lines."""

    start: datetime | None = Field(description="Start of the window that was searched; null when nothing is stored")
    end: datetime | None
    logs: list[LogLine]
    logs_total: int
    exceptions: list[ExceptionLine]
    more_exceptions: bool
    histogram: Histogram


def search(
    workspace: Workspace, where: LogFilter, *, limit: int, offset: int = 0, exceptions: bool = True
) -> SearchAnswer:
    """What matches `where`; without a window, all that is stored. `limit` and `offset` apply to both lists."""
    window = where.window or _everything(workspace)
    if window is None:
        empty = Histogram(bin_seconds=BIN_SECONDS[0], bins=[])
        return SearchAnswer(
            start=None, end=None, logs=[], logs_total=0, exceptions=[], more_exceptions=False, histogram=empty
        )
    bounded = replace(where, window=window)
    width = _bin_seconds(window)
    bins = workspace.warehouse.histogram(bounded, width)
    found = _exceptions(workspace, bounded, limit + 1, offset) if exceptions else []
    return SearchAnswer(
        start=window.start,
        end=window.end,
        logs=[_line(row) for row in _rows(workspace.warehouse.logs(bounded, limit=limit, offset=offset))],
        logs_total=sum(one.count for one in bins),
        exceptions=found[:limit],
        more_exceptions=len(found) > limit,
        histogram=Histogram(
            bin_seconds=width,
            bins=[Bin(start=one.start, severity=one.severity_text, count=one.count) for one in bins],
        ),
    )


def _everything(workspace: Workspace) -> TimeWindow | None:
    seen = workspace.warehouse.services().to_pylist()
    if not seen:
        return None
    first, last = min(row["first_seen"] for row in seen), max(row["last_seen"] for row in seen)
    return TimeWindow(first, last + timedelta(microseconds=1))


def _bin_seconds(window: TimeWindow) -> int:
    seconds = (window.end - window.start).total_seconds()
    return next((width for width in BIN_SECONDS if seconds / width <= MOST_BINS), BIN_SECONDS[-1])


def _rows(table: pa.Table) -> Iterable[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _line(row: dict[str, Any]) -> LogLine:
    return LogLine(
        event_id=row["event_id"],
        timestamp=row["timestamp"],
        severity=row["severity_text"],
        service=row["service_name"],
        version=row["service_version"],
        environment=row["deployment_environment_name"],
        source=row["source"],
        stream=row["stream"],
        logger=row["scope_name"],
        trace_id=row["trace_id"],
        request_id=row["request_id"],
        body=row["body"],
        attributes=dict(row["attributes"] or ()),
    )


def _exceptions(workspace: Workspace, where: LogFilter, limit: int, offset: int) -> list[ExceptionLine]:
    """The exceptions in matching events: an event's body holds its whole trace, and knows trace and request id."""
    holding = workspace.warehouse.logs(replace(where, may_hold_exception=True), limit=limit, offset=offset)
    events = tuple(holding["event_id"].to_pylist())
    if not events:
        return []
    rows = list(_rows(workspace.warehouse.exceptions(ExceptionFilter(window=where.window, event_ids=events))))
    store = ClusterStore(workspace.database)
    clusters = {name: store.cluster_of(name) or "" for name in dict.fromkeys(row["fingerprint"] for row in rows)}
    return [
        ExceptionLine(
            event_id=row["event_id"],
            timestamp=row["timestamp"],
            type=row["exception_type"],
            message=row["exception_message"],
            service=row["service_name"],
            version=row["service_version"],
            environment=row["deployment_environment_name"],
            trace_id=row["trace_id"],
            cluster_id=clusters[row["fingerprint"]],
            fingerprint=row["fingerprint"],
            stacktrace=row["exception_stacktrace"],
        )
        for row in rows
    ]
