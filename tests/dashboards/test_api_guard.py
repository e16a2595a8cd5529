"""Who may ask: host names, other sites' pages, the token; and the headers of every answer."""

import base64

import pytest

from flows.wiring import Workspace
from tests.dashboards.conftest import Client

TOKEN = "correct horse battery"


@pytest.fixture
def locked(shared: Workspace) -> Client:
    """The same application with an API token."""
    settings = type(shared.settings)(
        **{**shared.settings.model_dump(include={"state_dir", "embeddings"}), "api_token": TOKEN}
    )
    return Client(Workspace(settings))


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "", "[::1].evil"])
def test_a_name_that_is_not_ours_is_refused_on_loopback(api, host: str) -> None:
    """Any page can point its own name at 127.0.0.1; that must not open this server to it."""
    assert api.get("/api/v1/clusters", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:8321", "127.0.0.1:8321", "[::1]:8321"])
def test_loopback_names_are_ours(api, host: str) -> None:
    """With any port: a tunnel may use another."""
    assert api.get("/api/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_another_sites_page_cannot_change_anything(own_api, origin: str) -> None:
    """A form on any page can post to localhost; its Origin gives it away."""
    given = {"service": "orders", "version": "1.0"}
    assert own_api.post("/api/v1/releases", json=given, headers={"Origin": origin}).status_code == 403


def test_our_own_pages_and_programs_can(own_api) -> None:
    """The same origin, or none at all."""
    given = {"service": "orders", "version": "1.0", "started_at": "2026-03-01T00:00:00Z"}
    own = own_api.post("/api/v1/releases", json=given, headers={"Origin": "http://localhost"})
    assert (own.status_code, own_api.post("/api/v1/releases", json=given).status_code) == (201, 200)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer "},
     {"Authorization": f"Token {TOKEN}"}, basic("firstcause", "wrong"), basic("somebody", TOKEN),
     {"Authorization": b"Bearer \xff"}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/api/v1/clusters", "/api/v1/openapi.json", "/prefect/api/health", "/nothing"])
def test_without_the_token_nothing_is_said(locked, path: str, headers) -> None:
    """401 everywhere, before it is even looked whether the thing exists."""
    answer = locked.get(path, headers=headers)
    assert answer.status_code == 401
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"Bearer {TOKEN}"}, {"Authorization": f"bearer {TOKEN}"}, basic("firstcause", TOKEN)]
)
def test_with_the_token_everything_is_open(locked, headers) -> None:
    """As bearer for programs, as the password of a sign-in for browsers."""
    assert locked.get("/api/v1/clusters", headers=headers).status_code == 200
    assert locked.get("/", headers=headers).status_code == 200


def test_health_needs_no_token(locked) -> None:
    """Probes do not carry secrets."""
    assert locked.get("/api/v1/health").status_code == 200
    assert locked.get("/api/v1/ready").status_code == 200


def test_a_browser_is_asked_for_the_token(locked) -> None:
    """The 401 offers Basic, so that a browser shows its own sign-in."""
    assert 'Basic realm="firstcause"' in locked.get("/").headers.get_list("www-authenticate")


@pytest.mark.parametrize("path", ["/", "/api/v1/clusters", "/api/v1/nothing", "/firstcause.css"])
def test_every_answer_carries_the_security_headers(api, path: str) -> None:
    """Also errors and the style sheet; and nobody is given cross-origin access."""
    headers = api.get(path, headers={"Origin": "https://evil.example"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
