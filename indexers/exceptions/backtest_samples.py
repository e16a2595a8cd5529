"""Stored exceptions as samples for a back-test: the representative of each fingerprint, and more of the newest events.

Rows are streamed. Keeps out: what is made of them (backtest.py).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from indexers.exceptions.backtest import Sample
from indexers.exceptions.reading import TraceReader, known_as
from indexers.exceptions.stored import chain_from_json, fingerprint_from_json
from indexers.exceptions.tables import cluster_fingerprints, cluster_totals, traces

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 500


def stored_samples(connection: sa.Connection) -> Iterator[Sample]:
    """One sample a fingerprint: its representative chain, with the place that saw it most."""
    names = cluster_fingerprints
    busiest, counts = _places(connection)
    select = (
        sa.select(names.c.fingerprint, names.c.cluster_id, names.c.home, names.c.parts, traces.c.chain)
        .join(traces, traces.c.fingerprint == names.c.fingerprint)
        .order_by(names.c.fingerprint)
        .execution_options(yield_per=_BATCH)
    )
    for row in connection.execute(select):
        service, version = busiest.get(row.fingerprint, ("", ""))
        yield Sample(
            fingerprint=fingerprint_from_json(row.parts),
            cluster_id=row.cluster_id,
            home=row.home,
            count=counts.get(row.fingerprint, 0),
            chain=tuple(chain_from_json(row.chain)),
            service=service,
            version=version,
        )


def _places(connection: sa.Connection) -> tuple[dict[str, tuple[str, str]], dict[str, int]]:
    busiest: dict[str, tuple[int, str, str]] = {}
    counts: dict[str, int] = {}
    table = cluster_totals
    select = sa.select(table.c.fingerprint, table.c.service, table.c.version, table.c["count"])
    for fingerprint, service, version, count in connection.execute(select.execution_options(yield_per=_BATCH)):
        counts[fingerprint] = counts.get(fingerprint, 0) + count
        busiest[fingerprint] = max(busiest.get(fingerprint, (0, "", "")), (count, service, version))
    return {name: (service, version) for name, (_, service, version) in busiest.items()}, counts


def event_samples(connection: sa.Connection, exceptions: "pa.Table") -> Iterator[Sample]:
    """One sample a distinct text of `exceptions` (EXCEPTION_SCHEMA): variants that a representative does not show.

    They count as nothing, for the representatives hold the counts. A text whose stored fingerprint no known rule makes
    is left out.
    """
    names = cluster_fingerprints
    known: dict[str, Any] = {}
    columns = ["fingerprint", "exception_stacktrace", "service_name", "service_version"]
    distinct = exceptions.select(columns).group_by(columns, use_threads=False).aggregate([])
    for row in distinct.to_pylist():
        value = row["fingerprint"]
        if value not in known:
            known[value] = connection.execute(sa.select(names).where(names.c.fingerprint == value)).first()
        if known[value] is None:
            continue
        for trace in TraceReader().read(row["exception_stacktrace"]):
            if value in known_as(trace.chain):
                yield Sample(
                    fingerprint=fingerprint_from_json(known[value].parts),
                    cluster_id=known[value].cluster_id,
                    home=known[value].home,
                    count=0,
                    chain=trace.chain,
                    service=row["service_name"],
                    version=row["service_version"],
                )
                break
