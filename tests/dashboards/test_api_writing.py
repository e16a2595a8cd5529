"""POST endpoints of /api/v1: releases, feedback, decisions, ingest; and errors as problem details."""

import gzip
import json
from pathlib import Path

import pytest

from connectors.records import TimeWindow, utc_now
from connectors.sources.spool import open_spool_source


def cluster_id(api) -> str:
    return next(item["id"] for item in api.get("/api/v1/clusters").json()["items"] if item["type"] == "TypeError")


def spooled(folder: Path) -> list[tuple[list[str], dict[str, str]]]:
    """What the next ingest run would find: lines and resource of each stream."""
    source = open_spool_source(f"spool://{folder}", name="http", resource={})
    now = utc_now()
    return [
        (page.lines["line"].to_pylist(), dict(resource))
        for page in source.pages(TimeWindow(now, now), None)
        for resource in page.streams.values()
    ]


def test_a_release_is_recorded_once(own_api) -> None:
    """201 with the resolved commit at first, 200 for the same again, and it is listed."""
    told = {"service": "orders", "environment": "qa", "version": "1.0", "started_at": "2026-03-01T12:00:00+01:00"}
    first, again = (own_api.post("/api/v1/releases", json=told) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert len(first.json()["release"]["commit"]) == 40
    listed = own_api.get("/api/v1/releases", params={"environment": "qa"}).json()["items"]
    assert [one["started_at"] for one in listed] == ["2026-03-01T11:00:00Z"]


@pytest.mark.parametrize(
    "told",
    [
        {"version": "1"},
        {"service": "orders"},
        {"service": "orders", "version": "1", "colour": "blue"},
        {"service": "orders", "version": "1", "started_at": "2026-03-01T12:00:00"},
        {"service": "orders", "commit": "not hex"},
    ],
)
def test_a_release_that_cannot_be_used_is_a_problem(own_api, told) -> None:
    """What is missing or wrong is named as problem details, and nothing is stored."""
    before = own_api.get("/api/v1/releases").json()["total"]
    answer = own_api.post("/api/v1/releases", json=told)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "errors"}
    assert own_api.get("/api/v1/releases").json()["total"] == before


def test_feedback_is_kept_with_the_report_it_is_about(own_api) -> None:
    """Without a report id it is the newest report's; the report shows it."""
    found = cluster_id(own_api)
    given = {"cluster_id": found[:6], "verdict": "reject", "true_cause": {"file": "shop/cart.py"}, "author": "ann"}
    stored = own_api.post("/api/v1/feedback", json=given)
    assert stored.status_code == 201
    answer = own_api.get(f"/api/v1/rca/{found}").json()
    assert answer["verdicts"] == [stored.json()]
    assert stored.json()["report_id"] == answer["report_id"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"cluster_id": "ffffffff", "verdict": "accept"}, 404),
        ({"cluster_id": "ffffffff"}, 422),
        ({"cluster_id": "ffffffff", "verdict": "maybe"}, 422),
    ],
)
def test_feedback_on_nothing_is_refused(own_api, given, status: int) -> None:
    """An unknown cluster is 404, an unknown verdict 422."""
    assert own_api.post("/api/v1/feedback", json=given).status_code == status


def test_feedback_on_another_clusters_report_is_refused(own_api) -> None:
    """A report id must belong to the cluster."""
    given = {"cluster_id": cluster_id(own_api), "verdict": "accept", "report_id": "0" * 24}
    assert own_api.post("/api/v1/feedback", json=given).status_code == 404


def test_a_decision_changes_the_status_until_it_is_taken_back(own_api) -> None:
    """resolved true and false are two decisions that stay on record."""
    path = f"/api/v1/clusters/{cluster_id(own_api)}/decision"
    assert own_api.post(path, json={"resolved": True, "actor": "ann"}).json()["status"] == "resolved"
    again = own_api.post(path, json={"resolved": False}).json()
    assert again["status"] != "resolved"
    assert [event["kind"] for event in again["events"]] == ["resolved", "reopened"]


