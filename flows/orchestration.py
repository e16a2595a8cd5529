"""Prefect inside our own process: the environment it must find before it is imported, and its server as an ASGI app.

With PREFECT_API_URL set by the user that server is used instead and nothing is hosted here.
Owns: Prefect's settings and the lifetime of its server. Keeps out: HTTP of our own (dashboards), which flows are
deployed (orchestration_deployments.py), running them (orchestration_runner.py).
"""

import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from flows.settings import CONFIG_VARIABLE, Settings

PREFIX = "/prefect"
API_USER = "firstcause"  # the name that goes with the token in Prefect's own sign-in
RUN_HISTORY_DAYS = 30

Asgi = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """Where Prefect's API is; `hosted` says that it is ours, under PREFIX of our own port."""

    api_url: str
    hosted: bool


def prepare(settings: Settings, *, address: str, config: Path | None = None) -> PrefectServer:
    """Set the environment Prefect reads; call before anything imports it.

    `address` (`http://127.0.0.1:8321`) is where this process reaches itself, `config` the settings file that runs must
    read as well. Variables the user has set win, except where hosting under PREFIX would break.
    """
    home = settings.state_dir.absolute() / "prefect"
    _default(
        PREFECT_HOME=str(home),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        DO_NOT_TRACK="1",
        PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL="WARNING",
        PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW="ignore",
        PREFECT_SERVER_EPHEMERAL_ENABLED="false",
    )
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config.absolute())
    if theirs := os.environ.get("PREFECT_API_URL"):
        return PrefectServer(theirs.rstrip("/"), hosted=False)
    home.mkdir(parents=True, exist_ok=True)
    api_url = f"{address}{PREFIX}/api"
    os.environ.update(
        PREFECT_API_URL=api_url,
        PREFECT_SERVER_UI_API_URL=api_url,
        PREFECT_SERVER_UI_SERVE_BASE=PREFIX,
        PREFECT_SERVER_API_BASE_PATH=f"{PREFIX}/api",
        PREFECT_SERVER_UI_STATIC_DIRECTORY=str(home / "ui"),
        PREFECT_SERVER_CORS_ALLOWED_ORIGINS=address,
    )
    _default(
        PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT="false",
        PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED="events,flow_runs",
        PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD=str(RUN_HISTORY_DAYS * 86_400),
    )
    if settings.api_token is not None:
        sign_in = f"{API_USER}:{settings.api_token.get_secret_value()}"
        os.environ.update(PREFECT_SERVER_API_AUTH_STRING=sign_in, PREFECT_API_AUTH_STRING=sign_in)
    return PrefectServer(api_url, hosted=True)


def _default(**variables: str) -> None:
    for name, value in variables.items():
        os.environ.setdefault(name, value)


def hosted_app() -> tuple[Asgi, Callable[[], AbstractAsyncContextManager[Any]]]:
    """Prefect's server with its UI, and the lifespan that must be entered around it (it starts the services).

    Takes about three seconds: the import is done here. `prepare` must have been called.
    """
    from prefect.server.api.server import create_app

    app = create_app(final=True)
    _log_to_file(Path(os.environ["PREFECT_HOME"], "server.log"))
    return app, lambda: app.router.lifespan_context(app)


def _log_to_file(path: Path) -> None:
    """Keep the server's own troubles (a busy SQLite it retries by itself) off the terminal, but not lost."""
    handler = RotatingFileHandler(path, maxBytes=5_000_000, backupCount=1, encoding="utf8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in ("prefect.server", "docket"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.propagate = False
