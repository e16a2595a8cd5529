"""The ledger of what models were asked and what that cost, and the budgets that no call may break.

Owns: the table, and reserving before a call. A reservation is the most that the call can cost; it counts until the
call is settled, so concurrent runs cannot overspend together, and a process that was killed leaves it standing.
Keeps out: prices (prices.py), the call itself (analysts/metered.py).
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from connectors.database import Database, UtcDateTime, metadata
from connectors.errors import StopError
from connectors.records import utc_now
from rca.prices import MICRO

llm_calls = sa.Table(
    "llm_calls",
    metadata,
    sa.Column("call_id", sa.String(32), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("day", sa.String(10), nullable=False),  # UTC
    sa.Column("project", sa.String(255), nullable=False),
    sa.Column("run_id", sa.String(64), nullable=False, index=True),
    sa.Column("cluster_id", sa.String(64), nullable=False),
    sa.Column("purpose", sa.String(64), nullable=False),
    sa.Column("model", sa.String(255), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # reserved, answered, failed
    sa.Column("input_tokens", sa.BigInteger, nullable=False),
    sa.Column("output_tokens", sa.BigInteger, nullable=False),
    sa.Column("predicted_micro_usd", sa.BigInteger, nullable=False),
    sa.Column("micro_usd", sa.BigInteger, nullable=False),  # what counts: predicted while reserved, then what it cost
    sa.Column("latency_ms", sa.BigInteger, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Index("llm_calls_by_day", "day", "project"),
)


class BudgetError(StopError):
    """A call would break a budget; says which, what is used and what the call may cost."""


@dataclass(frozen=True, slots=True)
class Limits:
    """US dollars; None is no limit. A day is a UTC day; a project is what a call is labelled with."""

    day: float | None = None
    project_day: float | None = None
    run: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call about to be made and the most that it can cost, in millionths of a dollar."""

    model: str
    run_id: str
    predicted_micro_usd: int
    project: str = ""
    cluster_id: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used of one thing (a day, a project, a model), reservations included."""

    calls: int
    input_tokens: int
    output_tokens: int
    usd: float


@dataclass(frozen=True, slots=True)
class SpentRow:
    """What one project used of one model in some days. `usd` is what counts against budgets: what settled calls cost,
    and for those still `waiting` what they may cost. `predicted_usd` is what all were predicted to cost at most."""

    project: str
    model: str
    calls: int
    failed: int
    waiting: int
    input_tokens: int
    output_tokens: int
    usd: float
    predicted_usd: float


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """One budget of today: `name` in words, US dollars, None where there is no limit."""

    name: str
    limit: float | None
    used: float

    @property
    def left(self) -> float | None:
        """What may still be spent; never below 0."""
        return None if self.limit is None else max(0.0, round(self.limit - self.used, 6))


class Spending:
    """Every method is one short transaction; safe over processes."""

    def __init__(self, database: Database, limits: Limits, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._limits, self._clock = database, limits, clock

    def reserve(self, call: Call) -> str:
        """The id of the reservation, once it fits every budget. Raises BudgetError; then nothing is reserved."""
        now = self._clock()
        day = now.date().isoformat()
        call_id = secrets.token_hex(16)
        with self._database.write() as connection:
            if not self._database.is_sqlite:  # SQLite's writers queue at BEGIN IMMEDIATE already
                connection.execute(sa.text("LOCK TABLE llm_calls IN SHARE ROW EXCLUSIVE MODE"))
            table = llm_calls
            self._check(connection, call, "the day", self._limits.day, table.c.day == day)
            project = sa.and_(table.c.day == day, table.c.project == call.project)
            self._check(connection, call, f"project {call.project!r} today", self._limits.project_day, project)
            self._check(connection, call, "this run", self._limits.run, table.c.run_id == call.run_id)
            connection.execute(
                sa.insert(table).values(
                    call_id=call_id, at=now, day=day, project=call.project, run_id=call.run_id,
                    cluster_id=call.cluster_id, purpose=call.purpose, model=call.model, state="reserved",
                    input_tokens=0, output_tokens=0, predicted_micro_usd=call.predicted_micro_usd,
                    micro_usd=call.predicted_micro_usd, latency_ms=0, problem="",
                )
            )  # fmt: skip
        return call_id

    def _check(
        self, connection: sa.Connection, call: Call, name: str, limit: float | None, where: sa.ColumnElement[bool]
    ) -> None:
        if limit is None:
            return
        total = sa.select(sa.func.coalesce(sa.func.sum(llm_calls.c.micro_usd), 0)).where(where)
        used = int(connection.execute(total).scalar_one())
        if used + call.predicted_micro_usd > limit * MICRO:
            raise BudgetError(
                f"the budget of ${limit:.2f} for {name} does not allow a call of {call.model}: ${used / MICRO:.4f} is "
                f"used and it may cost ${call.predicted_micro_usd / MICRO:.4f}; raise the limit under analyst.budget."
            )

    def settle(
        self,
        call_id: str,
        *,
        micro_usd: int,
        input_tokens: int = 0,
        output_tokens: int = 0,
        latency_ms: int = 0,
        problem: str = "",
    ) -> None:
        """Replace a reservation by what the call cost; `problem` says why there was no answer."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(llm_calls)
                .where(llm_calls.c.call_id == call_id)
                .values(
                    state="failed" if problem else "answered",
                    micro_usd=micro_usd,
                    input_tokens=input_tokens,
                    output_tokens=output_tokens,
                    latency_ms=latency_ms,
                    problem=problem,
                )
            )

    def spent(self, *, day: str = "", by: str = "model") -> Mapping[str, Spent]:
        """What was used on `day` (ISO, UTC; empty: ever), by `model`, `project`, `day` or `run_id`."""
        table = llm_calls
        key = table.c[by]
        sums = [
            sa.func.count(),
            *(sa.func.sum(table.c[name]) for name in ("input_tokens", "output_tokens", "micro_usd")),
        ]
        select = sa.select(key, *sums).group_by(key).order_by(key)
        if day:
            select = select.where(table.c.day == day)
        with self._database.read() as connection:
            return {
                row[0]: Spent(int(row[1]), int(row[2]), int(row[3]), int(row[4]) / MICRO)
                for row in connection.execute(select)
            }

    def rows(self, *, since: date, until: date) -> list[SpentRow]:
        """By project and model, from the UTC day `since` to `until`, both included; the dearest first."""
        table = llm_calls
        states = [sa.func.sum(sa.case((table.c.state == state, 1), else_=0)) for state in ("failed", "reserved")]
        sums = [
            sa.func.sum(table.c[name]) for name in ("input_tokens", "output_tokens", "micro_usd", "predicted_micro_usd")
        ]
        select = (
            sa.select(table.c.project, table.c.model, sa.func.count(), *states, *sums)
            .where(table.c.day.between(since.isoformat(), until.isoformat()))
            .group_by(table.c.project, table.c.model)
        )
        with self._database.read() as connection:
            found = [
                SpentRow(
                    project=row[0],
                    model=row[1],
                    calls=int(row[2]),
                    failed=int(row[3]),
                    waiting=int(row[4]),
                    input_tokens=int(row[5]),
                    output_tokens=int(row[6]),
                    usd=int(row[7]) / MICRO,
                    predicted_usd=int(row[8]) / MICRO,
                )
                for row in connection.execute(select)
            ]
        return sorted(found, key=lambda row: (-row.usd, row.project, row.model))

    def budgets(self) -> list[BudgetLeft]:
        """The budgets of today and what is left of each; one of every project that has spent today."""
        today = self._clock().date()
        projects: dict[str, float] = {}
        for row in self.rows(since=today, until=today):
            projects[row.project] = projects.get(row.project, 0.0) + row.usd
        whole = BudgetLeft("today", self._limits.day, round(sum(projects.values()), 6))
        by_project = [
            BudgetLeft(f"project {name or '(none)'} today", self._limits.project_day, round(used, 6))
            for name, used in sorted(projects.items())
        ]
        return [whole, *(by_project if self._limits.project_day is not None else [])]
