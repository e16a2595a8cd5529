"""GET evaluations: how good the analysis was on known cases, run by run."""

from typing import Annotated

from fastapi import APIRouter, Query

from dashboards.answers import evaluations as answers
from dashboards.api.asking import Asked

router = APIRouter(tags=["evaluations"])


@router.get("/evaluations")
def list_evaluations(workspace: Asked, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[answers.Run]:
    """The newest stored evaluations, newest first."""
    return answers.runs(workspace, limit)
