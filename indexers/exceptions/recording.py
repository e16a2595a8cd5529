"""Adds one page's exceptions to the clusters, in one transaction: all of it or nothing, once.

Writers take turns (SQLite's write lock, a table lock on PostgreSQL), so what a new fingerprint joins depends on what
is stored and not on which process looks. Owns the order of the steps. Keeps out: reading clusters, where a new
fingerprint belongs (cluster_placing.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from connectors.database import Database
from connectors.errors import BadInputError
from connectors.pages import PageLedger
from indexers.exceptions.buckets import Bucket, buckets, scrub
from indexers.exceptions.cluster_faces import LONGEST_TEXT, face
from indexers.exceptions.cluster_placing import Placed, Placing
from indexers.exceptions.cluster_sums import add_activity, add_totals, chunks, sum_again, withdraw
from indexers.exceptions.cluster_trimming import not_rolled_up
from indexers.exceptions.cluster_turns import take_turn
from indexers.exceptions.cluster_values import PageClusters
from indexers.exceptions.constraints import follow
from indexers.exceptions.facets import Facet, PageFacets, counted
from indexers.exceptions.impurity import Impurity
from indexers.exceptions.reading import Trace
from indexers.exceptions.similarity import Embeds
from indexers.exceptions.stored import chain_to_json, fingerprint_to_json
from indexers.exceptions.tables import cluster_events, cluster_fingerprints, clusters
from indexers.exceptions.tables import traces as stored_traces

_ACTOR = "firstcause"

# Made once: putting a statement together costs more than running it.
_NEW_CLUSTER, _NEW_MEMBER, _NEW_TRACE = sa.insert(clusters), sa.insert(cluster_fingerprints), sa.insert(stored_traces)
_SEEN = (
    sa.update(clusters)
    .where(clusters.c.cluster_id == sa.bindparam("at"))
    .values({name: sa.bindparam(name) for name in ("count", "first_seen", "last_seen", "resolved_at", "regressed_at")})
)


def record(
    database: Database,
    page_id: str,
    exceptions: pa.Table,
    page_traces: Mapping[str, Trace],
    *,
    facets: PageFacets | None,
    quiet: timedelta,
    embedder: Embeds | None,
) -> PageClusters | None:
    """See `ClusterStore.record_page`."""
    missing = set(exceptions["fingerprint"].unique().to_pylist()) - page_traces.keys()
    if missing:
        raise BadInputError(f"{len(missing)} fingerprints of page {page_id} have no trace, for example {min(missing)}.")
    with database.write() as connection:
        take_turn(database, connection)
        if not PageLedger.mark_clustered(connection, page_id):
            return None
        exceptions = not_rolled_up(connection, page_id, exceptions)
        found = buckets(exceptions)
        page = _Page(database, connection, page_id, buckets=found, traces=page_traces, quiet=quiet)
        return page.record(embedder, [] if facets is None else counted(exceptions, facets))


class _Page:
    """One page being recorded, within one transaction."""

    def __init__(
        self,
        database: Database,
        connection: sa.Connection,
        page_id: str,
        *,
        buckets: Sequence[Bucket],
        traces: Mapping[str, Trace],
        quiet: timedelta,
    ) -> None:
        self.database, self.connection, self.page_id = database, connection, page_id
        self.buckets, self.traces, self.quiet = buckets, traces, quiet
        self.new: list[str] = []
        self.merged: list[str] = []
        self.near: set[str] = set()  # fingerprints that joined because they are near-identical

    def record(self, embedder: Embeds | None, facets: Sequence[Facet]) -> PageClusters:
        withdrawn = withdraw(self.connection, self.page_id)
        cluster_of = self._assign(embedder)
        impurity = Impurity(self.database, self.connection, cluster_of, again=withdrawn, joined=self.near)
        impurity.observe(facets)
        add_activity(self.connection, self.page_id, self.buckets)
        if withdrawn:  # the page is read anew: what it said before is taken back
            sum_again(self.connection, withdrawn | cluster_of.keys())
        else:
            impurity.places(add_totals(self.database, self.connection, self.buckets), self.buckets)
        counts: dict[str, int] = {}
        for bucket in self.buckets:
            cluster_id = cluster_of[bucket.fingerprint]
            counts[cluster_id] = counts.get(cluster_id, 0) + bucket.count
        regressed = [] if withdrawn else self._update_clusters(cluster_of)
        return PageClusters(
            page_id=self.page_id,
            counts=counts,
            new=tuple(self.new),
            merged=tuple(dict.fromkeys(self.merged)),
            regressed=tuple(regressed),
            impure=impurity.finish(),
        )

    def _assign(self, embedder: Embeds | None) -> dict[str, str]:
        """fingerprint -> cluster; the unknown ones are placed, the earliest first."""
        table = cluster_fingerprints
        known: dict[str, str] = {}
        for some in chunks({bucket.fingerprint for bucket in self.buckets}):
            select = sa.select(table.c.fingerprint, table.c.cluster_id).where(table.c.fingerprint.in_(some))
            known |= {row.fingerprint: row.cluster_id for row in self.connection.execute(select)}
        placing = Placing(self.connection, embedder)
        for bucket in self.buckets:
            if bucket.fingerprint not in known:
                known[bucket.fingerprint] = self._join(bucket, placing)
        return known

    def _join(self, bucket: Bucket, placing: Placing) -> str:
        trace = self.traces[bucket.fingerprint]
        placed = placing.place(trace)
        if placed.leader is None:
            self._begin(placed.cluster_id, bucket, trace)
            self.new.append(placed.cluster_id)
        else:
            if follow(self.connection, placing.constraints, bucket.fingerprint, placed.leader):
                placing.forget()
            if placed.near:
                self.merged.append(placed.cluster_id)
                self.near.add(bucket.fingerprint)
        self._keep(bucket, trace, placed)
        return placed.cluster_id

    def _begin(self, cluster_id: str, bucket: Bucket, trace: Trace) -> None:
        row = {
            "cluster_id": cluster_id,
            "founder": bucket.fingerprint,
            "count": 0,
            "first_seen": bucket.first_seen,
            "last_seen": bucket.last_seen,
            **face(trace.fingerprint, trace.chain),
        }
        self.connection.execute(_NEW_CLUSTER, row)

    def _keep(self, bucket: Bucket, trace: Trace, placed: Placed) -> None:
        member = {
            "fingerprint": bucket.fingerprint,
            "cluster_id": placed.cluster_id,
            "home": placed.home,
            "strategy": trace.fingerprint.strategy,
            "parts": fingerprint_to_json(trace.fingerprint),
            "kin": placed.kin,
            "reason": scrub(placed.reason),
            "score": placed.score,
            "joined_at": bucket.first_seen,
        }
        self.connection.execute(_NEW_MEMBER, member)
        text = scrub(trace.text[:LONGEST_TEXT])
        row = {"fingerprint": bucket.fingerprint, "chain": chain_to_json(trace.chain), "text": text}
        self.connection.execute(_NEW_TRACE, row)

    def _update_clusters(self, cluster_of: Mapping[str, str]) -> list[str]:
        """Add this page to the clusters' own numbers; the ids of those seen again after they were resolved."""
        held: dict[str, Any] = {}
        seen_by: dict[str, list[Bucket]] = {}
        for bucket in self.buckets:
            seen_by.setdefault(cluster_of[bucket.fingerprint], []).append(bucket)
        for some in chunks(seen_by):
            select = sa.select(clusters).where(clusters.c.cluster_id.in_(some))
            held |= {row.cluster_id: row for row in self.connection.execute(select)}
        regressed, changed = [], []
        for cluster_id, row in sorted(held.items()):
            seen = seen_by[cluster_id]
            values: dict[str, Any] = {
                "at": cluster_id,
                "resolved_at": row.resolved_at,
                "regressed_at": row.regressed_at,
                "count": row.count + sum(bucket.count for bucket in seen),
                "first_seen": min(row.first_seen, *(bucket.first_seen for bucket in seen)),
                "last_seen": max(row.last_seen, *(bucket.last_seen for bucket in seen)),
            }
            again = self._seen_again(row, seen)
            if again is not None:
                regressed.append(cluster_id)
                values |= {"resolved_at": None, "regressed_at": again}
            changed.append(values)
        if changed:
            self.connection.execute(_SEEN, changed)
        return regressed

    def _seen_again(self, row: Any, seen: Sequence[Bucket]) -> datetime | None:
        """When the cluster came back after it was resolved, by a person or by silence; recorded as an event."""
        if row.resolved_at is not None:
            edge, note = row.resolved_at, f"seen again after it was marked resolved at {row.resolved_at:%Y-%m-%d %H:%M}"
        else:
            edge, note = row.last_seen + self.quiet, f"seen again after {self.quiet.days} days or more of silence"
        after = [max(bucket.first_seen, edge) for bucket in seen if bucket.last_seen > edge]
        if not after:
            return None
        again: datetime = min(after)
        event = {"cluster_id": row.cluster_id, "at": again, "kind": "regressed", "actor": _ACTOR, "note": note}
        self.database.upsert(self.connection, cluster_events, [event], update=[])
        return again
