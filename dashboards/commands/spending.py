"""`firstcause spending`: what models have cost, and what the budgets still allow.

Keeps out: adding it up (dashboards/answers/spending.py).
"""

from dashboards.answers import spending as answers
from dashboards.commands.opening import workspace
from dashboards.terminal.paper import Column, Paper, write_json

COLUMNS: tuple[Column, ...] = (
    "PROJECT",
    "MODEL",
    ("CALLS", {"justify": "right"}),
    ("FAILED", {"justify": "right"}),
    ("TOKENS IN", {"justify": "right"}),
    ("OUT", {"justify": "right"}),
    ("COST", {"justify": "right"}),
    ("PREDICTED", {"justify": "right"}),
)


def spending(as_json: bool) -> None:
    """Print today's and this month's costs, and the budgets of today."""
    with workspace() as opened:
        found = answers.spending(opened)
    if as_json:
        write_json(found.model_dump_json(indent=2))
        return
    paper = Paper()
    if not found.month.calls:
        paper.say("No model was asked this month.")
    for name, days in (("Today", found.today), ("This month", found.month)):
        if days.calls:
            paper.head(f"{name}: {dollars(days.usd)} for {days.calls:,} calls")
            paper.table(COLUMNS, [_row(row) for row in days.rows])
    paper.head("Budgets (UTC days, list prices)")
    for budget in found.budgets:
        paper.say(_left(budget), indent=2)
    limit = "no limit" if found.run_limit is None else f"at most {dollars(found.run_limit)}"
    paper.say(f"one run: {limit}", indent=2)


def dollars(usd: float) -> str:
    """Cents where they say enough, else what is needed to see anything."""
    return f"${usd:,.2f}" if usd == 0 or usd >= 1 else f"${usd:.4f}"


def _row(row: answers.SpentShape) -> list[str]:
    waiting = f" ({row.waiting} waiting)" if row.waiting else ""
    return [
        row.project or "(none)",
        row.model,
        f"{row.calls:,}{waiting}",
        f"{row.failed:,}",
        f"{row.input_tokens:,}",
        f"{row.output_tokens:,}",
        dollars(row.usd),
        dollars(row.predicted_usd),
    ]


def _left(budget: answers.BudgetShape) -> str:
    if budget.limit is None or budget.left is None:
        return f"{budget.name}: {dollars(budget.used)} used, no limit"
    return f"{budget.name}: {dollars(budget.left)} left of {dollars(budget.limit)}"
