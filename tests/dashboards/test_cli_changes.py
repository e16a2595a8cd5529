"""Suspect commits as people see them: `firstcause changes`, in a report, on the page and in the API."""

import json
from pathlib import Path

import pytest

from dashboards.answers.rca import newest_or_made
from flows.settings import load_settings
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore
from tests.dashboards.conftest import Client
from tests.fakes.git_builder import GitBuilder

BEFORE = "def rate(tier):\n    return RATES[tier]\n\n\ndef old():\n    return 1\n"
AFTER = "def rate(tier):\n    return RATES[tier.upper()]\n\n\ndef fresh(a, b):\n    x = a + b\n    return x * 2\n"


@pytest.fixture
def builder(tmp_path: Path) -> GitBuilder:
    """Two tags; the second release fails in line 2, and main has fixed that since."""
    builder = GitBuilder(tmp_path / "shop")
    builder.commit({"rates.py": BEFORE})
    builder.git("tag", "v1")
    builder.commit({"readme.md": "password=hunter22secret9"}, "Words")
    builder.commit({"rates.py": AFTER}, "Upper case")
    builder.git("tag", "v2")
    builder.commit({"rates.py": AFTER.replace("tier.upper()", "str(tier).upper()")}, "Tiers may be numbers")
    return builder


def test_commits_between_two_refs_are_ranked(run, builder: GitBuilder) -> None:
    """With reasons, difference, what main did since, and the symbols that differ."""
    asked = ("changes", "rates.py:2", "--repo", str(builder.folder), "--from", "v1", "--to", "v2", "--json")
    answer = json.loads(run(*asked).out)
    first = answer["commits"][0]
    assert first["subject"] == "Upper case"
    assert first["reasons"][0] == "wrote the line of rate that was running, line 2"
    assert "+    return RATES[tier.upper()]" in first["diff"]
    assert [later["sentence"] for later in answer["later"]] == [
        "the failing line of rate was changed on main, not deployed: it may be fixed there"
    ]
    assert {(one["kind"], one["symbol"]) for one in answer["symbols"]} == {
        ("body", "rate"), ("added", "fresh"), ("removed", "old"),
    }  # fmt: skip


def test_people_read_the_same(run, builder: GitBuilder) -> None:
    """The likeliest commit first, secrets masked."""
    out = run("changes", "rates.py:2", "--repo", str(builder.folder), "--from", "v1", "--to", "v2").out
    assert out.index("Upper case") < out.index("Words")
    assert "it may be fixed there" in out
    assert "hunter22secret9" not in out


def test_without_places_every_commit_is_shown(run, builder: GitBuilder) -> None:
    """Newest first, as nothing sets them apart."""
    answer = json.loads(run("changes", "--repo", str(builder.folder), "--from", "v1", "--to", "v2", "--json").out)
    assert [commit["subject"] for commit in answer["commits"]] == ["Upper case", "Words"]


def test_without_an_older_ref_the_last_writers_are_shown(run, builder: GitBuilder) -> None:
    """Of the place alone."""
    answer = json.loads(run("changes", "rates.py:2", "--repo", str(builder.folder), "--to", "v2", "--json").out)
    assert [commit["subject"] for commit in answer["commits"]] == ["Upper case"]
    assert answer["good"] == ""


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ([], "give one cluster, or --repo DIR"),
        (["a.py:1", "b.py:2"], "give one cluster, or --repo DIR"),
        (["--repo", "."], "give an older commit, or a place"),
        (["--repo", ".", "--from", "nope"], "commit 'nope' is not in repository"),
        (["--repo", ".", "--from", "-x"], "not a git ref"),
        (["--repo", ".", "rates.py:99"], "rates.py has lines 1 to 7"),
        (["--repo", ".", "gone.py:1"], "'gone.py' is not a file"),
        (["--repo", "/nowhere", "a.py:1"], "is not a folder"),
    ],
)
def test_bad_input_is_one_clear_line(
    run, builder: GitBuilder, monkeypatch: pytest.MonkeyPatch, asked: list[str], says: str
) -> None:
    """With exit code 2."""
    monkeypatch.chdir(builder.folder)
    answer = run("changes", *asked)
    assert answer.code == 2
    assert says in answer.err
    assert answer.err.count("\n") == 1


@pytest.fixture
def analysed(scene: Path) -> str:
    """The cluster of the scene that a release brought in, analysed with both releases known."""
    with Workspace(load_settings(scene / "firstcause.toml")) as workspace:
        cluster = next(one for one in ClusterStore(workspace.database).list() if one.type == "TypeError")
        newest_or_made(workspace, cluster.id, again=True)
        return cluster.id


def test_a_report_shows_what_the_likeliest_commit_changed(run, scene: Path, analysed: str) -> None:
    """In the terminal, under the commit."""
    out = run("explain", analysed, at=scene).out
    assert "Forgive missing prices" in out
    assert "-    return prices[sku]" in out
    assert "+    return prices.get(sku)" in out


def test_the_commits_of_a_cluster(run, scene: Path, analysed: str) -> None:
    """The same ranking, made now, with the symbols of the two releases."""
    answer = json.loads(run("changes", analysed, "--json", at=scene).out)
    assert answer["commits"][0]["subject"] == "Forgive missing prices"
    assert [(one["kind"], one["symbol"]) for one in answer["symbols"]] == [("body", "price_of")]
    assert len(answer["good"]) == len(answer["failing"]) == 40


def test_page_and_api_show_the_difference(scene: Path, analysed: str) -> None:
    """Lines that came and went are told apart, and their text is escaped."""
    with Workspace(load_settings(scene / "firstcause.toml")) as workspace:
        client = Client(workspace)
        page = client.get(f"/clusters/{analysed}").text
        changes = client.get(f"/api/v1/rca/{analysed}").json()["changes"]
        now = client.get(f"/api/v1/rca/{analysed}/changes").json()
    assert '<span class="removed">-    return prices[sku]</span>' in page
    assert '<span class="added">+    return prices.get(sku)</span>' in page
    assert "+    return prices.get(sku)" in changes[0]["diff"]
    assert now["commits"] == changes
    assert [symbol["symbol"] for symbol in now["symbols"]] == ["price_of"]
