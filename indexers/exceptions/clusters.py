"""Clusters: the exceptions of one fault, over time, places and versions, in the metadata database.

Owns what others call. Reading imports nothing heavy, so that a list is on the screen at once; the writing side
(recording.py), with Arrow and the similarity step, is loaded when a page is recorded. Keeps out: finding exceptions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from connectors.database import Database
from connectors.errors import NotFoundError
from indexers.exceptions import cluster_reading as reading
from indexers.exceptions import constraints, impurity_reading
from indexers.exceptions.cluster_rules import QUIET
from indexers.exceptions.cluster_turns import take_turn
from indexers.exceptions.cluster_values import (
    Cluster,
    ClusterQuery,
    ClusterSummary,
    PageClusters,
    Signal,
    StatusEvent,
    Suggestion,
)
from indexers.exceptions.constraints import Decision
from indexers.exceptions.tables import cluster_events, cluster_fingerprints, cluster_totals, clusters

if TYPE_CHECKING:
    import pyarrow as pa

    from indexers.exceptions.facets import PageFacets
    from indexers.exceptions.reading import Trace
    from indexers.exceptions.similarity import Embeds

__all__ = [
    "Cluster",
    "ClusterQuery",
    "ClusterStore",
    "ClusterSummary",
    "Decision",
    "PageClusters",
    "Signal",
    "Suggestion",
]


def _now() -> datetime:
    return datetime.now(UTC)


class ClusterStore:
    """Reads and writes clusters; cheap to open in each process and safe to use from several at once."""

    def __init__(self, database: Database, *, quiet: timedelta = QUIET, clock: Callable[[], datetime] = _now) -> None:
        """`quiet`: after how long unseen a cluster counts as resolved."""
        self._database = database
        self._quiet = quiet
        self._clock = clock

    def record_page(
        self,
        page_id: str,
        exceptions: "pa.Table",
        traces: "Mapping[str, Trace]",
        *,
        facets: "PageFacets | None" = None,
        embedder: "Embeds | None" = None,
    ) -> PageClusters | None:
        """Add the exceptions of one page, in one transaction that also marks the page clustered.

        `exceptions` has EXCEPTION_SCHEMA, `traces` holds every fingerprint in it, `facets` what its traces differ in
        (`rows.page_exceptions` makes all three); without facets it is not noticed that a cluster becomes impure.
        None when the page was clustered already, by this or another process: nothing changed.
        """
        from indexers.exceptions.recording import record

        return record(self._database, page_id, exceptions, traces, facets=facets, quiet=self._quiet, embedder=embedder)

    def list(self, query: ClusterQuery | None = None) -> "list[ClusterSummary]":
        """The clusters that match `query`, sorted, one page of them."""
        with self._database.read() as connection:
            return reading.summaries(connection, query or ClusterQuery(), self._clock(), self._quiet)

    def count(self, query: ClusterQuery | None = None) -> int:
        """How many clusters match `query` on all pages together."""
        with self._database.read() as connection:
            return reading.count(connection, query or ClusterQuery(), self._clock(), self._quiet)

    def get(self, cluster_id: str) -> Cluster:
        """Everything about one cluster; a prefix of its id of four characters or more will do when only one fits.

        The id of a cluster that was merged finds the one it is part of now, whose `asked_for` says so.
        Raises NotFoundError.
        """
        with self._database.read() as connection:
            found = reading.whole_id(connection, cluster_id)
            if found is None:
                raise NotFoundError(f"there is no cluster {cluster_id!r}; `firstcause clusters` lists those that are.")
            return reading.detail(connection, found, self._clock(), self._quiet)

    def fingerprints(self, cluster_id: str) -> tuple[str, ...]:
        """The fingerprints that belong to a cluster, sorted; empty when there is no such cluster."""
        table = cluster_fingerprints
        with self._database.read() as connection:
            rows = connection.execute(sa.select(table.c.fingerprint).where(table.c.cluster_id == cluster_id))
            return tuple(sorted(row.fingerprint for row in rows))

    def cluster_of(self, fingerprint: str) -> str | None:
        """The id of the cluster that a fingerprint belongs to."""
        table = cluster_fingerprints
        with self._database.read() as connection:
            return connection.execute(
                sa.select(table.c.cluster_id).where(table.c.fingerprint == fingerprint)
            ).scalar_one_or_none()

    def services(self) -> tuple[str, ...]:
        """The names of all services in which a fault was ever seen, sorted; "" is none."""
        table = cluster_totals
        with self._database.read() as connection:
            names = connection.execute(sa.select(table.c.service).distinct().where(table.c.service != ""))
            return tuple(sorted(names.scalars()))

    def merge(self, into: str, others: Sequence[str], *, actor: str = "", note: str = "") -> Decision:
        """A person says that clusters are one fault: all become part of `into`, and so does what joins them later.

        Ids may be beginnings of ids. Raises NotFoundError for unknown clusters, and BadInputError when an earlier
        split says that they are different (it has to be undone first) or they are one already.
        """
        from indexers.exceptions import cluster_decisions

        with self._turn() as connection:
            return cluster_decisions.merge(
                self._database, connection, into, others, actor=actor, note=note, at=self._clock()
            )

    def split(self, cluster_id: str, fingerprints: Sequence[str], *, actor: str = "", note: str = "") -> Decision:
        """A person says that some fingerprints of a cluster are another fault: they get a cluster of their own
        (`result_id`), which nothing automatic ever joins to the old one, and what joins them later goes with them.

        Raises NotFoundError for an unknown cluster, and BadInputError when the fingerprints are not of this cluster,
        are all of it, or came by one merge (which is to be undone instead).
        """
        from indexers.exceptions import cluster_decisions

        with self._turn() as connection:
            return cluster_decisions.split(
                self._database, connection, cluster_id, fingerprints, actor=actor, note=note, at=self._clock()
            )

    def undo(self, decision_id: str, *, actor: str = "") -> Decision:
        """Take a merge or split back: its fingerprints, and those that joined them since, are where the other decisions
        put them, as if it had never been made.

        Raises NotFoundError for an unknown decision, and BadInputError when it is undone already or when undoing it
        would join what a later split keeps apart.
        """
        from indexers.exceptions import cluster_decisions

        with self._turn() as connection:
            return cluster_decisions.undo(self._database, connection, decision_id, actor=actor, at=self._clock())

    def decisions(self, cluster_id: str) -> tuple[Decision, ...]:
        """Every merge and split that concerns a cluster or its members, undone ones too, in the order they were made.

        Raises NotFoundError.
        """
        with self._database.read() as connection:
            return constraints.concerning(connection, self._existing(connection, cluster_id))

    def signals(self, cluster_id: str | None = None, *, dismissed: bool = False) -> tuple[Signal, ...]:
        """What one cluster, or any, began to hold that it never held before; the newest first, at most 500.

        Those that a person has dismissed only when asked for. Raises NotFoundError.
        """
        with self._database.read() as connection:
            found = None if cluster_id is None else self._existing(connection, cluster_id)
            return impurity_reading.signals(connection, found, dismissed=dismissed)

    def dismiss(self, signal_id: str, *, actor: str = "", note: str = "") -> Signal:
        """A person says that a signal is none: what it was about belongs to the cluster from now on.

        Raises NotFoundError, and BadInputError when it is dismissed already.
        """
        with self._turn() as connection:
            return impurity_reading.dismiss(
                self._database, connection, signal_id, actor=actor, note=note, at=self._clock()
            )

    def suggestions(self, cluster_id: str) -> tuple[Suggestion, ...]:
        """At most five other clusters that may be the same fault, the most alike first. Raises NotFoundError."""
        from indexers.exceptions.cluster_suggestions import suggestions

        with self._database.read() as connection:
            return suggestions(connection, self._existing(connection, cluster_id))

    def trim(self, before: datetime) -> int:
        """Roll up the activity of hours before `before`, and of none that a trend still looks at; the rows removed.

        Counts, first and last seen stay as they are; activity and sample events of those hours are gone. A page that
        is read anew after that keeps what it counted in those hours.
        """
        from indexers.exceptions.cluster_trimming import trim

        return trim(self._database, before, self._clock())

    def _existing(self, connection: sa.Connection, cluster_id: str) -> str:
        whole = reading.whole_id(connection, cluster_id)
        found = None if whole is None else constraints.merged_into(connection, whole)
        if found is None:
            raise NotFoundError(f"there is no cluster {cluster_id!r}; `firstcause clusters` lists those that are.")
        return found

    @contextmanager
    def _turn(self) -> Iterator[sa.Connection]:
        """A transaction in which no other writer changes clusters."""
        with self._database.write() as connection:
            take_turn(self._database, connection)
            yield connection

    def set_resolved(self, cluster_id: str, *, at: datetime | None = None, actor: str = "", note: str = "") -> None:
        """A person says the fault is fixed. Seen again after `at` (now), it is regressed. Raises NotFoundError."""
        moment = at or self._clock()
        event = StatusEvent(moment, "resolved", actor, note)
        self._decide(cluster_id, event, {"resolved_at": moment, "regressed_at": None})

    def reopen(self, cluster_id: str, *, at: datetime | None = None, actor: str = "", note: str = "") -> None:
        """A person takes `resolved` or `regressed` back. Raises NotFoundError."""
        event = StatusEvent(at or self._clock(), "reopened", actor, note)
        self._decide(cluster_id, event, {"resolved_at": None, "regressed_at": None})

    def _decide(self, cluster_id: str, event: StatusEvent, values: Mapping[str, datetime | None]) -> None:
        with self._turn() as connection:
            found = self._existing(connection, cluster_id)
            row = {"cluster_id": found, "at": event.at, "kind": event.kind, "actor": event.actor, "note": event.note}
            connection.execute(sa.update(clusters).where(clusters.c.cluster_id == found).values(**values))
            self._database.upsert(connection, cluster_events, [row], update=["actor", "note"])
