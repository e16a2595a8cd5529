"""The JSON API under /api/v1 and the pages as one FastAPI application. Owns: which routers there are, nothing else."""

from collections.abc import Callable
from importlib.metadata import version

from fastapi import FastAPI

from dashboards.api import health, problems
from flows.wiring import Workspace

BASE = "/api/v1"


def create_app(workspace: Workspace, *, prefect_ready: Callable[[], bool] | None = None) -> FastAPI:
    """The application over one workspace. `prefect_ready` says whether the Prefect hosted beside it answers."""
    app = FastAPI(
        title="Firstcause",
        version=version("firstcause"),
        description="Clusters of exceptions, the code that caused them, and the evidence.",
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": problems.Problem}, "5XX": {"model": problems.Problem}},
    )
    app.state.workspace = workspace
    app.state.prefect_ready = prefect_ready
    problems.install(app)
    for router in (health.router,):
        app.include_router(router, prefix=BASE)
    return app
