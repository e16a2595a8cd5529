"""How the errors of a Qdrant server reach the caller, from a small HTTP server that answers like one."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.errors import AuthenticationError, ConfigurationError, ThrottledError, UnavailableError
from connectors.vectors.server import open_server


@contextmanager
def server(status: int, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[str]]]:
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers.get("api-key", ""))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b'{"status": {"error": "no"}}')

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"qdrant://127.0.0.1:{listening.server_address[1]}", keys
    listening.shutdown()


def raised(url: str) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the type is what the tests look at
        open_server(url).count("code")
    return caught.value


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthenticationError), (403, AuthenticationError), (400, ConfigurationError), (503, UnavailableError)],
)
def test_answers_become_our_errors(status: int, error: type[Exception]) -> None:
    """Refused credentials, bad requests and a failing server are told apart."""
    with server(status) as (url, _):
        assert type(raised(url)) is error


def test_throttling_carries_the_delay() -> None:
    """The delay that the server asks for reaches the retry policy."""
    with server(429, {"Retry-After": "7"}) as (url, _):
        error = raised(url)
    assert isinstance(error, ThrottledError)
    assert error.retry_after == 7


def test_no_server() -> None:
    """A refused connection may be tried again."""
    assert type(raised("qdrant://127.0.0.1:1")) is UnavailableError


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """QDRANT_API_KEY is sent, and nothing that a URL could leak."""
    monkeypatch.setenv("QDRANT_API_KEY", "secret")
    with server(400) as (url, keys):
        raised(url)
    assert set(keys) == {"secret"}


@pytest.mark.parametrize("opener", [lambda: open_server("qdrant://")])
def test_a_host_is_needed(opener: Callable[[], object]) -> None:
    """A URL without a host is refused with the right form."""
    with pytest.raises(ConfigurationError, match="names no host"):
        opener()
