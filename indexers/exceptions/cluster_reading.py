"""Reads clusters from the database: lists from the totals, one cluster with everything about it.

Owns the queries. Keeps out: rules of status and trend (cluster_rules.py), writing (recording.py).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connectors.database import UtcDateTime
from indexers.exceptions.chain import Frame
from indexers.exceptions.cluster_rules import DAYS, Seen, status, trend
from indexers.exceptions.cluster_values import Activity, Cluster, ClusterQuery, ClusterSummary, Member, StatusEvent
from indexers.exceptions.constraints import also_called, in_force, merged_into
from indexers.exceptions.impurity_reading import open_counts
from indexers.exceptions.naming import title
from indexers.exceptions.stored import chain_from_json, fingerprint_from_json
from indexers.exceptions.tables import (
    cluster_activity,
    cluster_events,
    cluster_fingerprints,
    cluster_totals,
    clusters,
    traces,
)

SAMPLES = 10
_SHORTEST_PREFIX = 4
_CHUNK = 500  # ids in one IN (...): SQLite allows 32,766 parameters, PostgreSQL plans short lists better
# Only this column of the page ledger is needed, without importing the ledger.
_pages = sa.table("source_pages", sa.column("last_timestamp", UtcDateTime))

_Row = Any


def summaries(connection: sa.Connection, query: ClusterQuery, now: datetime, quiet: timedelta) -> list[ClusterSummary]:
    """The clusters that match `query`, sorted, one page of them."""
    newest = newest_data(connection, now)
    chosen = _matching(connection, query, newest, quiet)
    chosen.sort(key=lambda item: item[0].cluster_id)
    if query.sort == "trend":
        trends = _trends(connection, [row.cluster_id for row, _, _ in chosen], newest, query)
        chosen.sort(key=lambda item: trend(trends[item[0].cluster_id], newest).slope, reverse=True)
    else:
        field = query.sort
        chosen.sort(key=lambda item: getattr(item[1], field), reverse=True)
    chosen = chosen[query.offset : query.offset + query.limit]
    trends = _trends(connection, [row.cluster_id for row, _, _ in chosen], newest, query)
    members = _member_counts(connection, [row.cluster_id for row, _, _ in chosen])
    impure = open_counts(connection, [row.cluster_id for row, _, _ in chosen])
    return [
        _summary(
            row,
            where,
            state,
            trend(trends[row.cluster_id], newest),
            (members.get(row.cluster_id, 1), impure.get(row.cluster_id, 0)),
        )
        for row, where, state in chosen
    ]


def count(connection: sa.Connection, query: ClusterQuery, now: datetime, quiet: timedelta) -> int:
    """How many clusters match `query`, whatever its page."""
    return len(_matching(connection, query, newest_data(connection, now), quiet))


def _matching(
    connection: sa.Connection, query: ClusterQuery, newest: datetime, quiet: timedelta
) -> "list[tuple[_Row, _Slice, tuple[Any, str]]]":
    slices = _slices(connection, query)
    versions = _newest_versions(connection)
    return [
        (row, slices[row.cluster_id], state)
        for row in _clusters(connection, query)
        if row.cluster_id in slices
        and (state := _status(row, slices[row.cluster_id], newest, versions, quiet))
        and query.status in (None, state[0])
        and _matches(row, slices[row.cluster_id], query)
    ]


class _Slice:
    """The totals of one cluster that match a query."""

    __slots__ = ("count", "environments", "first_seen", "last_seen", "services", "versions", "versions_of")

    def __init__(self, row: _Row) -> None:
        self.count = 0
        self.first_seen: datetime = row.first_seen
        self.last_seen: datetime = row.last_seen
        self.services: Counter[str] = Counter()
        self.environments: Counter[str] = Counter()
        self.versions: Counter[str] = Counter()
        self.versions_of: dict[str, set[str]] = defaultdict(set)

    def add(self, row: _Row) -> None:
        count = int(row.count)
        self.count += count
        self.first_seen = min(self.first_seen, row.first_seen)
        self.last_seen = max(self.last_seen, row.last_seen)
        self.services[row.service] += count
        self.environments[row.environment] += count
        self.versions[row.version] += count
        self.versions_of[row.service].add(row.version)


def _place_filters(table: sa.Table, query: ClusterQuery) -> list[sa.ColumnElement[bool]]:
    asked = (("service", query.service), ("environment", query.environment), ("version", query.version))
    return [table.c[name] == value for name, value in asked if value]


def _slices(connection: sa.Connection, query: ClusterQuery, cluster_id: str = "") -> dict[str, _Slice]:
    totals, names = cluster_totals, cluster_fingerprints
    select = (
        sa.select(
            names.c.cluster_id,
            totals.c.service,
            totals.c.environment,
            totals.c.version,
            totals.c.count,
            totals.c.first_seen,
            totals.c.last_seen,
        )
        .join(names, names.c.fingerprint == totals.c.fingerprint)
        .where(*_place_filters(totals, query))
    )
    if cluster_id:
        select = select.where(names.c.cluster_id == cluster_id)
    found: dict[str, _Slice] = {}
    for row in connection.execute(select):
        if row.cluster_id not in found:
            found[row.cluster_id] = _Slice(row)
        found[row.cluster_id].add(row)
    return found


def _clusters(connection: sa.Connection, query: ClusterQuery) -> Sequence[_Row]:
    select = sa.select(clusters)
    if query.since is not None:
        select = select.where(clusters.c.last_seen >= query.since)
    if query.min_count:
        select = select.where(clusters.c.count >= query.min_count)
    return connection.execute(select).all()


def _matches(row: _Row, where: _Slice, query: ClusterQuery) -> bool:
    if where.count < query.min_count or (query.since is not None and where.last_seen < query.since):
        return False
    if not query.text:
        return True
    words = f"{row.title}\n{row.message}\n{row.culprit_file}\n{row.culprit_function}".lower()
    return all(word in words for word in query.text.lower().split())


def newest_data(connection: sa.Connection, now: datetime) -> datetime:
    """Time of the newest log line or exception stored, never later than `now` (clocks of hosts may be wrong)."""
    newest = sa.select(sa.func.max(_pages.c.last_timestamp, type_=UtcDateTime))
    seen = sa.select(sa.func.max(clusters.c.last_seen, type_=UtcDateTime))
    times = [time for select in (newest, seen) if (time := connection.execute(select).scalar()) is not None]
    return min(max(times), now) if times else now


def _newest_versions(connection: sa.Connection) -> dict[str, str]:
    """Of services seen in several versions, the one that began last."""
    table = cluster_totals
    began = sa.func.min(table.c.first_seen, type_=UtcDateTime)
    select = sa.select(table.c.service, table.c.version, began).where(table.c.version != "")
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for service, version, first in connection.execute(select.group_by(table.c.service, table.c.version)):
        found[service].append((first, version))
    return {service: max(versions)[1] for service, versions in found.items() if len(versions) > 1}


def _status(
    row: _Row, where: _Slice, newest: datetime, newest_versions: dict[str, str], quiet: timedelta
) -> tuple[Any, str]:
    versions = {service: frozenset(names) for service, names in where.versions_of.items()}
    seen = Seen(row.first_seen, row.last_seen, row.resolved_at, row.regressed_at, versions)
    return status(seen, newest, newest_versions, quiet)


def _trends(
    connection: sa.Connection, ids: Sequence[str], newest: datetime, query: ClusterQuery
) -> dict[str, dict[datetime, int]]:
    """cluster id -> hour -> occurrences, as far back as a trend looks."""
    found: dict[str, dict[datetime, int]] = {cluster_id: {} for cluster_id in ids}
    table, names = cluster_activity, cluster_fingerprints
    for start in range(0, len(ids), _CHUNK):
        select = (
            sa.select(names.c.cluster_id, table.c.hour, sa.func.sum(table.c.count))
            .join(names, names.c.fingerprint == table.c.fingerprint)
            .where(names.c.cluster_id.in_(ids[start : start + _CHUNK]))
            .where(table.c.hour >= newest - timedelta(days=DAYS), *_place_filters(table, query))
            .group_by(names.c.cluster_id, table.c.hour)
        )
        for cluster_id, hour, count in connection.execute(select):
            found[cluster_id][hour] = int(count)
    return found


def _member_counts(connection: sa.Connection, ids: Sequence[str]) -> dict[str, int]:
    table = cluster_fingerprints
    found: dict[str, int] = {}
    for start in range(0, len(ids), _CHUNK):
        select = sa.select(table.c.cluster_id, sa.func.count()).where(
            table.c.cluster_id.in_(ids[start : start + _CHUNK])
        )
        found |= {name: int(count) for name, count in connection.execute(select.group_by(table.c.cluster_id))}
    return found


def _summary(row: _Row, where: _Slice, state: tuple[Any, str], movement: Any, sizes: tuple[int, int]) -> ClusterSummary:
    culprit = None
    if row.culprit_file or row.culprit_function:
        culprit = Frame(row.culprit_file, row.culprit_function, row.culprit_line)
    return ClusterSummary(
        id=row.cluster_id,
        title=row.title,
        type=row.type,
        message=row.message,
        language=row.language,
        culprit=culprit,
        services=dict(where.services.most_common()),
        environments=dict(where.environments.most_common()),
        versions=dict(where.versions.most_common()),
        count=where.count,
        first_seen=where.first_seen,
        last_seen=where.last_seen,
        status=state[0],
        status_why=state[1],
        trend=movement,
        why=row.why,
        fingerprints=sizes[0],
        impure=sizes[1],
    )


def whole_id(connection: sa.Connection, cluster_id: str) -> str | None:
    """The id that `cluster_id` is, or is the only possible beginning of."""
    column = clusters.c.cluster_id
    if connection.execute(sa.select(column).where(column == cluster_id)).first():
        return cluster_id
    if len(cluster_id) < _SHORTEST_PREFIX:
        return None
    found = connection.execute(sa.select(column).where(column.startswith(cluster_id, autoescape=True)).limit(2)).all()
    return str(found[0].cluster_id) if len(found) == 1 else None


def detail(connection: sa.Connection, asked_for: str, now: datetime, quiet: timedelta) -> Cluster:
    """Everything about a cluster that is known to exist, or about the one that it is part of by now."""
    cluster_id = merged_into(connection, asked_for) or asked_for
    row = connection.execute(sa.select(clusters).where(clusters.c.cluster_id == cluster_id)).one()
    everywhere = ClusterQuery()
    where = _slices(connection, everywhere, cluster_id).get(cluster_id) or _Slice(row)
    newest = newest_data(connection, now)
    state = _status(row, where, newest, _newest_versions(connection), quiet)
    movement = trend(_trends(connection, [cluster_id], newest, everywhere)[cluster_id], newest)
    members = _members(connection, cluster_id)
    signals = open_counts(connection, [cluster_id])
    trace = connection.execute(sa.select(traces).where(traces.c.fingerprint == row.first_fingerprint)).one()
    return Cluster(
        summary=_summary(row, where, state, movement, (len(members), signals.get(cluster_id, 0))),
        text=trace.text,
        chain=tuple(chain_from_json(trace.chain)),
        members=members,
        activity=_activity(connection, cluster_id),
        events=_events(connection, cluster_id),
        sample_event_ids=_samples(connection, cluster_id),
        asked_for="" if asked_for == cluster_id else asked_for,
        merged=also_called(connection, cluster_id),
    )


def _members(connection: sa.Connection, cluster_id: str) -> tuple[Member, ...]:
    table = cluster_fingerprints
    total = sa.func.coalesce(
        sa.select(sa.func.sum(cluster_totals.c.count))
        .where(cluster_totals.c.fingerprint == table.c.fingerprint)
        .scalar_subquery(),
        0,
    )
    select = (
        sa.select(table, traces.c.chain, total.label("total"))
        .join(traces, traces.c.fingerprint == table.c.fingerprint)
        .where(table.c.cluster_id == cluster_id)
    )
    constraints = in_force(connection)
    return tuple(
        Member(
            fingerprint_from_json(row.parts),
            row.reason,
            row.score,
            row.joined_at,
            tuple(one.words for one in constraints.holding(row.fingerprint, row.home)),
            title(chain_from_json(row.chain)),
            int(row.total),
        )
        for row in connection.execute(select.order_by(table.c.joined_at, table.c.fingerprint))
    )


def _of_cluster(select: sa.Select[Any], cluster_id: str) -> sa.Select[Any]:
    names = cluster_fingerprints
    return select.join(names, names.c.fingerprint == cluster_activity.c.fingerprint).where(
        names.c.cluster_id == cluster_id
    )


def _activity(connection: sa.Connection, cluster_id: str) -> tuple[Activity, ...]:
    table = cluster_activity
    place = (table.c.hour, table.c.service, table.c.environment, table.c.version)
    select = _of_cluster(sa.select(*place, sa.func.sum(table.c.count)), cluster_id)
    rows = connection.execute(select.group_by(*place).order_by(*place))
    return tuple(Activity(row[0], row[1], row[2], row[3], int(row[4])) for row in rows)


def _samples(connection: sa.Connection, cluster_id: str) -> tuple[str, ...]:
    table = cluster_activity
    select = _of_cluster(sa.select(table.c.sample_event_id), cluster_id)
    rows = connection.execute(select.order_by(table.c.last_seen.desc(), table.c.sample_event_id).limit(4 * SAMPLES))
    return tuple(dict.fromkeys(row.sample_event_id for row in rows))[:SAMPLES]


def _events(connection: sa.Connection, cluster_id: str) -> tuple[StatusEvent, ...]:
    table = cluster_events
    select = sa.select(table).where(table.c.cluster_id == cluster_id).order_by(table.c.at, table.c.kind)
    return tuple(StatusEvent(row.at, row.kind, row.actor, row.note) for row in connection.execute(select))
