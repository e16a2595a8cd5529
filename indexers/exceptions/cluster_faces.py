"""The face of a cluster: the title, message and culprit of the trace that represents it, and why it is one cluster.

The founder represents its cluster; when people have split it off, the member that was there first does, until the
founder is back. Keeps out: counts (cluster_sums.py), who is a member (constraints.py).
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from indexers.exceptions.buckets import scrub
from indexers.exceptions.chain import ExceptionRecord
from indexers.exceptions.constraints import Constraints
from indexers.exceptions.fingerprint import Fingerprint
from indexers.exceptions.naming import culprit, root_cause, title
from indexers.exceptions.stored import chain_from_json, fingerprint_from_json
from indexers.exceptions.tables import cluster_fingerprints, clusters, traces

LONGEST_TEXT = 200_000  # of a message or a representative text, in characters


def face(fingerprint: Fingerprint, chain: Sequence[ExceptionRecord]) -> dict[str, Any]:
    """The columns of a cluster that its representative trace decides."""
    root, frame = root_cause(chain), culprit(chain)
    calls = fingerprint.contributing("frame")
    why = f"same exceptions and the same {len(calls)} calls" if calls else "same exceptions and the same message"
    return {
        "title": scrub(title(chain)),
        "type": scrub(root.type),
        "message": scrub((root.message or "")[:LONGEST_TEXT]),
        "language": root.language,
        "culprit_file": scrub(frame.file) if frame else "",
        "culprit_function": scrub(frame.function) if frame else "",
        "culprit_line": frame.line if frame else None,
        "first_fingerprint": fingerprint.value,
        "why": f"{why}, once line numbers, ids and generated names are left out",
    }


def renew(connection: sa.Connection, cluster_id: str, constraints: Constraints) -> None:
    """Make the face of a cluster that of its members; one without members keeps what it had."""
    table = cluster_fingerprints
    founder = sa.select(clusters.c.founder).where(clusters.c.cluster_id == cluster_id).scalar_subquery()
    select = (
        sa.select(table.c.parts, traces.c.chain)
        .join(traces, traces.c.fingerprint == table.c.fingerprint)
        .where(table.c.cluster_id == cluster_id)
        .order_by(table.c.fingerprint != founder, table.c.joined_at, table.c.fingerprint)
    )
    row = connection.execute(select.limit(1)).first()
    if row is None:
        return
    values = face(fingerprint_from_json(row.parts), chain_from_json(row.chain))
    said = [
        one.words for one in constraints.decisions if constraints.survivor(one.cluster_id) == cluster_id and one.others
    ]
    said += [one.words for one in constraints.decisions if one.result_id == cluster_id]
    values["why"] = "; ".join([values["why"], *said])
    connection.execute(sa.update(clusters).where(clusters.c.cluster_id == cluster_id).values(**values))
