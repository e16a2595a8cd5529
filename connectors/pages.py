"""The ledger of source pages: which page of a source is archived, stored and clustered, and where to resume.

This is what makes ingest exactly once. A page is first archived (its raw lines are an immutable object), then
claimed here under the next sequence number of its source, then its rows are written under the page's id (a repeat
is a no-op), then it is marked stored, which moves the watermark. A killed run leaves a claimed page; the next run
finishes that very page from the archive before it asks the source for more. Two runs that race for one sequence
number find out here: the loser gets ConflictError and helps with the winner's page instead.
Owns: the tables and their transitions. Keeps out: reading sources, parsing, warehouses.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from connectors.errors import ConflictError
from connectors.records import Reject, Watermark

Status = Literal["archived", "stored", "clustered"]

source_pages = sa.Table(
    "source_pages",
    metadata,
    sa.Column("page_id", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(255), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("object_key", sa.Text, nullable=False),
    sa.Column("watermark", sa.Text, nullable=False),
    sa.Column("observed_at", UtcDateTime, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rejects", sa.Integer, nullable=False, server_default="0"),
    sa.Column("carry_key", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
    sa.Column("first_timestamp", UtcDateTime),
    sa.Column("last_timestamp", UtcDateTime),
    sa.UniqueConstraint("source", "sequence"),
)

page_rejects = sa.Table(
    "page_rejects",
    metadata,
    sa.Column("page_id", sa.String(64), primary_key=True),
    sa.Column("reason", sa.String(200), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("sample", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One claimed page. `watermark` is where its source resumes after it; `carry_key` names the archived
    lines of events that were still open at its end (None when there were none); `revision` counts replays."""

    page_id: str
    source: str
    sequence: int
    status: Status
    object_key: str
    watermark: Watermark
    observed_at: datetime
    lines: int
    rows: int = 0
    rejects: int = 0
    carry_key: str | None = None
    revision: int = 0
    first_timestamp: datetime | None = None
    last_timestamp: datetime | None = None

    def batch_id(self, table: str) -> str:
        """What the page's rows in `table` are written under: another one each time the page is read again."""
        return f"{self.page_id}:{table}" + (f"@{self.revision}" if self.revision else "")


class PageLedger:
    """Reads and moves the state of pages; every method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, source: str) -> PageRecord | None:
        """The newest page of `source` in any state; its watermark is where the source resumes."""
        query = sa.select(source_pages).where(source_pages.c.source == source)
        return self._first(query.order_by(source_pages.c.sequence.desc()))

    def at(self, source: str, sequence: int) -> PageRecord | None:
        """The page of `source` with this sequence number, or None."""
        return self._first(
            sa.select(source_pages).where(source_pages.c.source == source, source_pages.c.sequence == sequence)
        )

    def claim(self, page: PageRecord) -> None:
        """Record an archived page as the next one of its source.

        Raises ConflictError when another run has claimed that sequence number for other content.
        """
        row = {
            "page_id": page.page_id,
            "source": page.source,
            "sequence": page.sequence,
            "status": "archived",
            "object_key": page.object_key,
            "watermark": json.dumps(dict(page.watermark), sort_keys=True),
            "observed_at": page.observed_at,
            "lines": page.lines,
        }
        try:
            with self._database.write() as connection:
                connection.execute(sa.insert(source_pages).values(**row))
        except sa.exc.IntegrityError as error:
            held = self.at(page.source, page.sequence)
            if held is None or held.page_id != page.page_id:
                raise ConflictError(
                    f"page {page.sequence} of source {page.source!r} was claimed by another run."
                ) from error

    def mark_stored(
        self,
        page_id: str,
        *,
        rows: int,
        rejects: Sequence[Reject],
        carry_key: str | None,
        span: tuple[datetime, datetime] | None,
        revision: int = 0,
    ) -> None:
        """The page's rows are durable in the warehouse; `span` is their first and last timestamp.

        `revision` is that of the rows; a page that was stored before moves back to "stored" only for a newer one, so
        that its exceptions are clustered anew. Idempotent.
        """
        first, last = span or (None, None)
        waiting = sa.or_(source_pages.c.status == "archived", source_pages.c.revision < revision)
        with self._database.write() as connection:
            connection.execute(
                sa.update(source_pages)
                .where(source_pages.c.page_id == page_id, waiting)
                .values(
                    status="stored",
                    rows=rows,
                    rejects=len(rejects),
                    carry_key=carry_key,
                    revision=revision,
                    first_timestamp=first,
                    last_timestamp=last,
                )
            )
            connection.execute(sa.delete(page_rejects).where(page_rejects.c.page_id == page_id))
            counts = Counter(reject.reason for reject in rejects)
            samples = {reject.reason: reject.sample for reject in reversed(rejects)}
            self._database.upsert(
                connection,
                page_rejects,
                [
                    {"page_id": page_id, "reason": reason, "count": count, "sample": samples[reason]}
                    for reason, count in counts.items()
                ],
                update=["count", "sample"],
            )

    @staticmethod
    def mark_clustered(connection: sa.Connection, page_id: str) -> bool:
        """Within the caller's transaction: the page's exceptions are clustered. False when it was so already."""
        result = connection.execute(
            sa.update(source_pages)
            .where(source_pages.c.page_id == page_id, source_pages.c.status == "stored")
            .values(status="clustered")
        )
        return result.rowcount == 1

    def pending(self, status: Status, source: str | None = None) -> list[PageRecord]:
        """Pages in `status`, in the order in which they must be worked on."""
        query = sa.select(source_pages).where(source_pages.c.status == status)
        if source is not None:
            query = query.where(source_pages.c.source == source)
        with self._database.read() as connection:
            rows = connection.execute(
                query.order_by(source_pages.c.observed_at, source_pages.c.source, source_pages.c.sequence)
            )
            return [_record(row) for row in rows]

    def all(self, source: str | None = None) -> list[PageRecord]:
        """Every page, of one source or of all, in order; what `replay` walks over."""
        query = sa.select(source_pages)
        if source is not None:
            query = query.where(source_pages.c.source == source)
        with self._database.read() as connection:
            return [
                _record(row)
                for row in connection.execute(query.order_by(source_pages.c.source, source_pages.c.sequence))
            ]

    def reject_counts(self) -> dict[str, int]:
        """How many pieces of input were left out, by reason, over all pages."""
        total = sa.func.sum(page_rejects.c.count)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(page_rejects.c.reason, total).group_by(page_rejects.c.reason))
            return {reason: int(count) for reason, count in rows}

    def _first(self, query: sa.Select[tuple[object, ...]]) -> PageRecord | None:
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _record(row)


def _record(row: sa.Row[tuple[object, ...]]) -> PageRecord:
    values = dict(row._mapping)
    values["watermark"] = json.loads(values["watermark"])
    return PageRecord(**values)
