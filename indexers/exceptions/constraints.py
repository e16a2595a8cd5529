"""What people decided about grouping, and which cluster a fingerprint is in because of it.

A decision is never edited: a merge ties clusters together, a split takes fingerprints out of one and keeps them apart
from the rest, and each can be undone. Where a fingerprint is follows from its home and the decisions in force: the
latest split that took it out, else its home; then along the merges. So an undo gives exactly what the other decisions
say, whatever came in between. Owns that rule. Keeps out: making decisions (cluster_decisions.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from indexers.exceptions.tables import cluster_constraints, cluster_decisions, cluster_fingerprints

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """One merge or split. `sides`: the clusters that were merged, or that a split left, with their fingerprints."""

    id: str
    kind: Literal["merge", "split"]
    cluster_id: str  # merged into, or split
    result_id: str  # the cluster that a split began; empty for a merge
    at: datetime
    actor: str
    note: str
    sides: dict[str, frozenset[str]]
    undone_at: datetime | None = None
    undone_by: str = ""
    number: int = 0

    @property
    def others(self) -> tuple[str, ...]:
        """The clusters that a merge took in."""
        return tuple(sorted(side for side in self.sides if side != self.cluster_id)) if self.kind == "merge" else ()

    @property
    def taken_out(self) -> frozenset[str]:
        """The fingerprints that a split took out."""
        return self.sides.get(self.result_id, frozenset()) if self.kind == "split" else frozenset()

    @property
    def words(self) -> str:
        """What was decided, as a part of a sentence."""
        by = f" by {self.actor}" if self.actor else ""
        note = f" ({self.note})" if self.note else ""
        when = f"{by} on {self.at:%Y-%m-%d %H:%M}{note}"
        if self.kind == "merge":
            return f"{', '.join(self.others)} merged into {self.cluster_id}{when}"
        return f"{self.result_id} split from {self.cluster_id}{when}"


@dataclass(frozen=True, slots=True)
class Constraints:
    """The decisions in force, in the order they were made."""

    decisions: tuple[Decision, ...]
    _into: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for decision in self.decisions:
            self._into.update(dict.fromkeys(decision.others, decision.cluster_id))

    def cluster_of(self, fingerprint: str, home: str) -> str:
        """The cluster that `fingerprint` is in."""
        taken = [one.result_id for one in self.decisions if fingerprint in one.taken_out]
        return self.survivor(taken[-1] if taken else home)

    def holding(self, fingerprint: str, home: str) -> list[Decision]:
        """The decisions by which `fingerprint` is where it is."""
        splits = [one for one in self.decisions if fingerprint in one.taken_out][-1:]
        at = splits[0].result_id if splits else home
        found = list(splits)
        while at in self._into:
            merge = next(one for one in self.decisions if at in one.others)
            found.append(merge)
            at = merge.cluster_id
        return found

    def survivor(self, cluster_id: str) -> str:
        """Where a cluster's own fingerprints went by merges. Merges cannot form a circle: each joins clusters that are
        merged nowhere at that time, and an undo only takes one away."""
        while cluster_id in self._into:
            cluster_id = self._into[cluster_id]
        return cluster_id

    def crossed(self, fingerprints: Collection[str]) -> list[Decision]:
        """The splits that `fingerprints` in one cluster would contradict."""
        return [
            one
            for one in self.decisions
            if one.kind == "split"
            and not one.taken_out.isdisjoint(fingerprints)
            and not one.sides.get(one.cluster_id, frozenset()).isdisjoint(fingerprints)
        ]

    def touching(self, fingerprint: str) -> list[Decision]:
        """The splits that speak of `fingerprint`."""
        return [
            one for one in self.decisions if one.kind == "split" and any(fingerprint in s for s in one.sides.values())
        ]

    def without(self, decision_id: str) -> "Constraints":
        """These but for one."""
        return Constraints(tuple(one for one in self.decisions if one.id != decision_id))

    def having(self, decision: Decision) -> "Constraints":
        """These and one more."""
        return Constraints((*self.decisions, decision))


def in_force(connection: sa.Connection) -> Constraints:
    """Every decision that is not undone."""
    return Constraints(tuple(decisions(connection, cluster_decisions.c.undone_at.is_(None))))


def decisions(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Decision]:
    """The decisions that match, in the order they were made."""
    rows = connection.execute(sa.select(cluster_decisions).where(condition).order_by(cluster_decisions.c.number)).all()
    sides: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    table = cluster_constraints
    names = [row.decision_id for row in rows]
    for start in range(0, len(names), _CHUNK):
        some = names[start : start + _CHUNK]
        for row in connection.execute(sa.select(table).where(table.c.decision_id.in_(some))):
            sides[row.decision_id][row.side].add(row.fingerprint)
    return [_decision(row, sides[row.decision_id]) for row in rows]


def _decision(row: Any, sides: dict[str, set[str]]) -> Decision:
    return Decision(
        id=row.decision_id,
        kind=row.kind,
        cluster_id=row.cluster_id,
        result_id=row.result_id,
        at=row.at,
        actor=row.actor,
        note=row.note,
        sides={side: frozenset(members) for side, members in sides.items()},
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        number=row.number,
    )


def store(connection: sa.Connection, decision: Decision) -> None:
    """Keep a new decision and what it ties together or keeps apart."""
    connection.execute(
        sa.insert(cluster_decisions).values(
            decision_id=decision.id,
            number=decision.number,
            kind=decision.kind,
            cluster_id=decision.cluster_id,
            result_id=decision.result_id,
            at=decision.at,
            actor=decision.actor,
            note=decision.note,
            undone_by="",
        )
    )
    _add(connection, decision, ((name, side) for side, names in decision.sides.items() for name in sorted(names)))


def follow(connection: sa.Connection, constraints: Constraints, fingerprint: str, leader: str) -> bool:
    """Make a new fingerprint subject to the splits of the one it joined, so that it stays and moves with it.

    True when there are any: `constraints` is out of date then.
    """
    splits = constraints.touching(leader)
    for decision in splits:
        sides = [side for side, members in decision.sides.items() if leader in members]
        _add(connection, decision, ((fingerprint, side) for side in sides))
    return bool(splits)


def _add(connection: sa.Connection, decision: Decision, members: Iterable[tuple[str, str]]) -> None:
    kind = "together" if decision.kind == "merge" else "apart"
    rows = [{"decision_id": decision.id, "fingerprint": name, "kind": kind, "side": side} for name, side in members]
    if rows:
        connection.execute(sa.insert(cluster_constraints), rows)


def merged_into(connection: sa.Connection, cluster_id: str) -> str | None:
    """The cluster that now holds what `cluster_id` held: itself while it holds anything; None when there is no such.

    Emptied by a merge, it is the one merged into; emptied otherwise (an undone split), where its founder is.
    """
    names = cluster_fingerprints
    held = sa.select(names.c.fingerprint).where(names.c.cluster_id == cluster_id).limit(1)
    if connection.execute(held).first():
        return cluster_id
    founders = sa.table("clusters", sa.column("cluster_id"), sa.column("founder"))
    founder = connection.execute(
        sa.select(founders.c.founder).where(founders.c.cluster_id == cluster_id)
    ).scalar_one_or_none()
    if founder is None:
        return None
    survivor = in_force(connection).survivor(cluster_id)
    if (
        survivor != cluster_id
        and connection.execute(sa.select(names.c.fingerprint).where(names.c.cluster_id == survivor).limit(1)).first()
    ):
        return survivor
    return connection.execute(sa.select(names.c.cluster_id).where(names.c.fingerprint == founder)).scalar_one_or_none()


def also_called(connection: sa.Connection, cluster_id: str) -> tuple[str, ...]:
    """The clusters whose fingerprints came to `cluster_id` by merges in force, themselves merged or not; sorted."""
    constraints = in_force(connection)
    others = {other for one in constraints.decisions for other in one.others}
    return tuple(sorted(other for other in others if constraints.survivor(other) == cluster_id))


def concerning(connection: sa.Connection, cluster_id: str) -> tuple[Decision, ...]:
    """The decisions, undone ones too, on a cluster, on what was merged into it, or on its fingerprints."""
    table, names = cluster_constraints, cluster_fingerprints
    members = sa.select(names.c.fingerprint).where(names.c.cluster_id == cluster_id)
    named = sa.select(table.c.decision_id).where(sa.or_(table.c.fingerprint.in_(members), table.c.side == cluster_id))
    return tuple(decisions(connection, cluster_decisions.c.decision_id.in_(named)))
