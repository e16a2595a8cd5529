"""From log rows of the warehouse to exception rows, and the distinct traces among them.

Python reads each distinct body once, and once more for each service of which something is known that changes how a
body is read; everything a row has of its own stays in Arrow. Keeps out: clusters, storing.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from connectors.records import EXCEPTION_SCHEMA
from indexers.exceptions.facets import PageFacets, page_facets
from indexers.exceptions.naming import outermost
from indexers.exceptions.reading import Known, Trace, TraceReader

__all__ = ["PageExceptions", "Trace", "exception_rows", "page_exceptions"]

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
_PLACE = ("service_name", "service_version")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One chain of one distinct body of services of which the same is known."""

    body: int
    ordinal: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class PageExceptions:
    """`rows` has EXCEPTION_SCHEMA, `traces` the distinct traces by fingerprint, `facets` what differs among them."""

    rows: pa.Table
    traces: dict[str, Trace]
    facets: PageFacets


def exception_rows(log_rows: pa.Table, reader: TraceReader | None = None) -> tuple[pa.Table, dict[str, Trace]]:
    """The rows and the distinct traces of `page_exceptions`."""
    page = page_exceptions(log_rows, reader)
    return page.rows, page.traces


def page_exceptions(log_rows: pa.Table, reader: TraceReader | None = None) -> PageExceptions:
    """EXCEPTION_SCHEMA rows, one for each chain in each event; the distinct traces by fingerprint; their facets.

    `log_rows` has LOG_SCHEMA. Only rows marked `may_hold_exception` are read. The type and message of a row are those
    of the outermost exception, as OpenTelemetry records them; `exception_stacktrace` is the text of the whole chain.
    """
    candidates = log_rows.filter(log_rows["may_hold_exception"])
    if candidates.num_rows == 0:
        return _none()
    reader = reader or TraceReader()
    texts = candidates["body"].combine_chunks().dictionary_encode()
    known, places = _known(candidates, reader)
    keys = pc.add(pc.multiply(texts.indices.cast(pa.int64()), len(known)), places).dictionary_encode()
    bodies = texts.dictionary.to_pylist()
    readings: list[_Reading] = []
    for number, key in enumerate(keys.dictionary.to_pylist()):
        traces = reader.read_as(bodies[key // len(known)], known[key % len(known)])
        readings += [_Reading(number, ordinal, trace) for ordinal, trace in enumerate(traces)]
    if not readings:
        return _none()
    distinct: dict[str, Trace] = {}
    for reading in readings:
        distinct.setdefault(reading.trace.fingerprint.value, reading.trace)
    joined = _joined(candidates, keys.indices, readings)
    rows = joined.select(EXCEPTION_SCHEMA.names).cast(EXCEPTION_SCHEMA)
    facets = page_facets(joined["reading"], rows, [reading.trace for reading in readings])
    return PageExceptions(rows, distinct, facets)


def _none() -> PageExceptions:
    rows = EXCEPTION_SCHEMA.empty_table()
    return PageExceptions(rows, {}, page_facets(pa.array([], pa.int64()), rows, []))


def _known(rows: pa.Table, reader: TraceReader) -> tuple[list[Known | None], pa.Array]:
    """(what is known, each distinct thing once; for each row, the index into that)."""
    pairs = pc.binary_join_element_wise(*(rows[name].combine_chunks() for name in _PLACE), "\0").dictionary_encode()
    known: list[Known | None] = []
    index_of = []
    for pair in pairs.dictionary.to_pylist():
        about = reader.known(*pair.split("\0", 1))
        if about not in known:
            known.append(about)
        index_of.append(known.index(about))
    return known, pa.array(index_of, pa.int64()).take(pairs.indices)


def _joined(rows: pa.Table, bodies: pa.Array, readings: list[_Reading]) -> pa.Table:
    """Every row once for each chain in its body, in the order of the rows."""
    rows = rows.select(_COPIED).append_column("row", pa.array(range(rows.num_rows), pa.int64()))
    rows = rows.append_column("body", bodies.cast(pa.int64()))
    heads = [outermost(reading.trace.chain) for reading in readings]
    found = pa.table(
        {
            "reading": pa.array(range(len(readings)), pa.int64()),
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
    return joined.take(order)
