"""Notices when a cluster starts to hold something different, page by page, instead of hiding it.

Every facet of a page's traces is counted beside those the fingerprint had. One that it never had is watched from the
moment it is met in a cluster that is old enough, and raised as a signal when it has come to stay; one that stays rare
becomes part of the cluster. A new service or environment is told too, as information. Owns the steps, within the
transaction that records the page. Keeps out: the values of one kind (impurity_groups.py), when one is news
(impurity_rules.py), reading signals (impurity_reading.py).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.database import Database
from indexers.exceptions.buckets import Bucket
from indexers.exceptions.cluster_sums import chunks
from indexers.exceptions.facets import Facet
from indexers.exceptions.impurity_groups import KEY, Group, Row, digest
from indexers.exceptions.impurity_rules import old_enough
from indexers.exceptions.tables import (
    cluster_events,
    cluster_facets,
    cluster_fingerprints,
    cluster_signals,
    cluster_totals,
)

ACTOR = "firstcause"
_USUAL = 3  # values of the past that are kept with a signal
_COUNTED = ("state", "count", "first_seen", "last_seen")


class Impurity:
    """What one page brings that its clusters never had.

    `again`: fingerprints of a page that is read anew, whose traces are counted already and are no news; `joined`:
    fingerprints that this page made join a cluster because they are near-identical.
    """

    def __init__(
        self,
        database: Database,
        connection: sa.Connection,
        cluster_of: Mapping[str, str],
        *,
        again: Collection[str],
        joined: Collection[str],
    ) -> None:
        self._database, self._connection, self._cluster_of = database, connection, cluster_of
        self._again, self._joined = again, joined
        self._changed: dict[tuple[str, ...], Row] = {}
        self._raised: dict[str, Row] = {}  # signal id -> row

    def observe(self, facets: Sequence[Facet]) -> None:
        """Count the facets of the page and raise what is news."""
        held = self._held({facet.fingerprint for facet in facets})
        groups: dict[tuple[str, str, str], list[Facet]] = {}
        for facet in facets:
            groups.setdefault((facet.fingerprint, facet.kind, facet.version), []).append(facet)
        for key, met in groups.items():
            Group(self, key, held).observe(met)
        self._database.upsert(self._connection, cluster_facets, list(self._changed.values()), update=list(_COUNTED))

    def places(self, before: Sequence[Mapping[str, Any]], buckets: Sequence[Bucket]) -> None:
        """Tell of services and environments that a fingerprint was never seen in; `before` are its totals so far."""
        past: dict[str, list[Mapping[str, Any]]] = {}
        for row in before:
            past.setdefault(row["fingerprint"], []).append(row)
        for bucket in buckets:
            rows = past.get(bucket.fingerprint, [])
            if not rows or bucket.fingerprint in self._again:
                continue
            count, first = sum(row["count"] for row in rows), min(row["first_seen"] for row in rows)
            for kind, value in (("service", bucket.service), ("environment", bucket.environment)):
                usual = {row[kind]: row["count"] for row in rows}
                if value and value not in usual and old_enough(count, first, bucket.first_seen, len(usual)):
                    self._place(kind, value, bucket, usual)

    def _place(self, kind: str, value: str, bucket: Bucket, usual: Mapping[str, int]) -> None:
        names, totals = cluster_fingerprints, cluster_totals
        known = sa.select(totals.c.fingerprint).join(names, names.c.fingerprint == totals.c.fingerprint)
        known = known.where(names.c.cluster_id == self._cluster_of[bucket.fingerprint], totals.c[kind] == value)
        if self._connection.execute(known.where(names.c.fingerprint != bucket.fingerprint).limit(1)).first():
            return
        words = f"seen in {kind} {value}, where it never was before"
        row: Row = {"fingerprint": bucket.fingerprint, "kind": kind, "version": "", "value_id": digest(value)}
        row |= {"value": value, "count": bucket.count, "first_seen": bucket.first_seen}
        row |= {"last_seen": bucket.last_seen, "event_id": bucket.sample_event_id}
        self.tell(row, words, usual)

    def _held(self, fingerprints: Collection[str]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {name: [] for name in fingerprints}
        for some in chunks(fingerprints):
            select = sa.select(cluster_facets).where(cluster_facets.c.fingerprint.in_(some))
            for row in self._connection.execute(select):
                found[row.fingerprint].append(dict(row._mapping))
        return found

    def counted_already(self, fingerprint: str) -> bool:
        return fingerprint in self._again

    def has_just_joined(self, fingerprint: str) -> bool:
        return fingerprint in self._joined

    def elsewhere(self, fingerprint: str, kind: str) -> list[Row]:
        """Facets of this kind of the other fingerprints of the cluster."""
        table, names = cluster_facets, cluster_fingerprints
        select = sa.select(table).join(names, names.c.fingerprint == table.c.fingerprint)
        select = select.where(names.c.cluster_id == self._cluster_of[fingerprint])
        stored = self._connection.execute(select.where(table.c.kind == kind, table.c.fingerprint != fingerprint))
        rows = {tuple(row._mapping[name] for name in KEY): dict(row._mapping) for row in stored}
        cluster_id = self._cluster_of[fingerprint]
        for key, row in self._changed.items():  # what this page has brought so far
            other = row["fingerprint"]
            if row["kind"] == kind and other != fingerprint and self._cluster_of[other] == cluster_id:
                rows[key] = row
        return list(rows.values())

    def change(self, row: Row) -> None:
        self._changed[tuple(row[name] for name in KEY)] = row

    def tell(self, row: Mapping[str, Any], words: str, usual: Mapping[str, int]) -> None:
        """Raise a signal; a value of a fingerprint is raised once."""
        signal_id = digest("\0".join(str(row[name]) for name in KEY))
        commonest = sorted(usual.items(), key=lambda item: (-item[1], item[0]))[:_USUAL]
        self._raised[signal_id] = {
            "signal_id": signal_id,
            **{name: row[name] for name in (*KEY, "value", "count", "event_id")},
            "words": words,
            "evidence": json.dumps(commonest),
            "since": row["first_seen"],
            "raised_at": row["last_seen"],
            "dismissed_by": "",
            "note": "",
        }

    def finish(self) -> tuple[str, ...]:
        """Store what was raised; the clusters that have become impure, without those there is only information on."""
        table = cluster_signals
        known: set[str] = set()
        for some in chunks(self._raised):
            known |= set(
                self._connection.execute(sa.select(table.c.signal_id).where(table.c.signal_id.in_(some))).scalars()
            )
        rows = [row for name, row in sorted(self._raised.items()) if name not in known]
        self._database.upsert(self._connection, table, rows, update=[])
        impure: dict[tuple[str, datetime], list[str]] = {}
        for row in rows:
            if row["kind"] not in ("service", "environment"):
                key = (self._cluster_of[row["fingerprint"]], row["raised_at"])
                impure.setdefault(key, []).append(f"{row['words']} (signal {row['signal_id'][:8]})")
        events = [
            {"cluster_id": cluster_id, "at": at, "kind": "impure", "actor": ACTOR, "note": "; ".join(words)}
            for (cluster_id, at), words in impure.items()
        ]
        self._database.upsert(self._connection, cluster_events, events, update=[])
        return tuple(sorted({cluster_id for cluster_id, _ in impure}))
