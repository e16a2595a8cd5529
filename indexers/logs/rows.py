"""Events -> log rows: values read from text and JSON, completed from envelope and resource, in LOG_SCHEMA.

Owns: which of several places wins for each column, ids. Keeps out: how values are found
in a line (text_fields.py, json_fields.py), forms of times (timestamps.py).
"""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from connectors.records import LOG_SCHEMA, TIMESTAMP, Reject
from indexers.logs import heads, json_fields, text_fields
from indexers.logs.engine import extended, in_parts, literal
from indexers.logs.event_times import times_of
from indexers.logs.events import PLACES
from indexers.logs.severity import SYSLOG, number_of
from indexers.logs.timestamps import read_times
from indexers.logs.trace_marks import MAY_HOLD_EXCEPTION

TIME_IS_WRONG = "time stamp cannot be right"
MOST_REJECTS = 1_000

# field -> (column, resource attribute)
_RESOURCE = {
    "service": ("service_name", "service.name"),
    "version": ("service_version", "service.version"),
    "environment": ("deployment_environment_name", "deployment.environment.name"),
    "revision": ("vcs_ref_head_revision", "vcs.ref.head.revision"),
}
_ENVELOPE = {"service": "program", "version": "given_version", "environment": "given_environment"}
_KEPT = ("kind", "flow", "row", "held", "blank", "stream", "position", "timestamp", "given_time", "given_severity")
_FIELDS = ("time", "level", "scope_name", "trace_id", "span_id", "request_id", *_RESOURCE)


def rows_of(
    events: pa.Table, *, source: str, page_id: str, streams: Mapping[str, Mapping[str, str]], observed_at: datetime
) -> tuple[pa.Table, pa.Table, NDArray[np.bool_]]:
    """(`events` in the order of the rows, their rows, which rows printed a time that cannot be right).

    `events` as events.py makes them; the order is that of the input.
    """
    if not events.num_rows:
        return events, LOG_SCHEMA.empty_table(), np.empty(0, dtype=bool)
    rest = in_parts(lambda part: _read(part, source, observed_at), events)
    timestamp, wrong = times_of(rest, observed_at)
    number, text = _severity(rest)
    count = rest.num_rows
    columns = {
        "timestamp": timestamp,
        "observed_timestamp": pa.repeat(pa.scalar(observed_at, TIMESTAMP), count),
        "severity_number": number,
        "severity_text": text,
        "source": pa.repeat(pa.scalar(source, pa.string()), count),
        "page_id": pa.repeat(pa.scalar(page_id, pa.string()), count),
        **_places(rest, streams),
    }
    arrays = [columns[name] if name in columns else rest[name] for name in LOG_SCHEMA.names]
    return rest, pa.table(arrays, names=LOG_SCHEMA.names).cast(LOG_SCHEMA), wrong


def rejected_times(rows: pa.Table) -> tuple[Reject, ...]:
    """A reject for each of `rows`, which printed a time that cannot be right; the rows stay."""
    picked = rows.select(["source", "stream", "position", "body"]).slice(0, MOST_REJECTS).to_pylist()
    return tuple(
        Reject(row["source"], row["stream"], row["position"], TIME_IS_WRONG, row["body"][:200]) for row in picked
    )


def _read(events: pa.Table, source: str, observed_at: datetime) -> pa.Table:
    """Events with what they say and what follows from each of them alone."""
    read = extended(
        _values(events),
        {
            "event_id": f"left(md5({literal(source)} || chr(0) || stream || chr(0) || position || chr(0) || body), 16)",
        },
    )
    # The same engine of patterns as DuckDB's, called three times as fast.
    held = pc.match_substring_regex(read["body"], MAY_HOLD_EXCEPTION)
    read = read.append_column("may_hold_exception", held)
    for column, printed in (("own_time", "time"), ("envelope_time", "given_time")):
        read = read.append_column(column, read_times(read[printed].combine_chunks(), observed_at))
    return read


