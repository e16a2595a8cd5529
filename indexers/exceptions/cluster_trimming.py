"""Rolls up activity that is too old to be shown by the hour, so that the table does not grow for ever.

What is taken away is added to a row a fingerprint and place, so that counts, first and last seen stay what they were,
also for people's undos. Each page remembers up to when it was rolled up: read anew (a replay), it does not count those
hours again. A page is rolled up whole, in one transaction, so a crash leaves each page either way. Keeps out: when
(flows), how long (settings).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from connectors.database import Database
from indexers.exceptions.cluster_reading import newest_data
from indexers.exceptions.cluster_rules import DAYS
from indexers.exceptions.cluster_sums import sums
from indexers.exceptions.cluster_turns import take_turn
from indexers.exceptions.tables import cluster_activity, cluster_base, cluster_facets, cluster_trimmed

_PAGES = 200  # in one transaction: other writers wait for it
_PLACE = ("fingerprint", "service", "environment", "version")


def trim(database: Database, before: datetime, now: datetime) -> int:
    """See `ClusterStore.trim`."""
    with database.read() as connection:
        shown = newest_data(connection, now) - timedelta(days=DAYS + 1)
    edge = min(before, shown).replace(minute=0, second=0, microsecond=0)
    removed = 0
    for pages in _pages(database, edge):
        with database.write() as connection:
            take_turn(database, connection)
            removed += _roll_up(database, connection, pages, edge)
    _forget_lines(database, edge)
    return removed


def _pages(database: Database, edge: datetime) -> Iterator[list[str]]:
    table = cluster_activity
    with database.read() as connection:
        names = connection.execute(sa.select(table.c.page_id).where(table.c.hour < edge).distinct()).scalars().all()
    for start in range(0, len(names), _PAGES):
        yield sorted(names)[start : start + _PAGES]


def _roll_up(database: Database, connection: sa.Connection, pages: list[str], edge: datetime) -> int:
    table, base = cluster_activity, cluster_base
    old = sa.and_(table.c.page_id.in_(pages), table.c.hour < edge)
    place = [table.c[name] for name in _PLACE]
    rows = [
        dict(row._mapping)
        for row in connection.execute(sa.select(*place, *sums(table)).where(old).group_by(*place)).all()
    ]
    held = _held(connection, [row["fingerprint"] for row in rows])
    for row in rows:
        past = held.get(tuple(row[name] for name in _PLACE))
        if past is not None:
            row["count"] += past["count"]
            row["first_seen"] = min(row["first_seen"], past["first_seen"])
            row["last_seen"] = max(row["last_seen"], past["last_seen"])
    database.upsert(connection, base, rows, update=["count", "first_seen", "last_seen"])
    marks = [{"page_id": page_id, "before": edge} for page_id in pages]
    database.upsert(connection, cluster_trimmed, marks, update=["before"])
    return int(connection.execute(sa.delete(table).where(old)).rowcount)


def _held(connection: sa.Connection, fingerprints: list[str]) -> dict[tuple[str, ...], dict[str, Any]]:
    base = cluster_base
    names = sorted(set(fingerprints))
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for start in range(0, len(names), _PAGES):
        select = sa.select(base).where(base.c.fingerprint.in_(names[start : start + _PAGES]))
        for row in connection.execute(select):
            found[tuple(row._mapping[name] for name in _PLACE)] = dict(row._mapping)
    return found


def _forget_lines(database: Database, edge: datetime) -> None:
    """Line numbers of versions that are long gone are compared with nothing any more."""
    facets = cluster_facets
    with database.write() as connection:
        take_turn(database, connection)
        connection.execute(
            sa.delete(facets).where(
                facets.c.kind == "line",
                facets.c.last_seen < edge,
                facets.c.value.not_like("`%"),
                facets.c.state == "known",
            )
        )


def not_rolled_up(connection: sa.Connection, page_id: str, exceptions: pa.Table) -> pa.Table:
    """The exceptions of a page but for the hours that are rolled up: these are counted and stay so."""
    table = cluster_trimmed
    before = connection.execute(sa.select(table.c.before).where(table.c.page_id == page_id)).scalar_one_or_none()
    if before is None:
        return exceptions
    edge = pa.scalar(before, exceptions.schema.field("timestamp").type)
    return exceptions.filter(pc.greater_equal(exceptions["timestamp"], edge))
