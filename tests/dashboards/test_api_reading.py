"""GET endpoints of /api/v1 over a small real workspace."""

from pathlib import Path

import pytest


@pytest.fixture
def cluster_id(api) -> str:
    return next(item["id"] for item in api.get("/api/v1/clusters").json()["items"] if item["type"] == "TypeError")


def test_clusters_are_paged_with_a_total(api) -> None:
    """limit and offset cut the list, total counts all of it."""
    page = api.get("/api/v1/clusters", params={"limit": 1, "offset": 1}).json()
    assert (len(page["items"]), page["total"], page["limit"], page["offset"]) == (1, 2, 1, 1)


def test_a_page_past_the_end_is_empty_and_still_knows_the_total(api) -> None:
    """An offset too large is no error."""
    page = api.get("/api/v1/clusters", params={"offset": 100}).json()
    assert (page["items"], page["total"]) == ([], 2)


@pytest.mark.parametrize(
    ("asked", "types"),
    [
        ({"service": "orders"}, ["TypeError"]),
        ({"version": "7"}, ["java.lang.IllegalStateException"]),
        ({"environment": "nowhere"}, []),
        ({"text": "pool exhausted"}, ["java.lang.IllegalStateException"]),
        ({"status": "resolved"}, []),
        ({"min_count": 5}, ["TypeError"]),
        ({"since": "2999-01-01T00:00:00Z"}, []),
        ({"sort": "count", "limit": 1}, ["TypeError"]),
    ],
)
def test_clusters_are_filtered(api, asked, types) -> None:
    """Each filter leaves what it says."""
    assert [item["type"] for item in api.get("/api/v1/clusters", params=asked).json()["items"]] == types


def test_one_cluster_holds_its_trace_with_the_culprit_marked(api, cluster_id: str) -> None:
    """A unique beginning of the id is enough; times are RFC 3339 in UTC."""
    cluster = api.get(f"/api/v1/clusters/{cluster_id[:6]}").json()
    culprits = [frame["function"] for frame in cluster["chain"][0]["frames"] if frame["culprit"]]
    assert (cluster["id"], culprits) == (cluster_id, ["total"])
    assert cluster["first_seen"].endswith("Z")
    assert sum(one["count"] for one in cluster["activity"]) == cluster["count"] == 10
    assert cluster["members"][0]["parts"]


def test_the_report_comes_with_all_it_rests_on(api, cluster_id: str) -> None:
    """Report, evidence that it cites, suspects and commits in one answer."""
    answer = api.get(f"/api/v1/rca/{cluster_id}").json()
    cause = answer["report"]["root_cause"]
    assert (cause["file"], cause["symbol"]) == ("shop/cart.py", "total")
    assert {one["evidence_id"] for one in cause["evidence"]} <= {item["id"] for item in answer["evidence"]}
    assert answer["suspects"][0]["reasons"]
    assert answer["changes"][0]["subject"] == "Forgive missing prices"


def test_a_cluster_without_a_report_is_a_404_that_says_what_to_do(api) -> None:
    """Nothing is made by a GET."""
    other = next(item["id"] for item in api.get("/api/v1/clusters").json()["items"] if item["type"] != "TypeError")
    answer = api.get(f"/api/v1/rca/{other}")
    assert answer.status_code == 404
    assert "explain" in answer.json()["detail"]


def test_search_answers_lines_exceptions_and_a_histogram(api) -> None:
    """The counts of the bins add up to the total."""
    found = api.get("/api/v1/search", params={"q": "failed", "service": "orders", "limit": 3}).json()
    assert (len(found["logs"]), found["logs_total"], found["more_exceptions"]) == (3, 10, True)
    assert sum(one["count"] for one in found["histogram"]["bins"]) == 10
    assert {one["type"] for one in found["exceptions"]} == {"TypeError"}


def test_search_refuses_a_window_that_ends_before_it_starts(api) -> None:
    """Such a window is bad input, not an empty answer."""
    window = {"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"}
    assert api.get("/api/v1/search", params=window).status_code == 422
    assert api.get("/api/v1/search", params={"start": "2026-03-02T00:00:00"}).status_code == 422


