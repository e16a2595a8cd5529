"""People's verdicts on reports: kept for ever, and what they change in the next ranking.

Owns: the input, the append-only table, and two small bounded effects. (1) In the same cluster a confirmed place gains
and a rejected one loses up to MOST_PER_BLOCK. (2) Everywhere, a signal that spoke for true causes gains weight and one
that spoke for wrong ones loses it, at most MOST_PER_SIGNAL either way, and only once several verdicts agree.
Both are shown as reasons. Keeps out: the ranking itself.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from connectors.database import Database, UtcDateTime, metadata
from connectors.records import utc_now
from rca.result import RankedPlace
from rca.suspects import Adjustments

Verdict = Literal["accept", "reject", "partly_correct"]

PER_VERDICT = 1.5  # added to, or taken from, a block's score in its own cluster; a frame's distance is worth 1.0
MOST_PER_BLOCK = 4.0
PER_SIGNAL = 0.02  # of a weight, per verdict
MOST_PER_SIGNAL = 0.2
NEEDED_VERDICTS = 3

rca_feedback = sa.Table(
    "rca_feedback",
    metadata,
    sa.Column("feedback_id", sa.String(32), primary_key=True),
    sa.Column("cluster_id", sa.String(64), nullable=False, index=True),
    sa.Column("report_id", sa.String(32), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("author", sa.String(255), nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("blamed_path", sa.Text, nullable=False),  # what the report had said
    sa.Column("blamed_symbol", sa.Text, nullable=False),
    sa.Column("true_path", sa.Text, nullable=False),  # what the person says
    sa.Column("true_symbol", sa.Text, nullable=False),
    sa.Column("lessons", sa.Text, nullable=False),  # JSON: signal -> +1 or -1
    sa.Column("created_at", UtcDateTime, nullable=False),
)


class TrueCause(BaseModel):
    """Where a person says the cause is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(min_length=1, max_length=1000)
    symbol: str = Field(default="", max_length=1000)


class FeedbackInput(BaseModel):
    """A verdict on a cluster's report; not trusted before it is validated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cluster_id: str = Field(min_length=1, max_length=64)
    verdict: Verdict
    report_id: str = Field(default="", max_length=32, description="Empty: the cluster's newest report.")
    notes: str = Field(default="", max_length=10_000)
    true_cause: TrueCause | None = None
    author: str = Field(default="", max_length=255)


@dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """A stored verdict. `blamed` and `true_cause` are (path, symbol), empty where nothing was said."""

    feedback_id: str
    cluster_id: str
    report_id: str
    verdict: Verdict
    author: str
    notes: str
    blamed: tuple[str, str]
    true_cause: tuple[str, str]
    lessons: Mapping[str, int]
    created_at: datetime


class FeedbackStore:
    """Verdicts are added and never changed; a person who changes their mind adds another, and the newest counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, given: FeedbackInput, *, suspects: Iterable[RankedPlace] = (), at: datetime | None = None
    ) -> FeedbackRecord:
        """Store a verdict on the ranking `suspects` (best first, as the report has it). Repeating it is harmless:
        the same words by the same person at the same moment are one record."""
        ranking = list(suspects)
        when = at or utc_now()
        blamed = (ranking[0].path, ranking[0].symbol) if ranking else ("", "")
        named = (given.true_cause.file, given.true_cause.symbol) if given.true_cause else ("", "")
        true = blamed if given.verdict == "accept" and not given.true_cause else named
        record = FeedbackRecord(
            feedback_id=hashlib.sha256(f"{given.model_dump_json()}{when.isoformat()}".encode()).hexdigest()[:24],
            cluster_id=given.cluster_id,
            report_id=given.report_id,
            verdict=given.verdict,
            author=given.author,
            notes=given.notes,
            blamed=blamed,
            true_cause=true,
            lessons=lessons(ranking, true, given.verdict),
            created_at=when,
        )
        with self._database.write() as connection:
            self._database.upsert(connection, rca_feedback, [_row(record)], update=[])
        return record

    def of_cluster(self, cluster_id: str) -> list[FeedbackRecord]:
        """Verdicts on one cluster, oldest first."""
        return self._records(rca_feedback.c.cluster_id == cluster_id)

    def all(self) -> list[FeedbackRecord]:
        """Every verdict, oldest first; what an evaluation replays."""
        return self._records(sa.true())

    def adjustments(self, cluster_id: str) -> Adjustments:
        """What the verdicts so far mean for ranking `cluster_id` again."""
        records = self.all()
        own = [record for record in records if record.cluster_id == cluster_id]
        return Adjustments(blocks=block_changes(own), factors=signal_factors(records))

    def _records(self, condition: sa.ColumnElement[bool]) -> list[FeedbackRecord]:
        query = sa.select(rca_feedback).where(condition).order_by(rca_feedback.c.created_at, rca_feedback.c.feedback_id)
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(query)]


