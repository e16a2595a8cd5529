"""A real HTTP server on this machine that speaks Bedrock Converse, so that the real boto3 client is what is tested.

Owns: the wire format (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html) and a queue
of what to answer. Keeps out: signatures, which it ignores.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Reply:
    """One answer: an HTTP status, a body (JSON-able, or bytes as they are), headers, and how long to wait first."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    model_id: str
    operation: str
    body: dict[str, Any]


def tool_call(name: str, value: Any, *, stop_reason: str = "tool_use", usage: Mapping[str, int] | None = None) -> Reply:
    """The model calls the tool `name` with `value`; `usage` adds to or changes what the call is said to have taken."""
    content = [{"toolUse": {"toolUseId": "t1", "name": name, "input": value}}]
    message = _message(content, stop_reason)
    return Reply(message | {"usage": {**message["usage"], **(usage or {})}})


def words(text: str, *, stop_reason: str = "end_turn") -> Reply:
    """The model answers in prose."""
    return Reply(_message([{"text": text}], stop_reason))


def failure(code: str, status: int, message: str = "no", *, headers: Mapping[str, str] | None = None) -> Reply:
    """The service refuses."""
    return Reply({"message": message}, status, {"x-amzn-ErrorType": code, **(headers or {})})


def _message(content: list[dict[str, Any]], stop_reason: str) -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "usage": {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18},
        "metrics": {"latencyMs": 5},
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that timed out has hung up; that is what some tests want."""


class ConverseEndpoint:
    """`with ConverseEndpoint(reply, reply) as endpoint:` answers in order, the last one again and again."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.seen: list[Seen] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, seen: Seen) -> Reply:
        """Record a request and choose its answer."""
        self.seen.append(seen)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                _, _, model, operation = self.path.split("/", 3)
                reply = endpoint.take(Seen(unquote(model), operation, json.loads(body)))
                time.sleep(reply.delay)
                data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"content-type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                """Silence: the tests say what matters."""

        return Handler

    def __enter__(self) -> "ConverseEndpoint":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