def _values(events: pa.Table) -> pa.Table:
    """Values from JSON events and from text events, in one table with the same columns."""
    is_json = pc.and_(pc.equal(events["kind"], heads.COMPLETE), pc.starts_with(events["head"], "{"))
    tables = []
    if pc.any(is_json).as_py():
        found = json_fields.fields(events.filter(is_json))
        body = (
            "CASE WHEN message = '' AND stack = '' THEN head WHEN message = '' THEN stack "
            "WHEN stack = '' OR contains(message, stack) THEN message ELSE message || chr(10) || stack END"
        )
        tables.append(extended(found, {"body": f"replace({body}, chr(0), '')"}))
    if not pc.all(is_json).as_py():
        found = text_fields.fields(events.filter(pc.invert(is_json)))
        tables.append(_with_places(found).append_column("body", found["text"]))
    picked = [table.select([*_KEPT, *PLACES, *_FIELDS, "attributes", "body"]) for table in tables]
    if len(picked) == 1:
        return picked[0]
    both = pa.concat_tables(picked)
    return both.take(pa.array(np.argsort(both["row"].to_numpy(), kind="stable")))


def _with_places(found: pa.Table) -> pa.Table:
    """Adds service, version, environment and revision from key=value parameters, where a line has them."""
    keys = set(pc.unique(found["attributes"].combine_chunks().keys).to_pylist())
    known = {name: [key for key in json_fields.PATHS[name] if key in keys] for name in _RESOURCE}
    if any(known.values()):
        values = {name: ", ".join(f"attributes[{literal(key)}]" for key in names) for name, names in known.items()}
        return extended(found, {name: f"coalesce({text}, '')" if text else "''" for name, text in values.items()})
    blank = pa.repeat(pa.scalar("", pa.string()), found.num_rows)
    for name in _RESOURCE:
        found = found.append_column(name, blank)
    return found


def _places(rest: pa.Table, streams: Mapping[str, Mapping[str, str]]) -> dict[str, pa.Array]:
    """Service, version, environment and revision: the line's own, else the envelope's, else the stream's."""
    by_stream = rest["stream"].combine_chunks().dictionary_encode()
    places = {}
    for name, (column, key) in _RESOURCE.items():
        known = [dict(streams.get(stream, {})).get(key, "") for stream in by_stream.dictionary.to_pylist()]
        given = pa.array(known, pa.string()).take(by_stream.indices)
        if name in _ENVELOPE:
            said = rest[_ENVELOPE[name]].combine_chunks()
            given = pc.if_else(pc.equal(said, ""), given, said)
        own = rest[name].combine_chunks()
        places[column] = pc.if_else(pc.equal(own, ""), given, own)
    return places


def _severity(rest: pa.Table) -> tuple[pa.Array, pa.Array]:
    """OpenTelemetry numbers and texts; a stack trace without a level is an error, a syslog level fills in."""
    own = rest["level"].combine_chunks().dictionary_encode()
    given = rest["given_severity"].combine_chunks().dictionary_encode()
    own_level = [number_of(word) for word in own.dictionary.to_pylist()]
    given_level = [number_of(SYSLOG.get(word, word)) for word in given.dictionary.to_pylist()]
    numbers = np.array([level[0] for level in own_level], dtype=np.uint8)[own.indices.to_numpy()]
    fallback = np.array([level[0] for level in given_level], dtype=np.uint8)[given.indices.to_numpy()]
    numbers = np.where(numbers == 0, fallback, numbers)
    trace = (rest["kind"].to_numpy() == heads.TRACE_HEAD) | rest["may_hold_exception"].to_numpy()
    numbers = np.where((numbers == 0) & trace, number_of("ERROR")[0], numbers).astype(np.uint8)
    texts = np.array(["", *["TRACE"] * 4, *["DEBUG"] * 4, *["INFO"] * 4, *["WARN"] * 4, *["ERROR"] * 4, *["FATAL"] * 4])
    return pa.array(numbers), pa.array(texts[numbers], pa.string())
