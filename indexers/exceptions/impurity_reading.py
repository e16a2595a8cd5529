"""Reads the signals of clusters, and takes a person's word that one is none.

A signal belongs to a fingerprint, so it moves with it when people merge and split. Keeps out: raising them.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.database import Database
from connectors.errors import BadInputError, NotFoundError
from indexers.exceptions.cluster_values import INFORMATION, Signal
from indexers.exceptions.tables import cluster_events, cluster_facets, cluster_fingerprints, cluster_signals

_SHORTEST_PREFIX = 4
_CHUNK = 500


def signals(
    connection: sa.Connection, cluster_id: str | None = None, *, dismissed: bool = False, limit: int = 500
) -> tuple[Signal, ...]:
    """The signals of one cluster or of all, the newest first; those that were dismissed only when asked for."""
    table = cluster_signals
    select = _select()
    if cluster_id is not None:
        select = select.where(cluster_fingerprints.c.cluster_id == cluster_id)
    if not dismissed:
        select = select.where(table.c.dismissed_at.is_(None))
    rows = connection.execute(select.order_by(table.c.raised_at.desc(), table.c.signal_id).limit(limit))
    return tuple(_signal(row) for row in rows)


def open_counts(connection: sa.Connection, cluster_ids: Collection[str]) -> dict[str, int]:
    """cluster id -> signals that are more than information and that nobody has dismissed."""
    table, names = cluster_signals, cluster_fingerprints
    found: dict[str, int] = {}
    ids = sorted(cluster_ids)
    for start in range(0, len(ids), _CHUNK):
        select = (
            sa.select(names.c.cluster_id, sa.func.count())
            .join(names, names.c.fingerprint == table.c.fingerprint)
            .where(table.c.dismissed_at.is_(None), table.c.kind.not_in(INFORMATION))
            .where(names.c.cluster_id.in_(ids[start : start + _CHUNK]))
        )
        found |= {name: int(count) for name, count in connection.execute(select.group_by(names.c.cluster_id))}
    return found


def dismiss(
    database: Database, connection: sa.Connection, signal_id: str, *, actor: str, note: str, at: datetime
) -> Signal:
    """See `ClusterStore.dismiss`."""
    table, facets = cluster_signals, cluster_facets
    rows = connection.execute(_select().where(table.c.signal_id == signal_id)).all()
    if not rows and len(signal_id) >= _SHORTEST_PREFIX:
        rows = connection.execute(_select().where(table.c.signal_id.startswith(signal_id, autoescape=True))).all()
    if len(rows) != 1:
        raise NotFoundError(f"there is no signal {signal_id!r}; `firstcause show CLUSTER` lists a cluster's.")
    found = _signal(rows[0])
    if found.dismissed_at is not None:
        by = f" by {found.dismissed_by}" if found.dismissed_by else ""
        raise BadInputError(f"signal {found.id} was dismissed{by} on {found.dismissed_at:%Y-%m-%d %H:%M} already.")
    connection.execute(
        sa.update(table).where(table.c.signal_id == found.id).values(dismissed_at=at, dismissed_by=actor, note=note)
    )
    connection.execute(
        sa.update(facets)
        .where(facets.c.fingerprint == found.fingerprint, facets.c.kind == found.kind)
        .where(facets.c.version == rows[0].version, facets.c.value_id == rows[0].value_id)
        .values(state="dismissed")
    )
    words = f"{found.words} (signal {found.id[:8]})" + (f": {note}" if note else "")
    event = {"cluster_id": found.cluster_id, "at": at, "kind": "dismissed", "actor": actor, "note": words}
    database.upsert(connection, cluster_events, [event], update=["actor", "note"])
    return _signal(connection.execute(_select().where(table.c.signal_id == found.id)).one())


def _select() -> sa.Select[Any]:
    table, facets, names = cluster_signals, cluster_facets, cluster_fingerprints
    now = sa.and_(
        facets.c.fingerprint == table.c.fingerprint,
        facets.c.kind == table.c.kind,
        facets.c.version == table.c.version,
        facets.c.value_id == table.c.value_id,
    )
    return (
        sa.select(table, names.c.cluster_id, sa.func.coalesce(facets.c.count, table.c.count).label("total"))
        .join(names, names.c.fingerprint == table.c.fingerprint)
        .outerjoin(facets, now)
    )


def _signal(row: Any) -> Signal:
    return Signal(
        id=row.signal_id,
        cluster_id=row.cluster_id,
        fingerprint=row.fingerprint,
        kind=row.kind,
        version=row.version if row.kind == "line" else "",
        value=row.value,
        words=row.words,
        usual=tuple((value, int(count)) for value, count in json.loads(row.evidence)),
        count=int(row.total),
        since=row.since,
        raised_at=row.raised_at,
        event_id=row.event_id,
        dismissed_at=row.dismissed_at,
        dismissed_by=row.dismissed_by,
        note=row.note,
    )
