"""What models have cost today and this month, by project and model, and what is left of the budgets.

Keeps out: the ledger (rca/spending.py), prices.
"""

from datetime import date, timedelta

from pydantic import Field

from connectors.records import utc_now
from dashboards.answers.shape import Shape
from flows.wiring import Workspace
from rca.spending import Limits, Spending


class SpentShape(Shape):
    """What one project used of one model. `usd` counts against budgets, waiting calls with what they may cost."""

    project: str
    model: str
    calls: int
    failed: int = Field(description="Calls that brought no usable answer")
    waiting: int = Field(description="Calls that are not settled: under way, or cut off by a crash")
    input_tokens: int
    output_tokens: int
    usd: float
    predicted_usd: float = Field(description="What the calls were predicted to cost at most, before they were made")


class SpentDays(Shape):
    """UTC days, both included, and their sum."""

    since: date
    until: date
    usd: float
    calls: int
    rows: list[SpentShape]


class BudgetShape(Shape):
    """A budget in US dollars of today; null is no limit."""

    name: str
    limit: float | None
    used: float
    left: float | None


class SpendingAnswer(Shape):
    """Dollars by list price; see `analyst.prices` and `analyst.budget` in the settings."""

    today: SpentDays
    month: SpentDays
    budgets: list[BudgetShape]
    run_limit: float | None = Field(description="Most that one run of the analysis may cost")


def spending(workspace: Workspace) -> SpendingAnswer:
    """Today, the month so far, and the budgets."""
    limits = workspace.settings.analyst.budget
    ledger = Spending(workspace.database, Limits(day=limits.day, project_day=limits.project_day, run=limits.run))
    today = utc_now().date()
    return SpendingAnswer(
        today=_days(ledger, today, today),
        month=_days(ledger, today - timedelta(days=today.day - 1), today),
        budgets=[BudgetShape.model_validate(budget) for budget in ledger.budgets()],
        run_limit=limits.run,
    )


def _days(ledger: Spending, since: date, until: date) -> SpentDays:
    rows = [SpentShape.model_validate(row) for row in ledger.rows(since=since, until=until)]
    usd, calls = round(sum(row.usd for row in rows), 6), sum(row.calls for row in rows)
    return SpentDays(since=since, until=until, usd=usd, calls=calls, rows=rows)
