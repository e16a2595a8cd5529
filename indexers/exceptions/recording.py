"""Adds one page's exceptions to the clusters, in one transaction: all of it or nothing, once.

Writers take turns (SQLite's write lock, a table lock on PostgreSQL), so what a new fingerprint joins depends on what
is stored and not on which process looks. Owns the order of the steps. Keeps out: reading clusters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from connectors.database import Database
from connectors.errors import BadInputError
from connectors.pages import PageLedger
from indexers.exceptions.cluster_values import PageClusters
from indexers.exceptions.naming import culprit, root_cause, title
from indexers.exceptions.rows import Trace
from indexers.exceptions.similarity import Embeds, Near, nearest, signature
from indexers.exceptions.stored import (
    chain_from_json,
    chain_to_json,
    fingerprint_from_json,
    fingerprint_to_json,
)
from indexers.exceptions.tables import (
    cluster_activity,
    cluster_events,
    cluster_fingerprints,
    cluster_totals,
    clusters,
)
from indexers.exceptions.tables import traces as stored_traces

_CHUNK = 500
_NAME = 255  # longest service, environment and version name
_TEXT = 200_000  # longest representative text kept, in characters
_PLACE = ("fingerprint", "service", "environment", "version")
_ACTOR = "firstcause"


@dataclass(frozen=True, slots=True)
class _Bucket:
    """Occurrences of one fingerprint in one hour at one place."""

    fingerprint: str
    hour: datetime
    service: str
    environment: str
    version: str
    count: int
    first_seen: datetime
    last_seen: datetime
    sample_event_id: str


def record(
    database: Database,
    page_id: str,
    exceptions: pa.Table,
    page_traces: Mapping[str, Trace],
    *,
    quiet: timedelta,
    embedder: Embeds | None,
) -> PageClusters | None:
    """See `ClusterStore.record_page`."""
    buckets = _buckets(exceptions)
    missing = {bucket.fingerprint for bucket in buckets} - page_traces.keys()
    if missing:
        raise BadInputError(f"{len(missing)} fingerprints of page {page_id} have no trace, for example {min(missing)}.")
    with database.write() as connection:
        _take_turn(database, connection)
        if not PageLedger.mark_clustered(connection, page_id):
            return None
        page = _Page(database, connection, page_id, buckets=buckets, traces=page_traces, quiet=quiet)
        return page.record(embedder)


def _take_turn(database: Database, connection: sa.Connection) -> None:
    """SQLite's writers queue at BEGIN IMMEDIATE already; this makes PostgreSQL's do so too. Readers go on reading."""
    if not database.is_sqlite:
        connection.execute(sa.text("LOCK TABLE clusters IN SHARE ROW EXCLUSIVE MODE"))


def _buckets(exceptions: pa.Table) -> list[_Bucket]:
    """Occurrences by fingerprint, hour and place, counted in Arrow; the earliest first."""
    if exceptions.num_rows == 0:
        return []
    names = {"service_name": "service", "deployment_environment_name": "environment", "service_version": "version"}
    table = exceptions.select(["fingerprint", "timestamp", "event_id", *names])
    table = table.append_column("hour", pc.floor_temporal(table["timestamp"], unit="hour"))
    keys = ["fingerprint", "hour", *names]
    counted = table.group_by(keys).aggregate(
        [("timestamp", "count"), ("timestamp", "min"), ("timestamp", "max"), ("event_id", "min")]
    )
    found: dict[tuple[Any, ...], _Bucket] = {}
    for row in counted.to_pylist():
        bucket = _Bucket(
            fingerprint=row["fingerprint"],
            hour=row["hour"],
            service=_scrub(row["service_name"])[:_NAME],
            environment=_scrub(row["deployment_environment_name"])[:_NAME],
            version=_scrub(row["service_version"])[:_NAME],
            count=row["timestamp_count"],
            first_seen=row["timestamp_min"],
            last_seen=row["timestamp_max"],
            sample_event_id=row["event_id_min"],
        )
        key = (bucket.fingerprint, bucket.hour, bucket.service, bucket.environment, bucket.version)
        found[key] = _sum(found[key], bucket) if key in found else bucket
    return [found[key] for key in sorted(found, key=lambda key: (found[key].first_seen, key))]


def _sum(one: _Bucket, two: _Bucket) -> _Bucket:
    """Names that differ only in what cannot be stored share a bucket."""
    return replace(
        one,
        count=one.count + two.count,
        first_seen=min(one.first_seen, two.first_seen),
        last_seen=max(one.last_seen, two.last_seen),
        sample_event_id=min(one.sample_event_id, two.sample_event_id),
    )


def _scrub(text: str) -> str:
    """PostgreSQL stores no NUL, and UTF-8 has no surrogates."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


