"""From log rows of the warehouse to exception rows, and the distinct traces among them.

Python reads each distinct body once; everything a row has of its own stays in Arrow. Keeps out: clusters, storing.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from connectors.records import EXCEPTION_SCHEMA
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.extract import chains, extract_traces
from indexers.exceptions.fingerprint import Fingerprint, fingerprint
from indexers.exceptions.naming import outermost

_COPIED = (
    "event_id",
    "timestamp",
    "service_name",
    "service_version",
    "deployment_environment_name",
    "vcs_ref_head_revision",
    "source",
    "trace_id",
    "page_id",
)


@dataclass(frozen=True, slots=True)
class Trace:
    """A distinct trace, as first met: what a cluster shows as its representative."""

    fingerprint: Fingerprint
    chain: tuple[ExceptionRecord, ...]
    text: str  # freed of envelopes


@dataclass(frozen=True, slots=True)
class _Reading:
    """One chain of one distinct body."""

    body: int
    ordinal: int
    trace: Trace


def exception_rows(log_rows: pa.Table) -> tuple[pa.Table, dict[str, Trace]]:
    """(EXCEPTION_SCHEMA rows, one for each chain in each event; the distinct traces by fingerprint).

    `log_rows` has LOG_SCHEMA. Only rows marked `may_hold_exception` are read. The type and message of a row are those
    of the outermost exception, as OpenTelemetry records them; `exception_stacktrace` is the text of the whole chain.
    """
    candidates = log_rows.filter(log_rows["may_hold_exception"])
    if candidates.num_rows == 0:
        return EXCEPTION_SCHEMA.empty_table(), {}
    encoded = candidates["body"].combine_chunks().dictionary_encode()
    readings: list[_Reading] = []
    for body, text in enumerate(encoded.dictionary.to_pylist()):
        readings += _read(body, text)
    if not readings:
        return EXCEPTION_SCHEMA.empty_table(), {}
    traces: dict[str, Trace] = {}
    for reading in readings:
        traces.setdefault(reading.trace.fingerprint.value, reading.trace)
    return _joined(candidates, encoded.indices, readings), traces


def _read(body: int, text: str) -> list[_Reading]:
    readings: list[_Reading] = []
    for found in extract_traces(text):
        for chain in chains(found.records):
            trace = Trace(fingerprint(chain), tuple(chain), found.text)
            readings.append(_Reading(body, len(readings), trace))
    return readings


def _joined(rows: pa.Table, bodies: pa.Array, readings: list[_Reading]) -> pa.Table:
    """Every row once for each chain in its body, in the order of the rows."""
    rows = rows.select(_COPIED).append_column("row", pa.array(range(rows.num_rows), pa.int64()))
    rows = rows.append_column("body", bodies.cast(pa.int64()))
    heads = [outermost(reading.trace.chain) for reading in readings]
    found = pa.table(
        {
            "body": pa.array([reading.body for reading in readings], pa.int64()),
            "ordinal": pa.array([reading.ordinal for reading in readings], pa.int32()),
            "exception_type": pa.array([head.type for head in heads], pa.string()),
            "exception_message": pa.array([head.message or "" for head in heads], pa.string()),
            "exception_stacktrace": pa.array([reading.trace.text for reading in readings], pa.string()),
            "language": pa.array([head.language for head in heads], pa.string()),
            "fingerprint": pa.array([reading.trace.fingerprint.value for reading in readings], pa.string()),
        }
    )
    joined = rows.join(found, keys="body", join_type="inner")
    order = pc.sort_indices(joined, sort_keys=[("row", "ascending"), ("ordinal", "ascending")])
    return joined.take(order).select(EXCEPTION_SCHEMA.names).cast(EXCEPTION_SCHEMA)
