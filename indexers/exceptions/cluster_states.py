"""The marks `resolved` and `regressed` of a cluster whose members have changed.

A regression that was noticed because of members that have left is taken back, and one that members bring along is
marked, so that both sides of a split or an undone merge show the status they would have had by themselves.
Keeps out: what status follows from the marks (cluster_rules.py).
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.database import UtcDateTime
from indexers.exceptions.tables import cluster_activity, cluster_events, cluster_fingerprints, clusters


def settle(connection: sa.Connection, cluster_id: str) -> None:
    """Make the marks of a cluster agree with when it was last seen."""
    row = connection.execute(sa.select(clusters).where(clusters.c.cluster_id == cluster_id)).one()
    if not row._mapping["count"]:
        return
    values: dict[str, Any] = {}
    if row.regressed_at is not None and row.last_seen < row.regressed_at:
        values = {"regressed_at": None, "resolved_at": _resolved_before(connection, cluster_id, row.regressed_at)}
    elif row.resolved_at is not None and row.last_seen > row.resolved_at:
        values = {"regressed_at": _seen_after(connection, cluster_id, row.resolved_at) or row.last_seen}
        values["resolved_at"] = None
    if values:
        connection.execute(sa.update(clusters).where(clusters.c.cluster_id == cluster_id).values(**values))


def _seen_after(connection: sa.Connection, cluster_id: str, moment: datetime) -> datetime | None:
    """When the members were first seen again, as far as the hours are kept."""
    table, names = cluster_activity, cluster_fingerprints
    found: datetime | None = connection.execute(
        sa.select(sa.func.min(table.c.first_seen, type_=UtcDateTime))
        .join(names, names.c.fingerprint == table.c.fingerprint)
        .where(names.c.cluster_id == cluster_id, table.c.first_seen > moment)
    ).scalar()
    return found


def _resolved_before(connection: sa.Connection, cluster_id: str, moment: datetime) -> datetime | None:
    """When a person marked the cluster resolved, if that was the last word before `moment`."""
    table = cluster_events
    row = connection.execute(
        sa.select(table.c.at, table.c.kind)
        .where(table.c.cluster_id == cluster_id, table.c.at < moment)
        .where(table.c.kind.in_(["resolved", "reopened"]))
        .order_by(table.c.at.desc())
        .limit(1)
    ).first()
    return row.at if row is not None and row.kind == "resolved" else None
