"""Shapes that cross the edge of the process: source pages, log rows, exception rows, rejects.

Owns the Arrow schemas and the small values around them. Names follow the OpenTelemetry log data model
(https://opentelemetry.io/docs/specs/otel/logs/data-model/) and semantic conventions, with `_` for `.`.
Keeps out: how a line is parsed, what an exception means, where rows are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

TIMESTAMP = pa.timestamp("us", tz="UTC")

# Raw lines as a source delivers them: valid UTF-8 without the line end, in the order of the stream.
SOURCE_SCHEMA = pa.schema(
    [
        pa.field("stream", pa.string(), nullable=False),  # file path, container, log group/stream, partition
        pa.field("position", pa.int64(), nullable=False),  # byte offset, sequence number: rises within a stream
        pa.field("timestamp", TIMESTAMP),  # when the source itself knows it, else null
        pa.field("line", pa.string(), nullable=False),
    ]
)

# One row per event (a log record after multi-line assembly).
LOG_SCHEMA = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),  # 16 hex digits of md5(source, stream, position, body)
        pa.field("timestamp", TIMESTAMP, nullable=False),
        pa.field("observed_timestamp", TIMESTAMP, nullable=False),
        pa.field("severity_number", pa.uint8(), nullable=False),  # OpenTelemetry 1..24, 0 = not given
        pa.field("severity_text", pa.string(), nullable=False),  # TRACE DEBUG INFO WARN ERROR FATAL or ""
        pa.field("service_name", pa.string(), nullable=False),
        pa.field("service_version", pa.string(), nullable=False),
        pa.field("deployment_environment_name", pa.string(), nullable=False),
        pa.field("vcs_ref_head_revision", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("stream", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("scope_name", pa.string(), nullable=False),  # the logger
        pa.field("trace_id", pa.string(), nullable=False),
        pa.field("span_id", pa.string(), nullable=False),
        pa.field("request_id", pa.string(), nullable=False),
        pa.field("body", pa.string(), nullable=False),  # whole event text, multi-line events whole
        pa.field("attributes", pa.map_(pa.string(), pa.string()), nullable=False),
        pa.field("may_hold_exception", pa.bool_(), nullable=False),  # cheap vectorised pre-filter, never a verdict
        pa.field("page_id", pa.string(), nullable=False),
    ]
)

# One row per exception chain found in an event; `event_id` + `ordinal` name it.
EXCEPTION_SCHEMA = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("ordinal", pa.int32(), nullable=False),  # position of the chain within its event, from 0
        pa.field("timestamp", TIMESTAMP, nullable=False),
        pa.field("service_name", pa.string(), nullable=False),
        pa.field("service_version", pa.string(), nullable=False),
        pa.field("deployment_environment_name", pa.string(), nullable=False),
        pa.field("vcs_ref_head_revision", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("trace_id", pa.string(), nullable=False),
        pa.field("exception_type", pa.string(), nullable=False),
        pa.field("exception_message", pa.string(), nullable=False),
        pa.field("exception_stacktrace", pa.string(), nullable=False),  # the raw text of the whole chain
        pa.field("language", pa.string(), nullable=False),
        pa.field("fingerprint", pa.string(), nullable=False),
        pa.field("page_id", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of input that was left out, and why; counted, never raised."""

    source: str
    stream: str
    position: int
    reason: str  # stable words, counted per reason: "line longer than 1 MiB", "truncated gzip", ...
    sample: str = ""  # at most 200 characters of what was received


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Half-open span of aware UTC times: start <= t < end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"a time window needs aware times, got {self.start!r} to {self.end!r}")


Watermark = Mapping[str, Any]  # JSON-able; its meaning belongs to the source that wrote it


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A batch of raw lines and where to resume once they are durable.

    `lines` has SOURCE_SCHEMA; `streams` gives each stream's OpenTelemetry resource attributes
    (`service.name`, `service.version`, `deployment.environment.name`, `vcs.ref.head.revision`, ...).
    """

    lines: pa.Table
    watermark: Watermark
    streams: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()


def utc_now() -> datetime:
    """The present as an aware UTC time."""
    return datetime.now(UTC)