def test_code_is_read_at_the_commit_of_a_release(api) -> None:
    """A service and a version name the commit: each version shows its own line."""
    lines = {}
    for version in ("1.0", "1.1"):
        asked = {"service": "orders", "version": version, "first": 6, "last": 6, "mark": "6"}
        file = api.get("/api/v1/code/shop/cart.py", params=asked).json()
        assert (file["total_lines"], file["language"]) == (14, "python")
        lines[version] = file["lines"]
    assert lines["1.0"] == [{"number": 6, "text": "    return prices[sku]", "marked": True}]
    assert lines["1.1"] == [{"number": 6, "text": "    return prices.get(sku)", "marked": True}]


def test_code_is_found_by_the_path_that_production_prints(api) -> None:
    """A frame's absolute path leads to the file in the tree."""
    file = api.get("/api/v1/code//app/shop/cart.py", params={"repository": "shop", "mark": "4-6"})
    assert file.status_code == 200, file.text
    assert file.json()["path"] == "shop/cart.py"
    assert [line["number"] for line in file.json()["lines"] if line["marked"]] == [4, 5, 6]


@pytest.mark.parametrize(
    "path",
    [
        "../firstcause.toml",
        "..%2Ffirstcause.toml",
        "%2e%2e/firstcause.toml",
        "shop/../../firstcause.toml",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        ".git/config",
        "shop",
        "shop/cart.py%00.txt",
        "-oops",
        "HEAD:shop/cart.py",
    ],
)
def test_only_files_of_the_tree_can_be_read(api, built: Path, path: str) -> None:
    """No path leads out of the commit's tree, whatever it is spelled like."""
    answer = api.get(f"/api/v1/code/{path}", params={"repository": "shop"})
    assert answer.status_code == 404
    assert "embeddings" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("ref", ["v9.9", "--help", "../main", "main:shop", "deadbeef", "a b"])
def test_a_commit_that_is_not_there_is_said(api, ref: str) -> None:
    """An unknown or malformed ref is the asker's mistake, never an error of the server."""
    answer = api.get("/api/v1/code/shop/cart.py", params={"repository": "shop", "commit": ref})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_services_and_releases_are_listed(api) -> None:
    """Services with their deployments, releases newest first and by service."""
    services = {one["name"]: one for one in api.get("/api/v1/services").json()["items"]}
    releases = api.get("/api/v1/releases", params={"service": "orders"}).json()
    assert set(services) == {"orders", "stock"}
    assert [one["version"] for one in releases["items"]] == ["1.1", "1.0"]
    assert services["orders"]["deployments"][0]["commit"] == releases["items"][0]["commit"]


def test_health_and_readiness(api) -> None:
    """Health says the version, readiness looks at the stores."""
    assert api.get("/api/v1/health").json()["status"] == "ok"
    ready = api.get("/api/v1/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert {part["name"] for part in ready.json()["parts"]} == {"database", "warehouse"}


def test_the_schema_describes_every_answer(api) -> None:
    """What the web dashboard's types are made from: typed 2xx answers, problem details for errors."""
    schema = api.get("/api/v1/openapi.json").json()
    assert "Problem" in schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            assert good, (path, method)
            assert all("$ref" in one["content"]["application/json"]["schema"] for one in good if "content" in one)
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            assert "422" not in operation["responses"]


def test_the_pages_show_clusters_cause_and_code(api, cluster_id: str) -> None:
    """The list links to the cluster, whose page holds the cause and the marked line."""
    assert f"/clusters/{cluster_id}" in api.get("/").text
    page = api.get(f"/clusters/{cluster_id}").text
    assert "shop/cart.py" in page
    assert '<span class="line marked">' in page
    assert api.get("/clusters/ffffffff").status_code == 404
    assert "no cluster" in api.get("/clusters/ffffffff").text


def test_pages_escape_what_logs_say(api) -> None:
    """A message with a script element is shown, not run, and no script could run anyway."""
    other = next(item["id"] for item in api.get("/api/v1/clusters").json()["items"] if item["type"] != "TypeError")
    page = api.get(f"/clusters/{other}")
    assert "<script" not in page.text
    assert "&lt;script&gt;alert" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
