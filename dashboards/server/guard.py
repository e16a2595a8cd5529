"""Who may ask, and what every answer's headers forbid a browser to do.

Three checks before any application sees a request. The name in Host must be ours while we listen on loopback without a
token (DNS rebinding lets any web page reach 127.0.0.1 under its own name). A request that changes something must not
come from another site's page (a plain form can post to localhost). With an API token set, all but health needs it.
Owns: those checks and the security headers. Keeps out: what is behind them.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.api.problems import problem
from flows.orchestration import API_USER, PREFIX

OPEN_PATHS = frozenset({"/api/v1/health", "/api/v1/ready"})  # what load balancers and probes ask without a token
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]@/]+))(?::\d+)?")  # RFC 9110, 7.2
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def is_loopback(host: str) -> bool:
    """Whether listening on `host` can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Wraps an application; `token` is the API token or None, `host` the address listened on."""

    def __init__(self, app: ASGIApp, *, host: str, token: str | None) -> None:
        self._app = app
        self._token = token
        self._names = frozenset({*LOOPBACK_NAMES, host}) if token is None and is_loopback(host) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        status, reason = self._refusal(scope)
        if not status:
            await self._app(scope, receive, _protected(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            # Basic makes a browser ask for the token, so that the pages can be looked at without a sign-in of our own.
            sign_in = [("WWW-Authenticate", 'Basic realm="firstcause"'), ("WWW-Authenticate", "Bearer")]
            response = problem(status, reason)
            for name, value in sign_in if status == 401 else []:
                response.headers.append(name, value)
            await response(scope, receive, _protected(send))

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        headers = Headers(scope=scope)
        if self._names is not None and _hostname(headers.get("host", "")) not in self._names:
            return 421, "This server answers under localhost only; set `host` or `api_token` to open it to others."
        if not _same_site(scope, headers):
            return 403, "A page of another site must not change anything here."
        if self._token is not None and not self._signed_in(scope, headers):
            return 401, "Send the API token as `Authorization: Bearer <token>` or as the password of a Basic sign-in."
        return 0, ""

    def _signed_in(self, scope: Scope, headers: Headers) -> bool:
        if scope["path"] in OPEN_PATHS:
            return True
        if scope["type"] == "websocket" and scope["path"].startswith(f"{PREFIX}/api/"):
            return True  # browsers cannot set headers here; Prefect asks for the same sign-in in its first message
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return any(
            secrets.compare_digest(candidate.encode(), (self._token or "").encode())
            for candidate in _candidates(scheme.lower(), given.strip())
        )


def _candidates(scheme: str, given: str) -> Iterable[str]:
    if scheme == "bearer":
        yield given
    if scheme == "basic":
        try:
            user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return
        if user in ("", API_USER):
            yield password


def _hostname(host: str) -> str:
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else ""


def _same_site(scope: Scope, headers: Headers) -> bool:
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return True
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()


def _protected(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
