"""Everything behind the port as one ASGI application. Owns: the order of the layers, nothing else."""

from starlette.types import ASGIApp

from dashboards.api.app import create_app
from dashboards.server.dispatcher import Dispatcher, PrefectHost
from dashboards.server.guard import Guard
from flows.wiring import Workspace


def site(workspace: Workspace, prefect: PrefectHost | None = None) -> ASGIApp:
    """Guard, then Prefect (when it is hosted here) or our API and pages."""
    settings = workspace.settings
    token = None if settings.api_token is None else settings.api_token.get_secret_value()
    app = create_app(workspace, prefect_ready=None if prefect is None else lambda: prefect.ready)
    return Guard(Dispatcher(app, prefect), host=settings.host, token=token)
