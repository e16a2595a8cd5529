"""One port, two applications: paths under /prefect go to Prefect, everything else is ours.

A plain ASGI function, not a mount: Prefect's own routes already carry the prefix. Prefect takes seconds to start, so it
starts beside us and its paths answer 503 until it is there.
Owns: hosting Prefect's lifespan in a task of its own, and the headers its UI is served with. Keeps out: security of
requests (guard.py).
"""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.orchestration import PREFIX, hosted_app

# Prefect's UI is a single-page application with inline styles; it must not contact anybody but this server.
UI_POLICY = (
    "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


class PrefectHost:
    """Prefect's server as an ASGI application that may not be there yet."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._there = asyncio.Event()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        return self._app is not None

    def start(self) -> "asyncio.Task[None]":
        """Import and start Prefect beside the caller; the task ends when Prefect has stopped, or with its error."""
        self._task = asyncio.create_task(self._run(), name="prefect")
        return self._task

    async def wait(self) -> None:
        """Until Prefect answers."""
        await self._there.wait()

    async def stop(self, grace_seconds: float) -> None:
        """Stop Prefect's services, for at most `grace_seconds`."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=grace_seconds)

    async def _run(self) -> None:
        app, lifespan = await asyncio.to_thread(hosted_app)
        async with lifespan():
            self._app = app
            self._there.set()
            await self._stop.wait()
            self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            await _refuse(scope, receive, send)
        elif scope["path"] == f"{PREFIX}/ui-settings":
            await _ui_settings(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, _with_policy(scope, send))


class Dispatcher:
    """Sends each connection to Prefect or to our own application."""

    def __init__(self, ours: ASGIApp, prefect: ASGIApp | None) -> None:
        self._ours = ours
        self._prefect = prefect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        theirs = self._prefect is not None and (path == PREFIX or path.startswith(f"{PREFIX}/"))
        await (self._prefect if theirs and self._prefect else self._ours)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013})
        return
    problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "Prefect is starting."}
    response = JSONResponse(problem, 503, {"Retry-After": "2"}, media_type="application/problem+json")
    await response(scope, receive, send)


def _with_policy(scope: Scope, send: Send) -> Send:
    if scope["type"] != "http" or scope["path"].startswith(f"{PREFIX}/api/"):
        return send

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Content-Security-Policy"] = UI_POLICY
        await send(message)

    return sending


async def _ui_settings(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Prefect's UI settings, with the API under the name this browser uses for us (localhost, a tunnel, a proxy)."""
    sent: list[MutableMapping[str, Any]] = []

    async def collect(message: Message) -> None:
        sent.append(message)

    plain = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}
    await app(plain, receive, collect)
    body = b"".join(message.get("body", b"") for message in sent)
    if sent[0]["status"] != 200:
        await Response(body, sent[0]["status"])(scope, receive, send)
        return
    headers = Headers(scope=scope)
    scheme = headers.get("x-forwarded-proto", scope["scheme"]).split(",")[0].strip()
    settings = {**json.loads(body), "api_url": f"{scheme}://{headers.get('host', '')}{PREFIX}/api"}
    await JSONResponse(settings, headers={"Cache-Control": "no-store"})(scope, receive, send)
