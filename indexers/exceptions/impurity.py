"""Notices when a cluster starts to hold something different, page by page, instead of hiding it.

Every facet of a page's traces is counted beside those the fingerprint had. One that it never had is watched from the
moment it is met in a cluster that is old enough, and raised as a signal when it has come to stay; one that stays rare
becomes part of the cluster. A new service or environment is told too, as information. Owns the steps, within the
transaction that records the page. Keeps out: when something is news (impurity_rules.py), reading signals
(impurity_reading.py).
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.database import Database
from indexers.exceptions.buckets import Bucket
from indexers.exceptions.cluster_sums import chunks
from indexers.exceptions.facets import MOST_VALUES, OTHERS, PRINTED, Facet
from indexers.exceptions.impurity_rules import (
    LEAST_OCCURRENCES,
    come_to_stay,
    given_up,
    message_news,
    old_enough,
)
from indexers.exceptions.tables import (
    cluster_events,
    cluster_facets,
    cluster_fingerprints,
    cluster_signals,
    cluster_totals,
)

ACTOR = "firstcause"
_USUAL = 3  # values of the past that are kept with a signal
_KEY = ("fingerprint", "kind", "version", "value_id")
_COUNTED = ("state", "count", "first_seen", "last_seen")

_Row = dict[str, Any]


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
        self._changed: dict[tuple[str, ...], _Row] = {}
        self._raised: dict[str, _Row] = {}  # signal id -> row
        self._clusters: dict[str, None] = {}  # with a signal that is more than information

    def observe(self, facets: Sequence[Facet]) -> None:
        """Count the facets of the page and raise what is news."""
        held = self._held({facet.fingerprint for facet in facets})
        groups: dict[tuple[str, str, str], list[Facet]] = {}
        for facet in facets:
            groups.setdefault((facet.fingerprint, facet.kind, facet.version), []).append(facet)
        for key, met in groups.items():
            _Group(self, key, held).observe(met)
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
        row: _Row = {"fingerprint": bucket.fingerprint, "kind": kind, "version": "", "value_id": _digest(value)}
        row |= {"value": value, "count": bucket.count, "first_seen": bucket.first_seen}
        row |= {"last_seen": bucket.last_seen, "event_id": bucket.sample_event_id}
        self.tell(row, words, usual)

    def _held(self, fingerprints: Collection[str]) -> dict[str, list[_Row]]:
        found: dict[str, list[_Row]] = {name: [] for name in fingerprints}
        for some in chunks(fingerprints):
            select = sa.select(cluster_facets).where(cluster_facets.c.fingerprint.in_(some))
            for row in self._connection.execute(select):
                found[row.fingerprint].append(dict(row._mapping))
        return found

    def counted_already(self, fingerprint: str) -> bool:
        return fingerprint in self._again

    def has_just_joined(self, fingerprint: str) -> bool:
        return fingerprint in self._joined

    def elsewhere(self, fingerprint: str, kind: str) -> list[_Row]:
        """Facets of this kind of the other fingerprints of the cluster."""
        table, names = cluster_facets, cluster_fingerprints
        select = sa.select(table).join(names, names.c.fingerprint == table.c.fingerprint)
        select = select.where(names.c.cluster_id == self._cluster_of[fingerprint])
        stored = self._connection.execute(select.where(table.c.kind == kind, table.c.fingerprint != fingerprint))
        rows = {tuple(row._mapping[name] for name in _KEY): dict(row._mapping) for row in stored}
        cluster_id = self._cluster_of[fingerprint]
        for key, row in self._changed.items():  # what this page has brought so far
            other = row["fingerprint"]
            if row["kind"] == kind and other != fingerprint and self._cluster_of[other] == cluster_id:
                rows[key] = row
        return list(rows.values())

    def change(self, row: _Row) -> None:
        self._changed[tuple(row[name] for name in _KEY)] = row

    def tell(self, row: Mapping[str, Any], words: str, usual: Mapping[str, int]) -> None:
        """Raise a signal; a value of a fingerprint is raised once."""
        signal_id = _digest("\0".join(str(row[name]) for name in _KEY))
        commonest = sorted(usual.items(), key=lambda item: (-item[1], item[0]))[:_USUAL]
        self._raised[signal_id] = {
            "signal_id": signal_id,
            **{name: row[name] for name in (*_KEY, "value", "count", "event_id")},
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


class _Group:
    """The values of one kind of one fingerprint (and version, for lines)."""

    def __init__(self, page: Impurity, key: tuple[str, str, str], held: Mapping[str, Sequence[_Row]]) -> None:
        self.page = page
        self.fingerprint, self.kind, self.version = key
        of_kind = [row for row in held[self.fingerprint] if row["kind"] == self.kind]
        self.rows = {row["value_id"]: row for row in of_kind if row["version"] == self.version}
        self.other_versions = [row for row in of_kind if row["version"] != self.version]
        self.seen_before = sum(row["count"] for row in self.rows.values())
        self.elsewhen = sum(row["count"] for row in self.other_versions)
        self.open = any(row["value"] == OTHERS for row in of_kind)  # holds more values than are told apart
        self.again = page.counted_already(self.fingerprint)

    def observe(self, facets: Sequence[Facet]) -> None:
        self.open |= any(facet.value == OTHERS for facet in facets)
        for facet in facets:
            self._count(facet)
        if self.kind == "inner" and self.page.has_just_joined(self.fingerprint):
            self._compare_inner()
        total = sum(row["count"] for row in self.rows.values())
        for row in self.rows.values():
            if row["state"] == "watched" and not self.again:
                self._decide(row, total + self._base(row["value"]) - row["before"])

    def _count(self, facet: Facet) -> None:
        row = self.rows.get(facet.value_id)
        if row is None and len(self.rows) >= MOST_VALUES:
            facet = _as_others(facet)
            row = self.rows.get(facet.value_id)
        if row is None:
            row = self._new(facet)
            self.rows[facet.value_id] = row
        elif not self.again:
            row["count"] += facet.count
            row["first_seen"] = min(row["first_seen"], facet.first_seen)
            row["last_seen"] = max(row["last_seen"], facet.last_seen)
        else:
            return
        self.page.change(row)

    def _new(self, facet: Facet) -> _Row:
        before = self._base(facet.value) + self.seen_before + facet.before
        row = {name: getattr(facet, name) for name in (*_KEY, "value", "count", "first_seen", "last_seen", "event_id")}
        row |= {"before": before, "state": "watched" if self._may_be_news(facet, before) else "known"}
        return row

    def _may_be_news(self, facet: Facet, before: int) -> bool:
        if self.again or self.open or self.kind == "inner":
            return False
        usual = [*self.rows.values(), *(self.other_versions if self._base(facet.value) else ())]
        values = {row["value"] for row in usual}
        if not usual or facet.value in values or (self.kind == "line" and not self._comparable(facet.value)):
            return False
        if not old_enough(before, min(row["first_seen"] for row in usual), facet.first_seen, len(values)):
            return False
        if self.kind == "message" and not message_news(facet.value, [row["value"] for row in self.rows.values()]):
            return False
        return all(
            row["value_id"] != facet.value_id or (row["version"] != self.version and not _printed(facet.value))
            for row in self.page.elsewhere(self.fingerprint, self.kind)
        )

    def _comparable(self, value: str) -> bool:
        """A line number means something within one version only."""
        return bool(self.version) or _printed(value)

    def _base(self, value: str) -> int:
        """What was seen in other versions that can be compared with: printed lines stay the same when lines move."""
        return self.elsewhen if self.kind == "line" and _printed(value) else 0

    def _edited(self, row: _Row) -> bool:
        """Whether a new printed line may be a usual one with another text: no usual one was seen in this version."""
        past = {other["value"] for other in self.other_versions}
        return self.kind == "line" and all(
            other is row or (other["before"] >= row["before"] and other["value"] not in past)
            for other in self.rows.values()
        )

    def _decide(self, row: _Row, since: int) -> None:
        if come_to_stay(row["before"], since, row["count"]) and not self._edited(row):
            row["state"] = "raised"
            usual = self._usual(row)
            self.page.tell(row, self._words(row, since, usual), usual)
        elif given_up(row["before"], since):
            row["state"] = "known"
        else:
            return
        self.page.change(row)

    def _usual(self, row: _Row) -> dict[str, int]:
        """The values that were there before, with what was counted of them."""
        found: dict[str, int] = {}
        for other in [*self.rows.values(), *(self.other_versions if self._base(row["value"]) else ())]:
            if other["value"] not in (row["value"], OTHERS) and other["state"] != "watched":
                found[other["value"]] = found.get(other["value"], 0) + other["count"]
        return found

    def _words(self, row: _Row, since: int, usual: Mapping[str, int]) -> str:
        share = f"{row['count']} of the last {since} times"
        if self.kind == "line":
            where = f" of version {self.version}" if self.version else ""
            return f"fails at a line{where} where it never failed before: {row['value']}, {share}"
        if self.kind == "member":
            return f"the chain holds what it never held: {row['value']}, {share}"
        return f"the message says something new: {message_news(row['value'], list(usual)) or row['value']}, {share}"

    def _compare_inner(self) -> None:
        """A trace that joined because it is near-identical, and yet fails inside another call, is told at once."""
        usual: dict[str, int] = {}
        for row in self.page.elsewhere(self.fingerprint, "inner"):
            usual[row["value"]] = usual.get(row["value"], 0) + row["count"]
        for row in self.rows.values():
            if usual and row["value"] not in usual and sum(usual.values()) >= LEAST_OCCURRENCES:
                row["state"] = "raised"
                words = f"a near-identical trace joined that fails inside another call: {row['value']}"
                self.page.tell(row, words, usual)


def _as_others(facet: Facet) -> Facet:
    return Facet(
        facet.fingerprint,
        facet.kind,
        facet.version,
        OTHERS,
        facet.count,
        facet.before,
        facet.first_seen,
        facet.last_seen,
        facet.event_id,
    )


def _printed(value: str) -> bool:
    return value.startswith(PRINTED)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
