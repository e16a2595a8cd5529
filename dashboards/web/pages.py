"""The pages: `/` lists clusters, `/clusters/{id}` shows one with its report and the blamed code, `/evaluations` how
good the analysis is on known cases."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connectors.errors import NotFoundError
from dashboards import wording
from dashboards.answers import ask, clusters, evaluations, excerpt, grouping, rca
from dashboards.answers.shape import Listing
from dashboards.answers.usage import overtaken_words, usage_words
from dashboards.api.asking import Asked
from dashboards.web.plot import plot
from dashboards.wording import utc_now
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterQuery

router = APIRouter()

PAGE_SIZE = 50
CONVERSATIONS = 5  # the newest, on a cluster's page
EVALUATIONS = 90  # runs that are plotted
STALE = timedelta(hours=36)  # after which a nightly run was missed
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers send our own forms with the Origin "null"
}
_TEMPLATES = Path(__file__).parent / "templates"
Text = Annotated[str, Query(max_length=255)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "stamp": wording.stamp,
        "sparkline": wording.sparkline,
        "names": wording.names,
        "count": wording.count,
        "plain": wording.plain,
        "usage": usage_words,
        "overtaken": overtaken_words,
    }
    return environment


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template with `values` as a page."""
    now = utc_now()
    hosted = request.app.state.prefect_ready is not None
    html = _environment().get_template(template).render(flows=hosted, ago=lambda when: wording.ago(when, now), **values)
    return HTMLResponse(html, status, HEADERS)


@router.get("/")
def index(
    *,
    request: Request,
    workspace: Asked,
    text: Text = "",
    service: Text = "",
    status: Literal["", "new", "ongoing", "regressed", "resolved"] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """The clusters seen last, a filter, and where everything else is."""
    query = ClusterQuery(service=service, status=status or None, text=text, limit=PAGE_SIZE, offset=offset)
    found: Listing[clusters.ClusterItem] = clusters.listing(workspace, query)
    return page(request, "clusters.html", found=found, query=query)


@router.get("/clusters/{cluster_id}")
def cluster(request: Request, workspace: Asked, cluster_id: str) -> HTMLResponse:
    """One cluster: cause first, then evidence, the trace, and why it is one cluster."""
    return cluster_page(request, workspace, cluster_id)


def cluster_page(
    request: Request, workspace: Workspace, cluster_id: str, *, status: int = 200, problem: str = ""
) -> HTMLResponse:
    """The page of a cluster; `problem` says what could not be done with it."""
    try:
        shown = clusters.detail(workspace, cluster_id)
    except NotFoundError as error:
        return page(request, "missing.html", 404, problem=str(error))
    try:
        answer: rca.RcaAnswer | None = rca.newest(workspace, shown.id)
    except NotFoundError:
        answer = None
    causes = [] if answer is None or answer.report.root_cause is None else [answer.report.root_cause]
    excerpts = [excerpt.of_cause(answer, cause) for cause in causes] if answer else []
    why = grouping.grouping(workspace, shown.id)
    talks = ask.listing(workspace, cluster_id=shown.id, limit=CONVERSATIONS).items
    return page(
        request,
        "cluster.html",
        status,
        cluster=shown,
        answer=answer,
        excerpts=excerpts,
        why=why,
        problem=problem,
        talks=talks,
    )


@router.get("/evaluations")
def evaluations_page(request: Request, workspace: Asked) -> HTMLResponse:
    """How each metric went, by analyst, and the runs behind it."""
    found = evaluations.runs(workspace, EVALUATIONS)
    analysts = []
    for analyst in dict.fromkeys(run.analyst for run in found):
        own = [run for run in found if run.analyst == analyst]
        missed = analyst == evaluations.NIGHTLY and utc_now() - own[0].at > STALE
        analysts.append((analyst, own, [plot(trend) for trend in evaluations.trends(own)], missed))
    return page(request, "evaluations.html", analysts=analysts)


@router.get("/firstcause.css")
def style() -> Response:
    """The style sheet."""
    return Response(_css(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@cache
def _css() -> str:
    return (_TEMPLATES / "firstcause.css").read_text(encoding="utf8")
