"""Which cluster an unknown fingerprint joins, and why. Asked in this order:

1. people's decisions: a value that the same trace had under earlier rules, and that somebody merged or split,
2. a value that the same trace had under earlier rules, in any cluster: old clusters never move under people,
3. a near-identical trace, never one side of what people keep apart when the other side is as near,
4. nothing fits: it begins a cluster of its own.
A fingerprint that joins another follows it in all that people have decided. Keeps out: storing counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from indexers.exceptions.constraints import Constraints, in_force
from indexers.exceptions.reading import Trace, known_as
from indexers.exceptions.similarity import Embeds, Signature, nearest, signature
from indexers.exceptions.stored import chain_from_json, fingerprint_from_json
from indexers.exceptions.tables import cluster_fingerprints, traces

_OF_KIN = (
    sa.select(*(cluster_fingerprints.c[name] for name in ("fingerprint", "cluster_id", "home", "parts", "score")))
    .add_columns(traces.c.chain)
    .join(traces, traces.c.fingerprint == cluster_fingerprints.c.fingerprint)
    .where(cluster_fingerprints.c.kin == sa.bindparam("kin"))
    .order_by(cluster_fingerprints.c.fingerprint)
)  # made once: putting it together costs more than running it


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a fingerprint belongs. `leader` is the member it joined (None: it begins a cluster)."""

    cluster_id: str
    home: str
    leader: str | None
    reason: str
    score: float
    kin: str
    near: bool = False  # joined because it is near-identical


class Placing:
    """Places the unknown fingerprints of one page, within its transaction."""

    def __init__(self, connection: sa.Connection, embedder: Embeds | None) -> None:
        self._connection, self._embedder = connection, embedder
        self._constraints: Constraints | None = None

    @property
    def constraints(self) -> Constraints:
        """People's decisions in force; read when the first unknown fingerprint is met."""
        if self._constraints is None:
            self._constraints = in_force(self._connection)
        return self._constraints

    def place(self, trace: Trace) -> Placed:
        """Where the trace belongs; nothing is stored."""
        own = signature(trace.fingerprint, trace.chain)
        return self._as_known(trace, own) or self._as_near(own) or _alone(own)

    def forget(self) -> None:
        """What was stored since may matter: read decisions again for the next trace."""
        self._constraints = None

    def _as_known(self, trace: Trace, own: Signature) -> Placed | None:
        values = [value for value in known_as(trace.chain) if value != own.fingerprint]
        if not values:
            return None
        table = cluster_fingerprints
        rows = {
            row.fingerprint: row
            for row in self._connection.execute(sa.select(table).where(table.c.fingerprint.in_(values)))
        }
        found = [rows[value] for value in values if value in rows]
        if not found:
            return None
        decided = [row for row in found if self.constraints.touching(row.fingerprint)]
        row = (decided or found)[0]
        reason = f"the same trace under the grouping rules of {row.strategy}, which is in this cluster"
        if decided:
            reason += f"; {self.constraints.touching(row.fingerprint)[-1].words}"
        return Placed(row.cluster_id, row.home, row.fingerprint, reason, row.score, own.kin)

    def _as_near(self, own: Signature) -> Placed | None:
        rows = self._candidates(own.kin)
        others = [signature(fingerprint_from_json(row.parts), chain_from_json(row.chain)) for row in rows]
        near = nearest(own, others, self._embedder) if others else None
        if near is None:
            return None
        chosen = rows[near.index]
        apart = [
            other
            for row, other in zip(rows, others, strict=True)
            if row.cluster_id != chosen.cluster_id and self.constraints.crossed({row.fingerprint, chosen.fingerprint})
        ]
        rival = nearest(own, apart, self._embedder) if apart else None
        if rival is not None and rival.score >= near.score:
            return None
        return Placed(chosen.cluster_id, chosen.home, chosen.fingerprint, near.why, near.score, own.kin, near=True)

    def _candidates(self, kin: str) -> Sequence[Any]:
        """Traces that began a cluster, by themselves or because people split them off; comparing with these only, a
        cluster cannot drift member by member."""
        return [
            row
            for row in self._connection.execute(_OF_KIN, {"kin": kin})
            if row.score == 1.0 or any(row.fingerprint in one.taken_out for one in self.constraints.decisions)
        ]


def _alone(own: Signature) -> Placed:
    cluster_id = own.fingerprint[:16]
    return Placed(cluster_id, cluster_id, None, "began the cluster", 1.0, own.kin)
