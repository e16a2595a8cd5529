"""GET spending: what models have cost, and what the budgets still allow."""

from fastapi import APIRouter

from dashboards.answers import spending as answers
from dashboards.api.asking import Asked

router = APIRouter(tags=["spending"])


@router.get("/spending")
def get_spending(workspace: Asked) -> answers.SpendingAnswer:
    """Today's and this month's calls of models by project and model, and the budgets of today."""
    return answers.spending(workspace)
