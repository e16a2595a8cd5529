"""GET search: log lines and exceptions, with a histogram."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from connectors.errors import BadInputError
from connectors.records import TimeWindow, utc_now
from connectors.warehouse import LogFilter
from dashboards.answers import search as answers
from dashboards.api.asking import Asked, Page

router = APIRouter(tags=["logs"])

Names = Annotated[list[str], Query(max_length=50)]
Severity = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]


@router.get("/search")
def search(
    *,
    workspace: Asked,
    page: Page,
    q: Annotated[str, Query(max_length=1000, description='Words or "phrases" that must all occur')] = "",
    start: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
    service: Names = [],  # noqa: B006  # FastAPI copies defaults
    environment: Names = [],  # noqa: B006
    version: Names = [],  # noqa: B006
    min_severity: Annotated[Severity | None, Query(description="This severe or more")] = None,
    trace_id: Annotated[str, Query(max_length=255)] = "",
    request_id: Annotated[str, Query(max_length=255)] = "",
    event_id: Names = [],  # noqa: B006
    exceptions: Annotated[bool, Query(description="Also look for exceptions")] = True,
) -> answers.SearchAnswer:
    """The newest matching lines first. Without start and end, everything that is stored is searched."""
    where = LogFilter(
        window=_window(start, end),
        services=tuple(service),
        environments=tuple(environment),
        versions=tuple(version),
        min_severity=answers.SEVERITIES[min_severity] if min_severity else 0,
        text=q,
        trace_id=trace_id,
        request_id=request_id,
        event_ids=tuple(event_id),
    )
    return answers.search(workspace, where, limit=page.limit, offset=page.offset, exceptions=exceptions)


def _window(start: AwareDatetime | None, end: AwareDatetime | None) -> TimeWindow | None:
    if start is None and end is None:
        return None
    if start is None:
        raise BadInputError("`end` needs a `start`: say from when to search.")
    stop = end or utc_now()
    if stop <= start:
        raise BadInputError(f"the window ends ({stop.isoformat()}) before it starts ({start.isoformat()}).")
    return TimeWindow(start, stop)
