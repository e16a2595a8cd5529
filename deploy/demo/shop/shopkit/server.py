"""Serving HTTP: a router behind a fixed pool of worker threads, every failure logged once."""

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from shopkit.context import TRACE_HEADER, new_trace_id, trace_id
from shopkit.errors import ApiError
from vendor.pathroute import NoRoute, Router

log = logging.getLogger(__name__)


@dataclass
class Request:
    """What a handler sees of a call."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    template: str = ""


class PooledServer(HTTPServer):
    """Hands each connection to one of `workers` threads."""

    request_queue_size = 128

    def __init__(self, port: int, router: Router, name: str, workers: int) -> None:
        super().__init__(("127.0.0.1", port), ConnectionHandler)
        self.router = router
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=f"{name}-worker")

    def process_request(self, request: Any, client_address: Any) -> None:
        self._pool.submit(self._serve, request, client_address)

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except ConnectionError as error:
            log.warning("client went away: %s", error)
        finally:
            self.shutdown_request(request)


class ConnectionHandler(BaseHTTPRequestHandler):
    """Turns one HTTP request into a routed call and its answer."""

    server: PooledServer

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        trace_id.set(self.headers.get(TRACE_HEADER) or new_trace_id())
        started = time.monotonic()
        status, answer = self._answer()
        payload = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
        log.info("%s %s %d %.1fms", self.command, self.path, status, (time.monotonic() - started) * 1000)

    def _answer(self) -> tuple[int, Any]:
        try:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            request = Request(self.command, self.path, body, dict(self.headers))
            return 200, self.server.router.dispatch(request)
        except NoRoute as error:
            return 404, {"error": f"no such path: {error}"}
        except ApiError as refusal:
            log.warning("%s %s refused with %d: %s", self.command, self.path, refusal.status, refusal)
            return refusal.status, {"error": str(refusal)}
        except Exception as error:
            log.exception("%s %s failed", self.command, self.path)
            return 500, {"error": f"{type(error).__name__}: {error}"}

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by `_handle`."""


def serve(port: int, router: Router, name: str, *, workers: int = 8, on_stop: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM."""
    server = PooledServer(port, router, name, workers)

    def stop(*_: Any) -> None:
        log.info("stopping")
        threading.Thread(target=server.shutdown, name="shutdown").start()

    signal.signal(signal.SIGTERM, stop)
    router.add("GET", "/health", lambda request: {"status": "ok"})
    log.info("listening on port %d", port)
    server.serve_forever(poll_interval=0.05)
    if on_stop:
        on_stop()
