"""Keeps the counts of clusters: the activity of each page, and the totals beside it.

A page is added to the totals. A page that is read anew (a replay with other rules) is first taken back, and the totals
it had touched are summed again from the activity that is left and what was rolled up of it. Keeps out: which cluster a
fingerprint belongs to.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime
from indexers.exceptions.buckets import Bucket
from indexers.exceptions.tables import cluster_activity, cluster_base, cluster_fingerprints, cluster_totals, clusters

_CHUNK = 500
_PLACE = ("fingerprint", "service", "environment", "version")
_SUMS = ("count", "first_seen", "last_seen")


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """`values`, sorted, in lists short enough for one IN (...)."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def withdraw(connection: sa.Connection, page_id: str) -> set[str]:
    """Take back what was recorded for a page before; the fingerprints it had touched."""
    table = cluster_activity
    of_page = table.c.page_id == page_id
    touched = set(connection.execute(sa.select(table.c.fingerprint).where(of_page).distinct()).scalars())
    if touched:
        connection.execute(sa.delete(table).where(of_page))
    return touched


def add_activity(connection: sa.Connection, page_id: str, buckets: Sequence[Bucket]) -> None:
    """Store the counts of a page."""
    rows = [
        {
            "fingerprint": bucket.fingerprint,
            "hour": bucket.hour,
            "service": bucket.service,
            "environment": bucket.environment,
            "version": bucket.version,
            "page_id": page_id,
            "count": bucket.count,
            "first_seen": bucket.first_seen,
            "last_seen": bucket.last_seen,
            "sample_event_id": bucket.sample_event_id,
        }
        for bucket in buckets
    ]
    if rows:
        connection.execute(sa.insert(cluster_activity), rows)


def add_totals(database: Database, connection: sa.Connection, buckets: Sequence[Bucket]) -> list[dict[str, Any]]:
    """Add the counts of a page to the totals; the totals of its fingerprints as they were before."""
    table = cluster_totals
    totals: dict[tuple[str, ...], dict[str, Any]] = {}
    for some in chunks({bucket.fingerprint for bucket in buckets}):
        for row in connection.execute(sa.select(table).where(table.c.fingerprint.in_(some))):
            totals[tuple(getattr(row, name) for name in _PLACE)] = dict(row._mapping)
    changed: dict[tuple[str, ...], dict[str, Any]] = {}
    for bucket in buckets:
        key = (bucket.fingerprint, bucket.service, bucket.environment, bucket.version)
        held = changed.get(key) or totals.get(key)
        changed[key] = {
            **dict(zip(_PLACE, key, strict=True)),
            "count": bucket.count + (held["count"] if held else 0),
            "first_seen": min(bucket.first_seen, held["first_seen"]) if held else bucket.first_seen,
            "last_seen": max(bucket.last_seen, held["last_seen"]) if held else bucket.last_seen,
        }
    database.upsert(connection, table, list(changed.values()), update=list(_SUMS))
    return list(totals.values())


def sum_again(connection: sa.Connection, fingerprints: Iterable[str]) -> None:
    """Make the totals of `fingerprints`, and the numbers of their clusters, what the activity says.

    A cluster without any activity left keeps its row, with a count of 0, so that reports about it stay readable.
    """
    touched: set[str] = set()
    for some in chunks(fingerprints):
        connection.execute(sa.delete(cluster_totals).where(cluster_totals.c.fingerprint.in_(some)))
        kept = sa.union_all(*(_kept(table, some) for table in (cluster_activity, cluster_base))).subquery()
        place = [kept.c[name] for name in _PLACE]
        rows = [dict(row._mapping) for row in connection.execute(sa.select(*place, *sums(kept)).group_by(*place)).all()]
        if rows:
            connection.execute(sa.insert(cluster_totals), rows)
        names = cluster_fingerprints
        touched |= set(connection.execute(sa.select(names.c.cluster_id).where(names.c.fingerprint.in_(some))).scalars())
    sum_clusters(connection, touched)


def _kept(table: sa.Table, fingerprints: list[str]) -> sa.Select[Any]:
    return sa.select(*(table.c[name] for name in (*_PLACE, *_SUMS))).where(table.c.fingerprint.in_(fingerprints))


def sum_clusters(connection: sa.Connection, cluster_ids: Iterable[str]) -> None:
    """Make the numbers of clusters the sums of their members' totals."""
    for cluster_id in sorted(cluster_ids):
        _sum_cluster(connection, cluster_id)


def _sum_cluster(connection: sa.Connection, cluster_id: str) -> None:
    names = cluster_fingerprints
    select = (
        sa.select(*sums(cluster_totals))
        .join(names, names.c.fingerprint == cluster_totals.c.fingerprint)
        .where(names.c.cluster_id == cluster_id)
    )
    row = connection.execute(select).one()
    values = {"count": 0} if row.count is None else dict(row._mapping)
    connection.execute(sa.update(clusters).where(clusters.c.cluster_id == cluster_id).values(**values))


def sums(table: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """Sum, earliest and latest; PostgreSQL sums integers to decimals, hence the cast."""
    return [
        sa.cast(sa.func.sum(table.c.count), sa.BigInteger).label("count"),
        sa.func.min(table.c.first_seen, type_=UtcDateTime).label("first_seen"),
        sa.func.max(table.c.last_seen, type_=UtcDateTime).label("last_seen"),
    ]
