"""The JSON API under /api/v1 and the pages as one FastAPI application. Owns: which routers there are, nothing else."""

from collections.abc import Callable
from importlib.metadata import version

from fastapi import FastAPI

from dashboards.api import (
    ask,
    clusters,
    code,
    evaluations,
    grouping,
    health,
    ingest,
    problems,
    rca,
    search,
    services,
    spending,
)
from dashboards.web import conversations, deciding, pages
from flows.wiring import Workspace

BASE = "/api/v1"
ROUTERS = (
    clusters.router,
    grouping.router,
    rca.router,
    ask.router,
    search.router,
    code.router,
    evaluations.router,
    services.router,
    spending.router,
    ingest.router,
    health.router,
)


def create_app(workspace: Workspace, *, prefect_ready: Callable[[], bool] | None = None) -> FastAPI:
    """The application over one workspace. `prefect_ready` says whether the Prefect hosted beside it answers."""
    app = FastAPI(
        title="Firstcause",
        version=version("firstcause"),
        description="Clusters of exceptions, the code that caused them, and the evidence.",
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.workspace = workspace
    app.state.prefect_ready = prefect_ready
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix=BASE)
    app.include_router(pages.router, include_in_schema=False)
    app.include_router(deciding.router, include_in_schema=False)
    app.include_router(conversations.router, include_in_schema=False)
    problems.describe(app)
    return app
