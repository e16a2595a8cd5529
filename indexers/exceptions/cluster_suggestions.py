"""Other clusters that may be the same fault, for a person to judge: same exceptions, same failing call.

Asked when somebody looks at a cluster; nothing is merged because of it. What people keep apart is not suggested again.
Keeps out: which traces are alike (similarity.py).
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from indexers.exceptions.cluster_values import Suggestion
from indexers.exceptions.constraints import in_force
from indexers.exceptions.similarity import Signature, related, signature
from indexers.exceptions.stored import chain_from_json, fingerprint_from_json
from indexers.exceptions.tables import cluster_fingerprints, clusters, traces

MOST = 5
_MOST_OWN = 20  # members whose relatives are looked for
_MOST_OTHERS = 200  # traces that are compared with


def suggestions(connection: sa.Connection, cluster_id: str) -> tuple[Suggestion, ...]:
    """At most five clusters that may be the same fault as `cluster_id`, the most alike first."""
    table = cluster_fingerprints
    own = _rows(connection, table.c.cluster_id == cluster_id, _MOST_OWN)
    kins = sorted({row.kin for row in own})
    others = _rows(connection, sa.and_(table.c.kin.in_(kins), table.c.cluster_id != cluster_id), _MOST_OTHERS)
    signatures = [_signature(row) for row in others]
    constraints = in_force(connection)
    held = _fingerprints(connection, cluster_id)
    best: dict[str, tuple[float, str]] = {}
    for row in own:
        for near in related(_signature(row), signatures):
            other = others[near.index].cluster_id
            if near.score > best.get(other, (-1.0, ""))[0]:
                best[other] = (near.score, near.why)
    kept = [name for name in best if not constraints.crossed(held | _fingerprints(connection, name))]
    kept.sort(key=lambda name: (-best[name][0], name))
    return tuple(_suggestion(connection, cluster_id, name, *best[name]) for name in kept[:MOST])


def _rows(connection: sa.Connection, condition: sa.ColumnElement[bool], most: int) -> Sequence[Any]:
    table = cluster_fingerprints
    select = (
        sa.select(table.c.fingerprint, table.c.cluster_id, table.c.kin, table.c.parts, traces.c.chain)
        .join(traces, traces.c.fingerprint == table.c.fingerprint)
        .where(condition)
        .order_by(table.c.score.desc(), table.c.joined_at, table.c.fingerprint)
    )
    return connection.execute(select.limit(most)).all()


def _signature(row: Any) -> Signature:
    return signature(fingerprint_from_json(row.parts), chain_from_json(row.chain))


def _fingerprints(connection: sa.Connection, cluster_id: str) -> frozenset[str]:
    table = cluster_fingerprints
    rows = connection.execute(sa.select(table.c.fingerprint).where(table.c.cluster_id == cluster_id))
    return frozenset(rows.scalars())


def _suggestion(connection: sa.Connection, cluster_id: str, other: str, score: float, why: str) -> Suggestion:
    row = connection.execute(sa.select(clusters).where(clusters.c.cluster_id == other)).one()._mapping
    return Suggestion(
        cluster_id=other,
        title=row["title"],
        count=row["count"],
        last_seen=row["last_seen"],
        why=why,
        score=score,
        command=f"firstcause merge {cluster_id} {other}",
    )