def lessons(ranking: list[RankedPlace], true: tuple[str, str], verdict: Verdict) -> dict[str, int]:
    """Per signal: +1 where it spoke more for the true cause than for what was blamed, -1 where less.

    Nothing is learnt when the true cause is what stood first, or when it is not in the ranking.
    """
    if not ranking or verdict == "accept" or not true[0]:
        return {}
    right = next((place for place in ranking if _same(place, true)), None)
    if right is None or right is ranking[0]:
        return {}
    wrong = ranking[0]
    names = {*right.signals, *wrong.signals} - {"verdicts"}
    differences = {name: right.signals.get(name, 0.0) - wrong.signals.get(name, 0.0) for name in names}
    return {name: 1 if gain > 0 else -1 for name, gain in sorted(differences.items()) if abs(gain) > 1e-9}


def _same(place: RankedPlace, true: tuple[str, str]) -> bool:
    path, symbol = true
    return place.path == path and (not symbol or place.symbol == symbol or place.symbol.endswith("." + symbol))


def block_changes(records: Iterable[FeedbackRecord]) -> dict[tuple[str, str], tuple[float, str]]:
    """Per (path, symbol) what the verdicts on one cluster add to its score; of each author the newest counts."""
    newest = {record.author or record.feedback_id: record for record in records}
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for record in newest.values():
        share = 0.5 if record.verdict == "partly_correct" else 1.0
        if record.verdict != "accept" and record.blamed[0] and record.blamed != record.true_cause:
            sums[record.blamed] -= PER_VERDICT * share
        if record.true_cause[0]:
            sums[record.true_cause] += PER_VERDICT
    changes = {}
    for place, value in sums.items():
        bounded = max(-MOST_PER_BLOCK, min(MOST_PER_BLOCK, value))
        if bounded:
            said = "confirmed here" if bounded > 0 else "rejected here"
            changes[place] = (bounded, f"{said} by people's verdicts ({bounded:+.1f})")
    return changes


def signal_factors(records: Iterable[FeedbackRecord]) -> dict[str, float]:
    """Per signal the factor on its weight, 0.8 to 1.2; a signal needs three verdicts that it can learn from."""
    votes: dict[str, list[int]] = defaultdict(list)
    for record in records:
        for name, vote in record.lessons.items():
            votes[name].append(vote)
    factors = {}
    for name, cast in votes.items():
        if len(cast) >= NEEDED_VERDICTS:
            factors[name] = 1 + max(-MOST_PER_SIGNAL, min(MOST_PER_SIGNAL, PER_SIGNAL * sum(cast)))
    return factors


def _row(record: FeedbackRecord) -> dict[str, object]:
    return {
        "feedback_id": record.feedback_id,
        "cluster_id": record.cluster_id,
        "report_id": record.report_id,
        "verdict": record.verdict,
        "author": record.author,
        "notes": record.notes,
        "blamed_path": record.blamed[0],
        "blamed_symbol": record.blamed[1],
        "true_path": record.true_cause[0],
        "true_symbol": record.true_cause[1],
        "lessons": json.dumps(dict(record.lessons)),
        "created_at": record.created_at,
    }


def _record(row: sa.Row[tuple[object, ...]]) -> FeedbackRecord:
    values = row._mapping
    return FeedbackRecord(
        feedback_id=values["feedback_id"],
        cluster_id=values["cluster_id"],
        report_id=values["report_id"],
        verdict=values["verdict"],
        author=values["author"],
        notes=values["notes"],
        blamed=(values["blamed_path"], values["blamed_symbol"]),
        true_cause=(values["true_path"], values["true_symbol"]),
        lessons=json.loads(values["lessons"]),
        created_at=values["created_at"],
    )
