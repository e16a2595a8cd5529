"""Grouping over HTTP and on the cluster's page: reading why, merging, splitting, undoing, dismissing."""

import json
from pathlib import Path

import pytest

from tests.dashboards.conftest import Client
from tests.dashboards.test_cli_grouping import impure_scene

OURS = {"Origin": "http://localhost"}


def two(api: Client) -> tuple[str, str]:
    one, other, *_ = sorted(item["id"] for item in api.get("/api/v1/clusters").json()["items"])
    return one, other


def test_merge_split_and_undo_over_http(own_api: Client) -> None:
    """Every answer is the decision, and the clusters are what it says."""
    one, other = two(own_api)
    merged = own_api.post(f"/api/v1/clusters/{one[:6]}/merges", json={"others": [other], "actor": "ann"})
    assert (merged.status_code, merged.json()["others"]) == (201, [other])
    assert own_api.get(f"/api/v1/clusters/{other}").json()["asked_for"] == other
    (fingerprint,) = [m["fingerprint"] for m in own_api.get(f"/api/v1/clusters/{one}/members").json()["items"]
                      if m["fingerprint"].startswith(one)]  # fmt: skip
    made = own_api.post(f"/api/v1/clusters/{one}/splits", json={"fingerprints": [fingerprint], "note": "no"})
    assert own_api.get(f"/api/v1/clusters/{made.json()['result_id']}").json()["fingerprints"] == 1
    for decision in (made.json()["id"], merged.json()["id"]):
        assert own_api.post(f"/api/v1/decisions/{decision}/undo", json={"actor": "joe"}).json()["undone_by"] == "joe"
    assert two(own_api) == (one, other)
    listed = own_api.get(f"/api/v1/clusters/{one}/decisions").json()["items"]
    assert [(one["kind"], one["undone_by"]) for one in listed] == [("merge", "joe"), ("split", "joe")]


def test_why_is_answered_from_the_record(api: Client) -> None:
    """Members with the parts of their fingerprints, contributing or not, and hints."""
    one, _ = two(api)
    why = api.get(f"/api/v1/clusters/{one}/why").json()
    (member,) = why["members"]
    assert {part["contributes"] for part in member["parts"]} == {True, False}
    assert all(part["hint"] for part in member["parts"])
    assert (why["decisions"], why["signals"]) == ([], [])
    assert api.get(f"/api/v1/clusters/{one}/suggestions").json() == {"items": []}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/clusters/{one}/merges", {"others": ["{one}"]}, 422),
        ("/clusters/{one}/merges", {"others": []}, 422),
        ("/clusters/{one}/merges", {"others": ["nosuch"]}, 404),
        ("/clusters/{one}/merges", {"others": ["{two}"], "colour": "blue"}, 422),
        ("/clusters/{one}/splits", {"fingerprints": ["abcdef"]}, 422),
        ("/clusters/nosuch/splits", {"fingerprints": ["abcdef"]}, 404),
        ("/decisions/nosuch/undo", {}, 404),
        ("/signals/nosuch/dismiss", None, 404),
    ],
)
def test_what_cannot_be_done_is_a_problem(own_api: Client, path: str, body, status: int) -> None:
    """Problem details with the sentence that says what to do."""
    one, other = two(own_api)
    named = json.loads(json.dumps(body).replace("{one}", one).replace("{two}", other))
    answer = own_api.post("/api/v1" + path.replace("{one}", one), json=named)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]
    assert two(own_api) == (one, other)


def test_signals_are_listed_and_dismissed_over_http(scene: Path, own_api: Client) -> None:
    """The cluster is impure until a person says otherwise."""
    impure_scene(scene)
    (signal,) = own_api.get("/api/v1/signals").json()["items"]
    assert (signal["level"], signal["kind"], signal["usual"]) == ("impure", "line", [["Cart.java:7", 95]])
    assert own_api.get(f"/api/v1/clusters/{signal['cluster_id']}").json()["impure"] == 1
    done = own_api.post(f"/api/v1/signals/{signal['id']}/dismiss", json={"actor": "ann"})
    assert done.json()["dismissed_by"] == "ann"
    path = f"/api/v1/clusters/{signal['cluster_id']}/signals"
    assert own_api.get(path).json()["items"] == []
    assert len(own_api.get(path, params={"dismissed": True}).json()["items"]) == 1


