"""Values of JSON events: which keys mean what, over the many loggers that write JSON.

Owns: the table of keys, in order of preference. Keeps out: text lines (text_fields.py), what times and levels mean.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.logs.attributes import attribute_map
from indexers.logs.engine import extended, literal, query

MOST_KEYS = 64  # distinct top-level keys of one batch that become attributes, the most frequent first

# column -> paths; a dot separates objects, and a whole name with a dot is looked for as well
PATHS: dict[str, tuple[str, ...]] = {
    "time": (
        "timestamp", "@timestamp", "time", "ts", "t", "@t", "datetime", "asctime", "date", "Timestamp", "timeUnixNano",
    ),
    "level": (
        "level", "severity", "lvl", "levelname", "log.level", "severity_text", "SeverityText", "severityText", "@l",
        "loglevel",
    ),
    "message": (
        "message", "msg", "event", "body", "Body", "log", "text", "@m", "@mt", "short_message", "body.stringValue",
    ),
    "scope_name": ("logger", "logger_name", "loggerName", "log.logger", "SourceContext", "name", "component", "module"),
    "service": (
        "service.name", "service_name", "serviceName", "service", "app", "application", "dd.service",
        "resource.service.name", "Resource.service.name", "kubernetes.container_name",
    ),
    "environment": (
        "deployment.environment.name", "deployment.environment", "environment", "env", "dd.env", "stage",
        "resource.deployment.environment.name", "Resource.deployment.environment.name",
    ),
    "version": (
        "service.version", "service_version", "version", "app_version", "dd.version", "release", "build",
        "resource.service.version", "Resource.service.version",
    ),
    "revision": ("vcs.ref.head.revision", "commit", "git_sha", "git_commit", "gitCommit", "revision", "sha"),
    "trace_id": ("trace_id", "traceId", "traceid", "TraceId", "trace.id", "dd.trace_id", "otelTraceID"),
    "span_id": ("span_id", "spanId", "spanid", "SpanId", "span.id", "dd.span_id", "otelSpanID"),
    "request_id": ("request_id", "requestId", "req_id", "request.id", "req.id", "correlation_id", "correlationId"),
    "stack": (
        "exception.stacktrace", "exception.stack_trace", "stack_trace", "stacktrace", "stackTrace", "stack",
        "error.stack", "error.stack_trace", "err.stack", "exception", "exc_info", "traceback", "error", "err", "@x",
    ),
}  # fmt: skip
# Keys come from log lines: only those that can stand in a JSON path as they are become attributes.
_PLAIN_KEY = re.compile(r"[\w .:/@$#-]{1,128}")
_KNOWN = {path for column, paths in PATHS.items() if column != "stack" for path in paths}


def fields(events: pa.Table) -> pa.Table:
    """`events` (with `head`, a JSON object) plus a text column for each entry of PATHS and `attributes`."""
    keys = query(
        "SELECT key, count(*) AS times FROM (SELECT unnest(json_keys(head)) AS key FROM events) "
        "GROUP BY key ORDER BY times DESC, key",
        events=events.select(["head"]),
    )["key"].to_pylist()
    places = {column: _places(paths, keys) for column, paths in PATHS.items()}
    others = [key for key in keys if key not in _KNOWN and _PLAIN_KEY.fullmatch(key)][:MOST_KEYS]
    wanted = [path for paths in places.values() for path in paths] + [f'$."{key}"' for key in others]
    index = {path: number for number, path in enumerate(dict.fromkeys(wanted), 1)}
    columns = {column: _value(column, paths, index) for column, paths in places.items()}
    extracted = f"json_extract_string(head, [{', '.join(map(literal, index))}])" if index else "[NULL]::VARCHAR[]"
    found = extended(events, {**columns, "v": "v"}, given={"v": extracted})
    attributes = _attributes(found["v"].combine_chunks(), [(key, index[f'$."{key}"'] - 1) for key in others])
    return found.drop_columns(["v"]).append_column("attributes", attributes)


def _places(names: tuple[str, ...], keys: list[str]) -> list[str]:
    """JSON paths for those of `names` whose first part is one of `keys`, in order."""
    paths = []
    for name in names:
        if name in keys:
            paths.append(f'$."{name}"')
        if "." in name and name.split(".")[0] in keys:
            paths.append("$." + ".".join(f'"{part}"' for part in name.split(".")))
            paths.append("$." + ".".join(f'"{part}"' for part in name.split(".", 1)))
    return paths


def _value(column: str, paths: list[str], index: dict[str, int]) -> str:
    """SQL for the first of `paths` that gives a scalar; "" when none does.

    A stack has several lines where its field's name does not say that it is one.
    """
    tried = []
    for path in paths:
        value = f"v[{index[path]}]"
        is_text = column == "stack" and "stack" not in path.lower() and "traceback" not in path
        fits = f"contains({value}, chr(10))" if is_text else f"left({value}, 1) <> '{{'"
        tried.append(f"CASE WHEN {fits} THEN nullif({value}, '') END")
    return f"coalesce({', '.join([*tried, chr(39) * 2])})"


def _attributes(values: pa.ListArray, keys: list[tuple[str, int]]) -> pa.Array:
    rows, width = len(values), len(values.flatten()) // max(len(values), 1)
    flat = values.flatten()
    there = pc.fill_null(pc.not_equal(flat, ""), False).to_numpy(zero_copy_only=False).reshape(rows, width)
    chosen = np.zeros((rows, width), dtype=bool)
    columns = [number for _, number in keys]
    chosen[:, columns] = there[:, columns]
    place = np.flatnonzero(chosen)
    names = np.empty(width, dtype=object)
    names[:] = ""
    names[columns] = [key for key, _ in keys]
    found = pa.array(names, pa.string()).take(pa.array(place % max(width, 1)))
    return attribute_map(rows, place // max(width, 1), found, flat.take(pa.array(place)))
