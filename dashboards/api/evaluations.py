"""GET evaluations: how good the analysis was on known cases, run by run."""

from fastapi import APIRouter

from dashboards.answers import evaluations as answers
from dashboards.answers.shape import Listing
from dashboards.api.asking import Asked, Page

router = APIRouter(tags=["evaluations"])


@router.get("/evaluations")
def list_evaluations(workspace: Asked, page: Page) -> Listing[answers.Run]:
    """Stored evaluations, newest first."""
    return answers.listing(workspace, page.limit, page.offset)
