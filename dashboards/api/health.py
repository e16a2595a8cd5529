"""Is it alive, is it ready: what probes ask."""

import logging
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from connectors.errors import FirstcauseError
from connectors.warehouse import LogFilter
from dashboards.api.asking import Asked

log = logging.getLogger(__name__)
router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    version: str


class Part(BaseModel):
    """One thing that requests need; `problem` is empty when it works."""

    name: str
    ready: bool
    problem: str = ""


class Readiness(BaseModel):
    """Whether requests can be served, and which part is missing if not."""

    ready: bool
    parts: list[Part]


@router.get("/health")
def health(request: Request) -> Health:
    """Always ok while the process answers."""
    return Health(version=request.app.version)


@router.get("/ready", responses={503: {"model": Readiness}})
def ready(request: Request, response: Response, workspace: Asked) -> Readiness:
    """200 when the stores can be read and Prefect (where it is hosted here) answers, else 503."""
    parts = [
        _part("database", lambda: workspace.database.engine.connect().close()),
        _part("warehouse", lambda: workspace.warehouse.count(LogFilter(trace_id="0"))),
    ]
    if request.app.state.prefect_ready is not None:
        there = request.app.state.prefect_ready()
        parts.append(Part(name="prefect", ready=there, problem="" if there else "it is starting"))
    whole = all(part.ready for part in parts)
    response.status_code = 200 if whole else 503
    return Readiness(ready=whole, parts=parts)


def _part(name: str, check: Callable[[], object]) -> Part:
    try:
        check()
    except FirstcauseError as error:
        return Part(name=name, ready=False, problem=str(error))
    except Exception:
        log.warning("%s is not ready", name, exc_info=True)
        return Part(name=name, ready=False, problem="it failed; the server's log has the details")
    return Part(name=name, ready=True)
