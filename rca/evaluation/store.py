"""Stored evaluations: one row a run, with what the gate said of it.

Owns: the table and the questions asked of it. Keeps out: judging (gate.py), showing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from rca.evaluation.evaluation import Evaluation, from_json, to_json
from rca.evaluation.gate import Judgement, Reference

evaluations = sa.Table(
    "evaluations",
    metadata,
    sa.Column("evaluation_id", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("analyst", sa.String(255), nullable=False),
    sa.Column("analyst_version", sa.String(64), nullable=False),  # of its prompt or rules
    sa.Column("product_version", sa.String(64), nullable=False),
    sa.Column("commit_id", sa.String(64), nullable=False),  # of the product, "" where it does not run from a clone
    sa.Column("data_set", sa.String(32), nullable=False),
    sa.Column("usable", sa.Boolean, nullable=False),  # as what the next run is compared with
    sa.Column("accepted", sa.Boolean, nullable=False),  # by a person, whatever the gate said
    sa.Column("failures", sa.Text, nullable=False),  # JSON: the gate's sentences
    sa.Column("result", sa.Text, nullable=False),
    sa.Index("evaluations_by_set", "analyst", "data_set", "at"),
    sa.Index("evaluations_by_time", "at"),
)


@dataclass(frozen=True)
class StoredEvaluation:
    """A run and what the gate said. `usable` runs are what later ones are compared with."""

    evaluation: Evaluation
    usable: bool
    accepted: bool
    failures: Sequence[str]


class EvaluationStore:
    """Runs are added and never changed. Every method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, evaluation: Evaluation, judgement: Judgement, *, accepted: bool = False) -> None:
        """Keep a run; saving it twice leaves one row."""
        versions = evaluation.versions
        row = {
            "evaluation_id": evaluation.evaluation_id,
            "at": evaluation.at,
            "analyst": evaluation.analyst,
            "analyst_version": versions.get("analyst", ""),
            "product_version": versions.get("product", ""),
            "commit_id": versions.get("commit", ""),
            "data_set": evaluation.data_set,
            "usable": judgement.usable or accepted,
            "accepted": accepted,
            "failures": json.dumps(judgement.sentences),
            "result": json.dumps(to_json(evaluation)),
        }
        with self._database.write() as connection:
            self._database.upsert(connection, evaluations, [row], update=[])

    def reference(self, analyst: str, data_set: str) -> Reference | None:
        """The newest usable run of this analyst on these cases, to compare with."""
        query = sa.select(evaluations).where(
            evaluations.c.analyst == analyst, evaluations.c.data_set == data_set, evaluations.c.usable
        )
        found = self._read(query.order_by(evaluations.c.at.desc()).limit(1))
        if not found:
            return None
        last = found[0].evaluation
        commit = last.versions.get("commit", "")
        version = " ".join(filter(None, [last.versions.get("product", ""), commit[:12] + commit[40:]]))
        named = f"the run of {last.at:%Y-%m-%d %H:%M:%S}Z" + (f" ({version})" if version else "")
        return Reference(named, {metric.name: metric for metric in last.metrics})

    def count(self) -> int:
        """How many runs are stored."""
        with self._database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(evaluations)).scalar_one())

    def history(self, *, limit: int = 50, offset: int = 0, analyst: str = "") -> list[StoredEvaluation]:
        """The newest runs, newest first, leaving out the first `offset`."""
        query = sa.select(evaluations).order_by(evaluations.c.at.desc()).limit(limit).offset(offset)
        return self._read(query.where(evaluations.c.analyst == analyst) if analyst else query)

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[StoredEvaluation]:
        with self._database.read() as connection:
            return [
                StoredEvaluation(
                    from_json(json.loads(row.result)), bool(row.usable), bool(row.accepted), json.loads(row.failures)
                )
                for row in connection.execute(query)
            ]
