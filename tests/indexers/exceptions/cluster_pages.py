"""Pages of exceptions recorded into clusters, and what the clusters say, for the tests of grouping."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from connectors.database import Database
from indexers.exceptions.cluster_values import PageClusters
from indexers.exceptions.clusters import ClusterQuery, ClusterStore
from indexers.exceptions.rows import page_exceptions
from indexers.exceptions.tables import cluster_activity, cluster_base, cluster_fingerprints
from tests.indexers.exceptions.log_rows import NOON, log_rows, stored_page

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CALLS = ("org.apache.A.fail(A.java:1)", "org.apache.B.call(B.java:1)", "org.apache.C.call(C.java:1)")


def java(*without: int, own: str = "a.Shop.add(S.java:1)", kind: str = "IllegalStateException") -> str:
    """A trace of three library layers below one own call; near-identical to itself without some of the layers."""
    calls = [call for number, call in enumerate(CALLS) if number not in without]
    return f"java.lang.{kind}: x\n" + "".join(f"\tat {call}\n" for call in [*calls, own])


def record(
    database: Database,
    page_id: str,
    *bodies: str,
    at: datetime = NOON,
    step: timedelta = timedelta(seconds=1),
    version: str = "1.0",
    service: str = "shop",
    revision: int | None = 0,
) -> PageClusters:
    """Store a page of log bodies in the ledger (`revision` None: it is there already) and cluster it."""
    if revision is not None:
        stored_page(database, page_id, revision=revision)
    rows = log_rows(bodies, at=at, step=step, version=version, service=service, page_id=page_id)
    read = page_exceptions(rows)
    done = store(database).record_page(page_id, read.rows, read.traces, facets=read.facets)
    assert done is not None
    return done


def store(database: Database, now: datetime = NOON + 365 * DAY) -> ClusterStore:
    """Clusters as seen at `now`."""
    return ClusterStore(database, clock=lambda: now)


def began(database: Database, page_id: str, body: str, at: datetime = NOON) -> str:
    """Record one body; the id of the cluster that it is in."""
    (cluster_id,) = record(database, page_id, body, at=at).counts
    return cluster_id


def shown(database: Database) -> dict[str, tuple[object, ...]]:
    """cluster id -> what a list says of it, of all clusters."""
    return {
        item.id: (item.title, item.type, item.message, item.culprit, item.count, item.first_seen, item.last_seen,
                  item.status, item.status_why, dict(item.versions), dict(item.services), item.fingerprints, item.why,
                  item.trend)
        for item in store(database).list(ClusterQuery(limit=500))
    }  # fmt: skip


def recounted(database: Database) -> dict[str, tuple[int, datetime, datetime]]:
    """cluster id -> count, first and last seen, summed in Python from the rows of every page."""
    found: dict[str, tuple[int, datetime, datetime]] = {}
    names = cluster_fingerprints
    with database.read() as connection:
        for table in (cluster_activity, cluster_base):
            select = sa.select(names.c.cluster_id, table).join(names, names.c.fingerprint == table.c.fingerprint)
            for row in connection.execute(select):
                values = row._mapping
                held = found.get(row.cluster_id)
                found[row.cluster_id] = (
                    values["count"] + (held[0] if held else 0),
                    min(values["first_seen"], held[1]) if held else values["first_seen"],
                    max(values["last_seen"], held[2]) if held else values["last_seen"],
                )
    return found


def listed(database: Database) -> dict[str, tuple[int, datetime, datetime]]:
    """cluster id -> count, first and last seen as a list says."""
    return {one.id: (one.count, one.first_seen, one.last_seen) for one in store(database).list(ClusterQuery(limit=500))}


def members(database: Database) -> dict[str, frozenset[str]]:
    """cluster id -> fingerprints, of every cluster that has any."""
    ids: Sequence[str] = list(listed(database))
    return {cluster_id: frozenset(store(database).fingerprints(cluster_id)) for cluster_id in ids}