def test_the_page_merges_splits_undoes_and_dismisses_without_a_script(scene: Path, own_api: Client) -> None:
    """Plain forms: each answers with a redirect to the cluster that has come of it."""
    impure_scene(scene)
    one, other = two(own_api)
    merged = own_api.post(f"/clusters/{one}/merge", data={"other": f" {other} ", "actor": "ann"}, headers=OURS)
    assert (merged.status_code, merged.headers["location"]) == (303, f"/clusters/{one}#grouping")
    page = own_api.get(f"/clusters/{one}").text
    assert f"{other} merged into {one} by ann" in page
    assert "<script" not in page
    decision = own_api.get(f"/api/v1/clusters/{one}/decisions").json()["items"][0]["id"]
    assert f'name="decision" value="{decision}"' in page
    held = own_api.get(f"/api/v1/clusters/{one}/members").json()["items"]
    founder = next(member["fingerprint"] for member in held if member["fingerprint"].startswith(one))
    away = own_api.post(f"/clusters/{one}/split", data={"fingerprint": [founder]}, headers=OURS)
    assert away.status_code == 303
    assert one not in away.headers["location"]
    (signal,) = own_api.get("/api/v1/signals").json()["items"]
    for act, field in (("undo", {"decision": decision}), ("dismiss", {"signal": signal["id"]})):
        assert own_api.post(f"/clusters/{one}/{act}", data=field, headers=OURS).status_code == 303
    assert own_api.get("/api/v1/signals").json()["items"] == []


def test_the_page_says_what_cannot_be_done(own_api: Client) -> None:
    """The same page with the sentence at the top; unknown clusters get the page for these."""
    one, _ = two(own_api)
    refused = own_api.post(f"/clusters/{one}/split", data={"fingerprint": "abcdef"}, headers=OURS)
    assert refused.status_code == 422
    assert "smallest thing" in refused.text
    assert own_api.post("/clusters/nosuch/merge", data={"other": one}, headers=OURS).status_code == 404


@pytest.mark.parametrize("act", ["merge", "split", "undo", "dismiss"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_sites_form_is_refused(own_api: Client, act: str, origin: str) -> None:
    """A form on any page can post to localhost."""
    one, other = two(own_api)
    answer = own_api.post(f"/clusters/{one}/{act}", data={"other": other}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert two(own_api) == (one, other)


def test_our_pages_let_browsers_say_where_a_form_comes_from(api: Client) -> None:
    """With the referrer policy no-referrer a browser sends our own forms with the Origin "null"."""
    one, _ = two(api)
    assert api.get(f"/clusters/{one}").headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"{}", "application/json", 415), (b"a=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
     (b"a=1&" * 3_000, "application/x-www-form-urlencoded", 422),
     (b"\xff\xfe", "application/x-www-form-urlencoded", 422)],
)  # fmt: skip
def test_a_form_that_cannot_be_read_is_refused(own_api: Client, content: bytes, kind: str, status: int) -> None:
    """Another type, too large, too many fields, not text."""
    one, _ = two(own_api)
    headers = {"Content-Type": kind, **OURS}
    assert own_api.post(f"/clusters/{one}/split", content=content, headers=headers).status_code == status


def test_reports_stay_reachable_by_the_id_of_a_merged_cluster(own_api: Client) -> None:
    """And come back with it after an undo."""
    items = own_api.get("/api/v1/clusters").json()["items"]
    reported = next(item["id"] for item in items if item["type"] == "TypeError")
    other = next(item["id"] for item in items if item["id"] != reported)
    before = own_api.get(f"/api/v1/rca/{reported}").json()
    merged = own_api.post(f"/api/v1/clusters/{other}/merges", json={"others": [reported]}).json()
    assert own_api.get(f"/api/v1/rca/{reported}").json()["report_id"] == before["report_id"]
    assert own_api.get(f"/api/v1/rca/{other}").json()["report_id"] == before["report_id"]
    own_api.post("/api/v1/feedback", json={"cluster_id": other, "verdict": "accept"})
    assert len(own_api.get(f"/api/v1/rca/{other}").json()["verdicts"]) == 1
    own_api.post(f"/api/v1/decisions/{merged['id']}/undo")
    after = own_api.get(f"/api/v1/rca/{reported}").json()
    assert (after["report"], len(after["verdicts"])) == (before["report"], 1)
    assert own_api.get(f"/api/v1/rca/{other}").status_code == 404
