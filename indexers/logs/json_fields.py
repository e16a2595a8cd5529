"""Values of JSON events: which keys mean what, over the many loggers that write JSON.

Owns: the table of keys, in order of preference. Keeps out: text lines (text_fields.py), what times and levels mean.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs.attributes import attribute_map
from indexers.logs.engine import literal, query

MOST_KEYS = 64  # distinct top-level keys of one batch that become attributes, the most frequent first

# column -> paths; a dot separates objects, and a whole name with a dot is looked for as well
PATHS: dict[str, tuple[str, ...]] = {
    "time": ("timestamp", "@timestamp", "time", "ts", "t", "@t", "datetime", "asctime", "date", "Timestamp"),
    "level": ("level", "severity", "lvl", "levelname", "log.level", "severity_text", "SeverityText", "@l", "loglevel"),
    "message": ("message", "msg", "event", "body", "Body", "log", "text", "@m", "@mt", "short_message"),
    "scope_name": ("logger", "logger_name", "loggerName", "log.logger", "SourceContext", "name", "component", "module"),
    "service": (
        "service.name", "service_name", "serviceName", "service", "app", "application", "dd.service",
        "resource.service.name", "kubernetes.container_name",
    ),
    "environment": (
        "deployment.environment.name", "deployment.environment", "environment", "env", "dd.env", "stage",
        "resource.deployment.environment.name",
    ),
    "version": ("service.version", "service_version", "version", "app_version", "dd.version", "release", "build"),
    "revision": ("vcs.ref.head.revision", "commit", "git_sha", "git_commit", "gitCommit", "revision", "sha"),
    "trace_id": ("trace_id", "traceId", "traceid", "TraceId", "trace.id", "dd.trace_id", "otelTraceID"),
    "span_id": ("span_id", "spanId", "spanid", "SpanId", "span.id", "dd.span_id", "otelSpanID"),
    "request_id": ("request_id", "requestId", "req_id", "request.id", "req.id", "correlation_id", "correlationId"),
    "stack": (
        "exception.stacktrace", "exception.stack_trace", "stack_trace", "stacktrace", "stackTrace", "stack",
        "error.stack", "error.stack_trace", "err.stack", "exception", "exc_info", "traceback", "error", "err", "@x",
    ),
}  # fmt: skip
_KNOWN = {path for column, paths in PATHS.items() if column != "stack" for path in paths}


def fields(events: pa.Table) -> pa.Table:
    """`events` (with `head`, a JSON object) plus a text column for each entry of PATHS and `attributes`."""
    columns = ", ".join(f"{_first(paths)} AS {column}" for column, paths in PATHS.items() if column != "stack")
    stack = f"list_filter({_all(PATHS['stack'])}, lambda x: contains(x, chr(10)))[1]"
    found = query(f"SELECT *, {columns}, coalesce({stack}, '') AS stack FROM events", events=events)
    return found.append_column("attributes", _attributes(events["head"]))


def _path(name: str) -> list[str]:
    quoted = "$." + ".".join(f'"{part}"' for part in name.split("."))
    return [f'$."{name}"', quoted] if "." in name else [quoted]


def _all(names: tuple[str, ...]) -> str:
    paths = ", ".join(literal(path) for name in names for path in _path(name))
    return f"json_extract_string(head, [{paths}])"


def _first(names: tuple[str, ...]) -> str:
    return f"coalesce(list_filter({_all(names)}, lambda x: x IS NOT NULL AND x <> '' AND left(x, 1) <> '{{')[1], '')"


def _attributes(heads: pa.ChunkedArray) -> pa.Array:
    table = pa.table({"head": heads})
    counted = query(
        "SELECT key, count(*) AS times FROM (SELECT unnest(json_keys(head)) AS key FROM lines) GROUP BY key "
        "ORDER BY times DESC, key",
        lines=table,
    )
    keys = [key for key in counted["key"].to_pylist() if key not in _KNOWN and '"' not in key][:MOST_KEYS]
    if not keys:
        return attribute_map(
            len(table), np.empty(0, dtype=np.int64), pa.array([], pa.string()), pa.array([], pa.string())
        )
    paths = ", ".join(literal(f'$."{key}"') for key in keys)
    values = query(f"SELECT json_extract_string(head, [{paths}]) AS found FROM lines", lines=table)["found"]
    flat = pc.list_flatten(values.combine_chunks())
    there = pc.and_(pc.is_valid(flat), pc.not_equal(flat, "")).to_numpy(zero_copy_only=False)
    there = np.where(there.astype(object) == True, True, False)  # noqa: E712 - null means "not there"
    place = np.flatnonzero(there)
    names = pa.array(keys, pa.string()).take(pa.array(place % len(keys)))
    return attribute_map(len(table), place // len(keys), names, flat.take(pa.array(place)))
