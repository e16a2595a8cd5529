"""`firstcause clusters`, `show`, `explain`, `search`, `services`, `releases`, `doctor` over a small real workspace."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def cluster_id(run, built: Path) -> str:
    items = json.loads(run("clusters", "--json", at=built).out)["items"]
    return next(item["id"] for item in items if item["type"] == "TypeError")


def test_clusters_lists_every_fault_with_its_culprit(run, built: Path) -> None:
    """The table names the type, the blamed function and the service."""
    seen = run("clusters", at=built)
    assert seen.code == 0
    assert "TypeError" in seen.out
    assert "total /app/shop/cart.py:13" in seen.out
    assert "orders, prod" in seen.out


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_line_is_wider_than_the_terminal(run, built: Path, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and reports fit the width they are given."""
    monkeypatch.setenv("COLUMNS", columns)
    for command in (["clusters"], ["services"], ["releases"], ["search", "order"], ["doctor"]):
        lines = run(*command, at=built).out.splitlines()
        assert lines
        assert max(len(line) for line in lines) <= int(columns)


def test_clusters_pages_and_counts_all(run, built: Path) -> None:
    """A page of one says that there are two."""
    page = json.loads(run("clusters", "--limit", "1", "--offset", "1", "--json", at=built).out)
    assert (len(page["items"]), page["total"], page["offset"]) == (1, 2, 1)


def test_clusters_filters(run, built: Path) -> None:
    """A service's clusters are its own; an unknown one has none, which is said."""
    items = json.loads(run("clusters", "--service", "stock", "--json", at=built).out)["items"]
    assert [item["type"] for item in items] == ["java.lang.IllegalStateException"]
    assert run("clusters", "--service", "nobody", at=built).out == "No cluster matches.\n"


def test_an_empty_store_says_how_to_fill_it(run, tmp_path: Path) -> None:
    """The first `firstcause clusters` of all is an invitation, not an error."""
    (tmp_path / "firstcause.toml").write_text("")
    seen = run("clusters", at=tmp_path)
    assert seen.code == 0
    assert "firstcause ingest" in seen.out.replace("\n", " ")


def test_show_marks_the_culprit_frame(run, built: Path, cluster_id: str) -> None:
    """A short beginning of the id is enough, and one frame carries the mark."""
    seen = run("show", cluster_id[:5], at=built)
    assert seen.code == 0
    assert [line.strip() for line in seen.out.splitlines() if "▶" in line] == ["▶ total  /app/shop/cart.py:13"]
    assert "1.1 (10)" in seen.out


def test_show_as_json_holds_the_chain(run, built: Path, cluster_id: str) -> None:
    """The JSON is the API's cluster, culprit included."""
    cluster = json.loads(run("show", cluster_id, "--json", at=built).out)
    frames = cluster["chain"][0]["frames"]
    assert [frame["culprit"] for frame in frames] == [False, True]
    assert cluster["first_seen"].endswith("Z")


def test_explain_puts_the_cause_first_with_its_line_marked(run, built: Path, cluster_id: str) -> None:
    """Cause, then fixes, then checks, then evidence with ids."""
    seen = run("explain", cluster_id, at=built)
    assert seen.code == 0
    order = [seen.out.index(f"\n{head}\n") for head in ("Cause", "Fixes", "Next checks", "Evidence")]
    assert order == sorted(order)
    assert "13 ▶         cost += price_of(sku, prices) * amount" in seen.out
    assert "E1" in seen.out


def test_search_finds_words_and_says_how_many(run, built: Path) -> None:
    """Phrases in quotes, a severity, and the number of matching lines."""
    found = json.loads(run("search", '"order 12 failed"', "--level", "error", "--json", at=built).out)
    assert found["logs_total"] == 1
    assert found["logs"][0]["trace_id"]
    assert [one["type"] for one in found["exceptions"]] == ["TypeError"]
    assert found["exceptions"][0]["cluster_id"]


def test_search_by_trace_id_finds_its_exception(run, built: Path) -> None:
    """Exceptions know no trace id where logs do; they are found through their events."""
    line = json.loads(run("search", '"order 12 failed"', "--json", at=built).out)["logs"][0]
    found = json.loads(run("search", "--trace-id", line["trace_id"], "--json", at=built).out)
    assert [one["event_id"] for one in found["exceptions"]] == [line["event_id"]]


def test_a_log_line_cannot_steer_the_terminal(run, built: Path) -> None:
    """Escape sequences and bells in a log are shown as replacement characters."""
    seen = run("search", "bell", at=built)
    assert "red" in seen.out
    assert "\x1b" not in seen.out
    assert "\x07" not in seen.out


def test_search_refuses_times_nobody_can_read(run, built: Path) -> None:
    """A wrong --since is one sentence and exit code 2."""
    seen = run("search", "x", "--since", "yesterdayish", at=built)
    assert (seen.code, seen.err.count("\n")) == (2, 1)
    assert "yesterdayish" in seen.err


def test_services_and_releases_know_versions_and_commits(run, built: Path) -> None:
    """Services come from logs with the commit of their release; releases newest first."""
    services = json.loads(run("services", "--json", at=built).out)["items"]
    orders = next(service for service in services if service["name"] == "orders")
    releases = json.loads(run("releases", "--json", at=built).out)["items"]
    assert [release["version"] for release in releases] == ["1.1", "1.0"]
    assert orders["deployments"][0]["commit"] == releases[0]["commit"]
    assert orders["repository"] == "shop"


def test_doctor_finds_nothing_wrong_with_a_good_workspace(run, built: Path) -> None:
    """Every check is ok or a note, and the exit code is 0."""
    seen = run("doctor", at=built)
    assert (seen.code, "PROBLEM" in seen.out) == (0, False)
    assert "repo shop" in seen.out


def test_doctor_says_what_to_do_about_a_missing_repository(run, scene: Path) -> None:
    """A problem is named with its remedy, and the exit code is 1."""
    config = scene / "firstcause.toml"
    config.write_text(config.read_text().replace('path = "repo"', 'path = "gone"'))
    checks = run("doctor", "--json", at=scene)
    problem = next(check for check in json.loads(checks.out) if check["state"] == "problem")
    assert checks.code == 1
    assert "gone" in problem["says"]
    assert problem["do"]


def test_doctor_shows_no_password(run, scene: Path) -> None:
    """URLs are shown without what stands before the @."""
    config = scene / "firstcause.toml"
    config.write_text('warehouse = "clickhouse://fc:hunter2@127.0.0.1:1/logs"\n' + config.read_text())
    assert "hunter2" not in run("doctor", at=scene).out


def test_doctor_reports_settings_that_cannot_be_read(run, tmp_path: Path) -> None:
    """An unknown key is a problem, not a crash."""
    (tmp_path / "firstcause.toml").write_text("colour = 'blue'")
    seen = run("doctor", "--json", at=tmp_path)
    assert seen.code == 1
    assert "colour" in json.loads(seen.out)[0]["says"]