def test_lines_are_durable_before_the_answer(own_api, workspace) -> None:
    """202 with counts, and the lines wait in the spool with who wrote them; query wins over headers."""
    answer = own_api.post(
        "/api/v1/ingest",
        params={"service": "shop", "version": "1.1"},
        headers={"X-Firstcause-Service": "other", "X-Firstcause-Environment": "prod"},
        content="first\nsecond\nthird",
    )
    assert (answer.status_code, answer.json()["lines"], answer.json()["bytes"]) == (202, 3, 18)
    resource = {"service.name": "shop", "service.version": "1.1", "deployment.environment.name": "prod"}
    assert spooled(workspace.settings.spool_dir) == [(["first", "second", "third"], resource)]


def test_gzip_of_several_members_is_unpacked(own_api, workspace) -> None:
    """What shippers concatenate is one body."""
    body = gzip.compress(b'{"a": 1}\n') + gzip.compress(b'{"a": 2}\n') + b"\0\0"
    answer = own_api.post("/api/v1/ingest", content=body, headers={"Content-Type": "application/gzip"})
    assert (answer.status_code, answer.json()["lines"]) == (202, 2)
    assert spooled(workspace.settings.spool_dir)[0][0] == ['{"a": 1}', '{"a": 2}']


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"line\n" * 1000)[:-20], b"\x1f\x8bnonsense", gzip.compress(b"line\n") + b"trailing nonsense"],
    ids=["truncated", "damaged", "trailing"],
)
def test_damaged_gzip_is_refused_whole(own_api, workspace, body: bytes) -> None:
    """A clear problem, and nothing of it is kept."""
    answer = own_api.post("/api/v1/ingest", content=body)
    assert answer.status_code == 422
    assert "gzip" in answer.json()["detail"]
    assert spooled(workspace.settings.spool_dir) == []


def test_bodies_that_are_too_large_are_refused(own_api, workspace) -> None:
    """64 MiB is the limit as received and unpacked: a small bomb is a 413 as well."""
    bomb = gzip.compress(b"\n" * (64 * 1024 * 1024 + 1), compresslevel=1)
    announced = own_api.post("/api/v1/ingest", content=b"x", headers={"Content-Length": str(64 * 1024 * 1024 + 1)})
    assert len(bomb) < 1_000_000
    assert [own_api.post("/api/v1/ingest", content=bomb).status_code, announced.status_code] == [413, 413]
    assert spooled(workspace.settings.spool_dir) == []


def test_an_empty_body_keeps_nothing(own_api, workspace) -> None:
    """Shippers send empty bodies; that is no error."""
    answer = own_api.post("/api/v1/ingest", content=b"")
    assert (answer.status_code, answer.json()) == (202, {"id": "", "lines": 0, "bytes": 0})
    assert spooled(workspace.settings.spool_dir) == []


def test_forms_are_not_logs(own_api) -> None:
    """A multipart upload would be stored with its boundaries; it is refused."""
    answer = own_api.post("/api/v1/ingest", files={"file": b"line"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/clusters", 405),
        ("GET", "/api/v1/clusters?limit=0", 422),
        ("GET", "/api/v1/clusters?limit=many", 422),
        ("GET", "/api/v1/clusters?since=soon", 422),
        ("GET", "/api/v1/clusters/ffffffff", 404),
        ("GET", "/api/v1/search?min_severity=loud", 422),
        ("GET", "/api/v1/code/shop/cart.py?mark=9-3", 422),
        ("GET", "/api/v1/code/shop/cart.py?repository=none", 404),
    ],
)
def test_every_error_is_problem_details(api, method: str, path: str, status: int) -> None:
    """Type, title, status and a sentence; validation errors name the place."""
    answer = api(method, path)
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["title"]
    assert body["detail"]


def test_a_failure_nobody_foresaw_tells_nothing_about_the_inside(own_api, workspace) -> None:
    """A broken database is a 500 in the same shape, without its message or path."""
    workspace.database.close()
    Path(workspace.settings.state_dir, "metadata.db").write_bytes(b"not a database" * 1000)
    answer = own_api.get("/api/v1/clusters")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sqlite" not in answer.text.lower()
    assert json.loads(answer.text)["title"] == "Internal Server Error"
