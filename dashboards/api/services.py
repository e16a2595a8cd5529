"""GET services, GET releases, POST releases (what deployments call)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dashboards.answers import releases, services
from dashboards.answers.shape import Listing
from dashboards.api.asking import Asked, Page

router = APIRouter(tags=["services"])

Name = Annotated[str, Query(max_length=255)]


@router.get("/services")
def list_services(workspace: Asked) -> services.Services:
    """Every service that has written a log line, with its versions and environments."""
    return services.services(workspace)


@router.get("/releases")
def list_releases(
    workspace: Asked, page: Page, service: Name = "", environment: Name = ""
) -> Listing[releases.ReleaseShape]:
    """Releases, the newest first."""
    return releases.listing(workspace, service=service, environment=environment, limit=page.limit, offset=page.offset)


@router.post("/releases", status_code=201, responses={200: {"description": "Exactly this was known already"}})
def record_release(workspace: Asked, report: releases.ReleaseReport, response: Response) -> releases.ReleaseRecorded:
    """Record a deployment: 201 when it is new or corrected, 200 when exactly this was known."""
    recorded = releases.record(workspace, report)
    response.status_code = 201 if recorded.created else 200
    return recorded
