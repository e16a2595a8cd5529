"""How many other faults of a service went through the same functions: the spectrum of one cluster against the others.

One statement counts them in the database, over one trace a cluster. A cluster of the same type that ends in the same
own function may be the same fault found on another path, so it is not among the others.
Owns: that query. Keeps out: what being shared says about blame (rca/signals/spectrum.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from connectors.database import Database
from indexers.exceptions.tables import cluster_fingerprints, cluster_totals, clusters, traces

MOST_CLUSTERS = 2_000  # the newest; JSON of about 10 kB each is read
MOST_FUNCTIONS = 200


@dataclass(frozen=True, slots=True)
class Spectrum:
    """`others` clusters were compared with; `touching` maps (file, function), as printed, to how many went through."""

    others: int = 0
    touching: Mapping[tuple[str, str], int] = field(default_factory=dict)


def spectrum(database: Database, cluster_id: str, service: str, functions: Collection[str]) -> Spectrum:
    """For each of `functions`, in every file where another cluster of `service` has it: in how many clusters."""
    statement = _counted(database, cluster_id, service, sorted(set(functions))[:MOST_FUNCTIONS])
    with database.read() as connection:
        rows = connection.execute(statement).all()
    touching = {(row.file, row.function): int(row.touching) for row in rows if row.function is not None}
    return Spectrum(int(rows[0].others) if rows else 0, touching)


def _counted(database: Database, cluster_id: str, service: str, functions: list[str]) -> sa.Select[Any]:
    """One row a (file, function) that others touch, with the number of others; one with nulls when none does."""
    others = _others(cluster_id, service)
    record = _elements(database, traces.c.chain, "record")
    frame = _elements(database, _field(database, record.c.value, "frames"), "frame")
    file, function = (_text(database, frame.c.value, name) for name in ("file", "function"))
    touched = (
        sa.select(
            file.label("file"),
            function.label("function"),
            sa.func.count(sa.distinct(others.c.cluster_id)).label("touching"),
        )
        .select_from(others.join(traces, traces.c.fingerprint == others.c.fingerprint))
        .join(record, sa.true())
        .join(frame, sa.true())
        .where(function.in_(functions))
        .group_by(file, function)
        .subquery("touched")
    )
    total = sa.select(sa.func.count().label("others")).select_from(others).subquery("total")
    return sa.select(total.c.others, touched.c.file, touched.c.function, touched.c.touching).select_from(
        total.outerjoin(touched, sa.true())
    )


def _others(cluster_id: str, service: str) -> sa.CTE:
    own = clusters.alias("own")
    here = (
        sa.select(cluster_fingerprints.c.cluster_id)
        .join(cluster_totals, cluster_totals.c.fingerprint == cluster_fingerprints.c.fingerprint)
        .where(cluster_totals.c.service == service)
    )
    same = sa.and_(clusters.c.type == own.c.type, clusters.c.culprit_function == own.c.culprit_function)
    return (
        sa.select(clusters.c.cluster_id, clusters.c.first_fingerprint.label("fingerprint"))
        .select_from(clusters.join(own, own.c.cluster_id == cluster_id))
        .where(clusters.c.cluster_id != cluster_id, clusters.c.cluster_id.in_(here), sa.not_(same))
        .order_by(clusters.c.last_seen.desc(), clusters.c.cluster_id)
        .limit(MOST_CLUSTERS)
        .cte("others")
    )


def _elements(database: Database, array: Any, name: str) -> Any:
    """The elements of a JSON array as rows with a column `value`."""
    if database.is_sqlite:
        return sa.func.json_each(array).table_valued("value", name=name)
    return (
        sa.func.json_array_elements(sa.cast(array, sa.JSON)).table_valued("value", name=name).render_derived().lateral()
    )


def _field(database: Database, value: Any, name: str) -> Any:
    return sa.func.json_extract(value, f"$.{name}") if database.is_sqlite else value.op("->")(name)


def _text(database: Database, value: Any, name: str) -> Any:
    return sa.func.json_extract(value, f"$.{name}") if database.is_sqlite else value.op("->>")(name)
