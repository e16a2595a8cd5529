"""Stored reports: one for each cluster, version, analyst, prompt version and evidence.

Owns: the table and the questions asked of it. Saving the same analysis twice leaves one row. Keeps out: making reports.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import astuple, dataclass
from datetime import datetime

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from connectors.records import utc_now
from rca.result import AnalysisResult, from_json, to_json

MOST_IDS = 500  # in one statement

rca_reports = sa.Table(
    "rca_reports",
    metadata,
    sa.Column("report_id", sa.String(32), primary_key=True),
    sa.Column("cluster_id", sa.String(64), nullable=False),
    sa.Column("version", sa.String(255), nullable=False),
    sa.Column("analyst", sa.String(255), nullable=False),  # who was asked, not who answered
    sa.Column("prompt_version", sa.String(64), nullable=False),
    sa.Column("evidence_digest", sa.String(64), nullable=False),
    sa.Column("fallback", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("suspects", sa.Text, nullable=False),
    sa.Column("changes", sa.Text, nullable=False),
    sa.Index("rca_reports_by_cluster", "cluster_id", "created_at"),
)


@dataclass(frozen=True, slots=True)
class ReportKey:
    """What makes two analyses the same."""

    cluster_id: str
    version: str
    analyst: str
    prompt_version: str
    evidence_digest: str

    def report_id(self, *, fallback: bool) -> str:
        """24 hex digits; a fallback has its own, so that the analyst who was asked is asked again next time."""
        return hashlib.sha256(json.dumps([*astuple(self), fallback]).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A stored analysis and when it was made."""

    result: AnalysisResult
    cluster_id: str
    created_at: datetime
    fallback: bool


class ReportStore:
    """Every method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: ReportKey) -> AnalysisResult | None:
        """The report on exactly this, unless it was a fallback."""
        stored = self.get(key.report_id(fallback=False))
        return None if stored is None else stored.result

    def get(self, report_id: str) -> StoredReport | None:
        """A report by its id."""
        return self._first(sa.select(rca_reports).where(rca_reports.c.report_id == report_id))

    def save(
        self, key: ReportKey, result: AnalysisResult, *, fallback: bool = False, at: datetime | None = None
    ) -> None:
        """Store `result` under `key`; a repeat leaves the first row, a later fallback renews an earlier one."""
        row = {
            "report_id": key.report_id(fallback=fallback),
            "cluster_id": key.cluster_id,
            "version": key.version,
            "analyst": key.analyst,
            "prompt_version": key.prompt_version,
            "evidence_digest": key.evidence_digest,
            "fallback": fallback,
            "created_at": at or utc_now(),
            **to_json(result),
        }
        with self._database.write() as connection:
            update = ["report", "created_at"] if fallback else []
            self._database.upsert(connection, rca_reports, [row], update=update)

    def renew(self, result: AnalysisResult) -> None:
        """Replace the stored report of `result.report_id`: for stamps that change with counts while claims stay."""
        text = to_json(result)["report"]
        with self._database.write() as connection:
            connection.execute(
                sa.update(rca_reports).where(rca_reports.c.report_id == result.report_id).values(report=text)
            )

    def latest(self, cluster_id: str, version: str | None = None) -> StoredReport | None:
        """The newest report on a cluster, of any version or of one."""
        query = sa.select(rca_reports).where(rca_reports.c.cluster_id == cluster_id)
        if version is not None:
            query = query.where(rca_reports.c.version == version)
        return self._first(query.order_by(rca_reports.c.created_at.desc(), rca_reports.c.report_id))

    def history(self, cluster_id: str) -> list[StoredReport]:
        """Every report on a cluster, newest first."""
        query = sa.select(rca_reports).where(rca_reports.c.cluster_id == cluster_id)
        with self._database.read() as connection:
            return [_stored(row) for row in connection.execute(query.order_by(rca_reports.c.created_at.desc()))]

    def reported(self, cluster_ids: Collection[str]) -> set[str]:
        """Which of `cluster_ids` have a report."""
        query = sa.select(rca_reports.c.cluster_id).where(rca_reports.c.cluster_id.in_(list(cluster_ids))).distinct()
        with self._database.read() as connection:
            return {str(row[0]) for row in connection.execute(query)}

    def stated(self, report_ids: Collection[str], *, analyst: str = "") -> dict[str, float]:
        """The confidence that each report had before calibration; reports without a cause, and with `analyst` those
        that others wrote, are left out."""
        wanted, found = sorted(report_ids), {}
        with self._database.read() as connection:
            for start in range(0, len(wanted), MOST_IDS):
                some = rca_reports.c.report_id.in_(wanted[start : start + MOST_IDS])
                for report_id, text in connection.execute(
                    sa.select(rca_reports.c.report_id, rca_reports.c.report).where(some)
                ):
                    report = json.loads(text)
                    if report["root_cause"] is None or (analyst and report["analyst"] != analyst):
                        continue
                    before = report.get("confidence_before")
                    found[str(report_id)] = report["root_cause"]["confidence"] if before is None else before
        return found

    def _first(self, query: sa.Select[tuple[object, ...]]) -> StoredReport | None:
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _stored(row)


def _stored(row: sa.Row[tuple[object, ...]]) -> StoredReport:
    values = {str(name): value for name, value in row._mapping.items()}
    result = from_json(values, report_id=values["report_id"])
    return StoredReport(result, values["cluster_id"], values["created_at"], bool(values["fallback"]))
