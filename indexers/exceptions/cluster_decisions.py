"""People's merges, splits and undos: checked, stored, and the clusters they concern made what they say.

Owns what may be decided and what is said when it may not. All of it runs within the caller's transaction, in which
writers take turns. Keeps out: which cluster a fingerprint is in (constraints.py).
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from connectors.database import Database
from connectors.errors import BadInputError, NotFoundError
from indexers.exceptions import cluster_faces
from indexers.exceptions.cluster_reading import whole_id
from indexers.exceptions.cluster_states import settle
from indexers.exceptions.cluster_sums import chunks, sum_clusters
from indexers.exceptions.constraints import Constraints, Decision, decisions, in_force, merged_into, store
from indexers.exceptions.tables import cluster_decisions, cluster_events, cluster_fingerprints, clusters

_SHORTEST_PREFIX = 4


def merge(
    database: Database,
    connection: sa.Connection,
    into: str,
    others: Sequence[str],
    *,
    actor: str,
    note: str,
    at: datetime,
) -> Decision:
    """See `ClusterStore.merge`."""
    constraints = in_force(connection)
    target = existing(connection, into)
    sources = list(dict.fromkeys(existing(connection, other) for other in others))
    if not sources:
        raise BadInputError("name at least one cluster to merge into the first.")
    if target in sources:
        raise BadInputError(f"{_named(into, others, connection, target)} is in cluster {target} already.")
    sides = {cluster_id: frozenset(_members(connection, cluster_id)) for cluster_id in [target, *sources]}
    _refuse_crossing(constraints, frozenset().union(*sides.values()), "merging them")
    decision = _new(connection, Decision("", "merge", target, "", at, actor, note, sides))
    store(connection, decision)
    _apply(connection, constraints.having(decision), frozenset().union(*(sides[source] for source in sources)))
    _tell(database, connection, decision, "merged", [target, *sources])
    return decision


def split(
    database: Database,
    connection: sa.Connection,
    cluster_id: str,
    fingerprints: Sequence[str],
    *,
    actor: str,
    note: str,
    at: datetime,
) -> Decision:
    """See `ClusterStore.split`."""
    constraints = in_force(connection)
    source = existing(connection, cluster_id)
    members = _members(connection, source)
    if len(members) == 1:
        raise BadInputError(
            f"cluster {source} holds a single fingerprint, and a fingerprint is the smallest thing that can be split: "
            "its traces have the same exceptions and calls. A rule in the grouping rules can make it finer."
        )
    wanted = frozenset(_whole_fingerprint(members, name, source) for name in fingerprints)
    _check_split(constraints, source, members, wanted)
    draft = Decision("", "split", source, "?", at, actor, note, {"?": wanted, source: members - wanted})
    named = _new(connection, draft)
    result = hashlib.sha256(f"split {named.id} {source}".encode()).hexdigest()[:16]
    decision = replace(named, result_id=result, sides={result: wanted, source: members - wanted})
    store(connection, decision)
    _begin(connection, decision)
    _apply(connection, constraints.having(decision), wanted)
    _tell(database, connection, decision, "split", [source, result])
    return decision


def undo(database: Database, connection: sa.Connection, decision_id: str, *, actor: str, at: datetime) -> Decision:
    """See `ClusterStore.undo`."""
    decision = found_decision(connection, decision_id)
    if decision.undone_at is not None:
        by = f" by {decision.undone_by}" if decision.undone_by else ""
        raise BadInputError(f"decision {decision.id} was undone{by} on {decision.undone_at:%Y-%m-%d %H:%M} already.")
    before = in_force(connection)
    after = before.without(decision.id)
    moved = decision.taken_out or _all_of(connection, before.survivor(decision.cluster_id))
    _refuse_undo(connection, after, decision, moved)
    table = cluster_decisions
    connection.execute(sa.update(table).where(table.c.decision_id == decision.id).values(undone_at=at, undone_by=actor))
    _apply(connection, after, moved)
    undone = replace(decision, undone_at=at, undone_by=actor)
    _tell(database, connection, undone, "undone", sorted({decision.cluster_id, *decision.sides}))
    return undone


def existing(connection: sa.Connection, cluster_id: str) -> str:
    """The id of the cluster that `cluster_id`, or a beginning of it, now is. Raises NotFoundError."""
    whole = whole_id(connection, cluster_id)
    found = None if whole is None else merged_into(connection, whole)
    if found is None:
        raise NotFoundError(f"there is no cluster {cluster_id!r}; `firstcause clusters` lists those that are.")
    return found


def found_decision(connection: sa.Connection, decision_id: str) -> Decision:
    """A decision by its id or a unique beginning of it. Raises NotFoundError."""
    column = cluster_decisions.c.decision_id
    found = decisions(connection, column == decision_id)
    if not found and len(decision_id) >= _SHORTEST_PREFIX:
        found = decisions(connection, column.startswith(decision_id, autoescape=True))
    if len(found) != 1:
        raise NotFoundError(f"there is no decision {decision_id!r}; `firstcause show CLUSTER` lists a cluster's.")
    return found[0]


def _named(into: str, others: Sequence[str], connection: sa.Connection, target: str) -> str:
    same = next(other for other in others if existing(connection, other) == target)
    return f"a cluster cannot be merged into itself: {same!r}" if same == into else repr(same)


def _check_split(constraints: Constraints, source: str, members: frozenset[str], wanted: frozenset[str]) -> None:
    if not wanted:
        raise BadInputError("name at least one fingerprint to split off; `firstcause show CLUSTER --why` lists them.")
    if wanted == members:
        raise BadInputError(f"these are all {len(members)} fingerprints of cluster {source}; leave at least one in it.")
    for merged in constraints.decisions:
        if any(merged.sides[other] == wanted for other in merged.others):
            raise BadInputError(
                f"these fingerprints came by a merge: {merged.words}. `firstcause undo {merged.id}` takes it back, "
                "with the old cluster's id and reports."
            )


def _refuse_crossing(constraints: Constraints, together: Collection[str], what: str) -> None:
    crossed = constraints.crossed(together)
    if crossed:
        said = "; ".join(one.words for one in crossed)
        undo_them = ", then ".join(f"`firstcause undo {one.id}`" for one in reversed(crossed))
        raise BadInputError(f"{what} would go against: {said}. {undo_them} first, then try again.")


def _refuse_undo(connection: sa.Connection, after: Constraints, decision: Decision, moved: Collection[str]) -> None:
    if decision.kind == "merge":
        return  # takes apart and puts nothing together
    for target in sorted({after.cluster_of(name, home) for name, home in _homes(connection, moved)}):
        here = {name for name, home in _homes(connection, moved) if after.cluster_of(name, home) == target}
        staying = _members(connection, target) - set(moved)
        _refuse_crossing(after, here | staying, f"undoing {decision.id}")


def _homes(connection: sa.Connection, fingerprints: Iterable[str]) -> list[tuple[str, str]]:
    table = cluster_fingerprints
    found: list[tuple[str, str]] = []
    for some in chunks(fingerprints):
        select = sa.select(table.c.fingerprint, table.c.home).where(table.c.fingerprint.in_(some))
        found += [(row.fingerprint, row.home) for row in connection.execute(select)]
    return found


def _members(connection: sa.Connection, cluster_id: str) -> frozenset[str]:
    table = cluster_fingerprints
    rows = connection.execute(sa.select(table.c.fingerprint).where(table.c.cluster_id == cluster_id))
    return frozenset(rows.scalars())


def _all_of(connection: sa.Connection, cluster_id: str) -> frozenset[str]:
    return _members(connection, cluster_id)


def _whole_fingerprint(members: Collection[str], name: str, source: str) -> str:
    found = [member for member in members if member.startswith(name)] if len(name) >= _SHORTEST_PREFIX else []
    if name in members:
        return name
    if len(found) != 1:
        why = "fits several fingerprints of" if found else "is no fingerprint of"
        raise BadInputError(f"{name!r} {why} cluster {source}; `firstcause show {source[:8]} --why` lists them.")
    return found[0]


def _new(connection: sa.Connection, draft: Decision) -> Decision:
    """`draft` with its number, and an id made from that and what was decided."""
    last = connection.execute(sa.select(sa.func.max(cluster_decisions.c.number))).scalar() or 0
    members = sorted(name for names in draft.sides.values() for name in names)
    content = f"{last + 1} {draft.kind} {draft.cluster_id} {members}"
    return replace(draft, id=hashlib.sha256(content.encode()).hexdigest()[:12], number=last + 1)


def _begin(connection: sa.Connection, decision: Decision) -> None:
    """A row for the cluster of what was split off, represented by the member that was there first."""
    table = cluster_fingerprints
    first = connection.execute(
        sa.select(table.c.fingerprint)
        .where(table.c.fingerprint.in_(sorted(decision.taken_out)))
        .order_by(table.c.joined_at, table.c.fingerprint)
        .limit(1)
    ).scalar_one()
    row = connection.execute(sa.select(clusters).where(clusters.c.cluster_id == decision.cluster_id)).one()
    values = {**row._mapping, "cluster_id": decision.result_id, "founder": first, "first_fingerprint": first}
    connection.execute(sa.insert(clusters).values(**values))


def _apply(connection: sa.Connection, constraints: Constraints, fingerprints: Collection[str]) -> None:
    """Put `fingerprints` where the decisions in force say, and make counts and faces of both ends right."""
    table = cluster_fingerprints
    touched: set[str] = set()
    moves: dict[str, list[str]] = {}
    for some in chunks(fingerprints):
        select = sa.select(table.c.fingerprint, table.c.home, table.c.cluster_id).where(table.c.fingerprint.in_(some))
        for row in connection.execute(select):
            target = constraints.cluster_of(row.fingerprint, row.home)
            if target != row.cluster_id:
                touched |= {target, row.cluster_id}
                moves.setdefault(target, []).append(row.fingerprint)
    for target, names in sorted(moves.items()):
        for some in chunks(names):
            connection.execute(sa.update(table).where(table.c.fingerprint.in_(some)).values(cluster_id=target))
    sum_clusters(connection, touched)
    for cluster_id in sorted(touched):
        cluster_faces.renew(connection, cluster_id, constraints)
        settle(connection, cluster_id)


def _tell(
    database: Database, connection: sa.Connection, decision: Decision, kind: str, cluster_ids: Iterable[str]
) -> None:
    undone = decision.undone_at is not None
    at, actor = (decision.undone_at or decision.at), (decision.undone_by if undone else decision.actor)
    note = f"{decision.words}; decision {decision.id}"
    rows = [{"cluster_id": name, "at": at, "kind": kind, "actor": actor, "note": note} for name in cluster_ids]
    database.upsert(connection, cluster_events, rows, update=["actor", "note"])
