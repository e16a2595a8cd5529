"""Listens, starts everything in the right order, and ends it in the opposite one.

The runner is stopped while Prefect still answers, so that it can report what it cut off; then Prefect, then the port.
Owns: the process. Keeps out: what is served.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from connectors.errors import BadInputError, ConfigurationError
from dashboards.server.dispatcher import PrefectHost
from dashboards.server.guard import is_loopback
from dashboards.server.site import site
from flows.orchestration import PREFIX, PrefectServer, prepare
from flows.orchestration_deployments import deployments
from flows.orchestration_runner import WarmRunner
from flows.settings import Settings
from flows.wiring import Workspace

RUNNER_GRACE_SECONDS = 3.0
PREFECT_GRACE_SECONDS = 3.0
CONNECTION_GRACE_SECONDS = 2
LOCAL_POLL_SECONDS = 2.0
REMOTE_POLL_SECONDS = 10.0

Say = Callable[[str], None]


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the order in which things stop is ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def up(settings: Settings, *, config: Path | None, say: Say) -> None:
    """Serve until SIGINT or SIGTERM. Raises BadInputError when the address cannot be listened on."""
    with listen(settings.host, settings.port) as listening, Workspace(settings) as workspace:
        port = listening.getsockname()[1]
        address = f"http://{_reachable(settings.host)}:{port}"
        prefect = prepare(settings, address=address, config=config)
        workspace.database  # noqa: B018  # a database that cannot be opened is said before anything starts
        if not is_loopback(settings.host) and settings.api_token is None:
            say(f"warning: {settings.host} can be reached from other machines and no api_token is set.")
        asyncio.run(_serve(workspace, listening, address, prefect, say))
    _end_stragglers()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises BadInputError when the address is taken or is not this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
            listening.listen(2048)
        except OSError:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        raise BadInputError(
            f"cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}. "
            "Stop what uses the port or choose another with --port."
        ) from error
    return listening


def _reachable(host: str) -> str:
    if host in ("", "0.0.0.0", "::"):  # noqa: S104  # compared with, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


async def _serve(
    workspace: Workspace, listening: socket.socket, address: str, prefect: PrefectServer, say: Say
) -> None:
    stop, started = asyncio.Event(), time.monotonic()
    _on_signals(stop)
    host = PrefectHost() if prefect.hosted else None
    app = site(workspace, host)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=CONNECTION_GRACE_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="http")
    say(f"firstcause  {address}/          API {address}/api/v1")
    hosting = host.start() if host is not None else None
    runner = _runner(workspace.settings, prefect, lambda: say(_ready(address, prefect, started)))
    starting = asyncio.create_task(_start(runner, host), name="runner")
    waiting = {asyncio.create_task(stop.wait()), serving, *({hosting} if hosting else ())}
    ended, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    say("stopping ...")
    starting.cancel()
    await asyncio.to_thread(runner.stop, RUNNER_GRACE_SECONDS)
    if host is not None:
        await host.stop(PREFECT_GRACE_SECONDS)
    server.should_exit = True
    await serving
    if hosting in ended and hosting is not None and (error := hosting.exception()):
        raise ConfigurationError(f"Prefect's server could not run: {error}") from error


async def _start(runner: WarmRunner, host: PrefectHost | None) -> None:
    """Not before Prefect answers: its client would back off for many seconds."""
    if host is not None:
        await host.wait()
    runner.start()


def _runner(settings: Settings, prefect: PrefectServer, on_ready: Callable[[], None]) -> WarmRunner:
    return WarmRunner(
        deployments(settings),
        owns_server=prefect.hosted,
        work_pool=settings.work_pool,
        poll_seconds=LOCAL_POLL_SECONDS if prefect.hosted else REMOTE_POLL_SECONDS,
        on_ready=on_ready,
    )


def _ready(address: str, prefect: PrefectServer, started: float) -> str:
    where = f"{address}{PREFIX}/" if prefect.hosted else prefect.api_url
    return f"Prefect     {where}   (ready after {time.monotonic() - started:.1f} s; Ctrl-C stops)"


def _on_signals(stop: asyncio.Event) -> None:
    def handle(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)  # asked twice: now
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, handle, number)


def _end_stragglers() -> None:
    """Leave although a step is still at work in a thread: every step can be cut off anywhere and is done again."""
    sys.stdout.flush()
    sys.stderr.flush()
    if any(thread is not threading.main_thread() and thread.is_alive() for thread in threading.enumerate()):
        os._exit(0)