class _Page:
    """One page being recorded, within one transaction."""

    def __init__(
        self,
        database: Database,
        connection: sa.Connection,
        page_id: str,
        *,
        buckets: Sequence[_Bucket],
        traces: Mapping[str, Trace],
        quiet: timedelta,
    ) -> None:
        self.database, self.connection, self.page_id = database, connection, page_id
        self.buckets, self.traces, self.quiet = buckets, traces, quiet
        self.new: list[str] = []
        self.merged: list[str] = []

    def record(self, embedder: Embeds | None) -> PageClusters:
        cluster_of = self._assign(embedder)
        self._add_activity()
        self._add_totals()
        counts: dict[str, int] = {}
        for bucket in self.buckets:
            cluster_id = cluster_of[bucket.fingerprint]
            counts[cluster_id] = counts.get(cluster_id, 0) + bucket.count
        regressed = self._update_clusters(cluster_of)
        return PageClusters(self.page_id, counts, tuple(self.new), tuple(dict.fromkeys(self.merged)), tuple(regressed))

    def _assign(self, embedder: Embeds | None) -> dict[str, str]:
        """fingerprint -> cluster; unknown ones join a near-identical cluster or begin their own, the earliest first."""
        table = cluster_fingerprints
        known: dict[str, str] = {}
        for some in _chunks({bucket.fingerprint for bucket in self.buckets}):
            select = sa.select(table.c.fingerprint, table.c.cluster_id).where(table.c.fingerprint.in_(some))
            known |= {row.fingerprint: row.cluster_id for row in self.connection.execute(select)}
        for bucket in self.buckets:
            if bucket.fingerprint not in known:
                known[bucket.fingerprint] = self._place(bucket, embedder)
        return known

    def _place(self, bucket: _Bucket, embedder: Embeds | None) -> str:
        trace = self.traces[bucket.fingerprint]
        own = signature(trace.fingerprint, trace.chain)
        founders = self._founders(own.kin)
        others = [signature(fingerprint_from_json(row.parts), chain_from_json(row.chain)) for row in founders]
        near = nearest(own, others, embedder) if others else None
        if near is None:
            cluster_id = bucket.fingerprint[:16]
            self._begin(cluster_id, bucket, trace)
            self.new.append(cluster_id)
        else:
            cluster_id = founders[near.index].cluster_id
            self.merged.append(cluster_id)
        self._join(bucket, trace, cluster_id, own.kin, near)
        return cluster_id

    def _founders(self, kin: str) -> Sequence[Any]:
        """Only the traces that began a cluster are compared with, so that a cluster cannot drift member by member."""
        table = cluster_fingerprints
        select = (
            sa.select(table.c.fingerprint, table.c.cluster_id, table.c.parts, stored_traces.c.chain)
            .join(stored_traces, stored_traces.c.fingerprint == table.c.fingerprint)
            .where(table.c.kin == kin, table.c.score == 1.0)
            .order_by(table.c.fingerprint)
        )
        return self.connection.execute(select).all()

    def _begin(self, cluster_id: str, bucket: _Bucket, trace: Trace) -> None:
        root, frame = root_cause(trace.chain), culprit(trace.chain)
        calls = trace.fingerprint.contributing("frame")
        why = f"same exceptions and the same {len(calls)} calls" if calls else "same exceptions and the same message"
        self.connection.execute(
            sa.insert(clusters).values(
                cluster_id=cluster_id,
                title=_scrub(title(trace.chain)),
                type=_scrub(root.type),
                message=_scrub((root.message or "")[:_TEXT]),
                language=root.language,
                culprit_file=_scrub(frame.file) if frame else "",
                culprit_function=_scrub(frame.function) if frame else "",
                culprit_line=frame.line if frame else None,
                first_fingerprint=bucket.fingerprint,
                why=f"{why}, once line numbers, ids and generated names are left out",
                count=0,
                first_seen=bucket.first_seen,
                last_seen=bucket.last_seen,
            )
        )

    def _join(self, bucket: _Bucket, trace: Trace, cluster_id: str, kin: str, near: Near | None) -> None:
        self.connection.execute(
            sa.insert(cluster_fingerprints).values(
                fingerprint=bucket.fingerprint,
                cluster_id=cluster_id,
                strategy=trace.fingerprint.strategy,
                parts=fingerprint_to_json(trace.fingerprint),
                kin=kin,
                reason=_scrub(near.why) if near else "began the cluster",
                score=near.score if near else 1.0,
                joined_at=bucket.first_seen,
            )
        )
        text = _scrub(trace.text[:_TEXT])
        row = {"fingerprint": bucket.fingerprint, "chain": chain_to_json(trace.chain), "text": text}
        self.connection.execute(sa.insert(stored_traces).values(**row))

    def _add_activity(self) -> None:
        rows = [
            {
                "fingerprint": bucket.fingerprint,
                "hour": bucket.hour,
                "service": bucket.service,
                "environment": bucket.environment,
                "version": bucket.version,
                "page_id": self.page_id,
                "count": bucket.count,
                "first_seen": bucket.first_seen,
                "last_seen": bucket.last_seen,
                "sample_event_id": bucket.sample_event_id,
            }
            for bucket in self.buckets
        ]
        if rows:
            self.connection.execute(sa.insert(cluster_activity), rows)

    def _add_totals(self) -> None:
        table = cluster_totals
        totals: dict[tuple[str, ...], dict[str, Any]] = {}
        for some in _chunks({bucket.fingerprint for bucket in self.buckets}):
            for row in self.connection.execute(sa.select(table).where(table.c.fingerprint.in_(some))):
                totals[tuple(getattr(row, name) for name in _PLACE)] = dict(row._mapping)
        changed: dict[tuple[str, ...], dict[str, Any]] = {}
        for bucket in self.buckets:
            key = (bucket.fingerprint, bucket.service, bucket.environment, bucket.version)
            held = changed.get(key) or totals.get(key)
            changed[key] = {
                **dict(zip(_PLACE, key, strict=True)),
                "count": bucket.count + (held["count"] if held else 0),
                "first_seen": min(bucket.first_seen, held["first_seen"]) if held else bucket.first_seen,
                "last_seen": max(bucket.last_seen, held["last_seen"]) if held else bucket.last_seen,
            }
        self.database.upsert(
            self.connection, table, list(changed.values()), update=["count", "first_seen", "last_seen"]
        )

    def _update_clusters(self, cluster_of: Mapping[str, str]) -> list[str]:
        """Add this page to the clusters' own numbers; the ids of those seen again after they were resolved."""
        held: dict[str, Any] = {}
        seen_by: dict[str, list[_Bucket]] = {}
        for bucket in self.buckets:
            seen_by.setdefault(cluster_of[bucket.fingerprint], []).append(bucket)
        for some in _chunks(seen_by):
            select = sa.select(clusters).where(clusters.c.cluster_id.in_(some))
            held |= {row.cluster_id: row for row in self.connection.execute(select)}
        regressed = []
        for cluster_id, row in sorted(held.items()):
            seen = seen_by[cluster_id]
            values: dict[str, Any] = {
                "count": row.count + sum(bucket.count for bucket in seen),
                "first_seen": min(row.first_seen, *(bucket.first_seen for bucket in seen)),
                "last_seen": max(row.last_seen, *(bucket.last_seen for bucket in seen)),
            }
            again = self._seen_again(row, seen)
            if again is not None:
                regressed.append(cluster_id)
                values |= {"resolved_at": None, "regressed_at": again}
            self.connection.execute(sa.update(clusters).where(clusters.c.cluster_id == cluster_id).values(**values))
        return regressed

    def _seen_again(self, row: Any, seen: Sequence[_Bucket]) -> datetime | None:
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
