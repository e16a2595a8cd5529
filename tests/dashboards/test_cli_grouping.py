"""`firstcause merge`, `split`, `undo`, `dismiss`, and what `show` and `clusters` say about grouping."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.settings import load_settings
from flows.steps.cluster import cluster_pages
from flows.wiring import Workspace
from tests.dashboards import scenes

USUAL = "java.lang.ArithmeticException: gone\n\tat com.shop.Cart.add(Cart.java:7)\n\tat com.shop.Web.go(Web.java:3)\n"
NEW = USUAL.replace("Cart.java:7", "Cart.java:31")


def impure_scene(folder: Path) -> None:
    """Clusters a fault that begins to fail at another line, into the scene in `folder`."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    bodies = [USUAL] * 80 + [USUAL, NEW] * 15
    events = [(start + timedelta(minutes=n), "carts", "3", "ERROR", body) for n, body in enumerate(bodies)]
    with Workspace(load_settings(folder / "firstcause.toml")) as workspace:
        scenes.store_page(workspace, scenes.rows(events, "page2"), "page2", 1)
        cluster_pages(workspace)


def ids(run, scene: Path) -> dict[str, str]:
    """type -> cluster id."""
    items = json.loads(run("clusters", "--json", at=scene).out)["items"]
    return {item["type"].rpartition(".")[2]: item["id"] for item in items}


def two(run, scene: Path) -> tuple[str, str]:
    first, second = sorted(ids(run, scene).values())[:2]
    return first, second


def test_merge_split_and_undo_from_the_terminal(run, scene: Path) -> None:
    """Each says what it did and how to take it back."""
    one, other = two(run, scene)
    merged = run("merge", one[:6], other[:6], "--note", "same outage", "--author", "ann", at=scene)
    assert (merged.code, f"{other} is part of {one} now" in merged.out) == (0, True)
    assert list(ids(run, scene).values()) == [one]
    shown = run("show", other, at=scene).out
    assert f"Cluster {other} is part of this one" in shown
    assert "Why is this grouped?" in shown
    assert "same outage" in shown
    decision = json.loads(run("show", one, "--why", "--json", at=scene).out)["decisions"][0]["id"]
    undone = run("undo", decision, at=scene)
    assert (undone.code, undone.out.startswith("Undone:")) == (0, True)
    assert sorted(ids(run, scene).values()) == sorted([one, other])


def test_a_split_names_the_new_cluster(run, scene: Path) -> None:
    """As JSON too."""
    one, other = two(run, scene)
    run("merge", one, other, at=scene)
    third = json.loads(run("show", one, "--json", at=scene).out)
    founder = next(m["fingerprint"] for m in third["members"] if m["fingerprint"].startswith(one))
    made = json.loads(run("split", one, founder[:12], "--json", at=scene).out)
    assert made["fingerprints"] == [founder]
    assert made["result_id"] in ids(run, scene).values()


def test_why_shows_every_part(run, scene: Path) -> None:
    """What counts, what does not, and the hint of each."""
    cluster_id = ids(run, scene)["TypeError"]
    shown = run("show", cluster_id, "--why", at=scene).out
    assert "✓ type: TypeError" in shown
    assert "the exception's type" in shown.replace("\n", " ")
    assert "· message" in shown


@pytest.mark.parametrize(
    "arguments",
    [("merge", "{one}", "{one}"), ("merge", "{one}", "nosuch"), ("split", "{one}", "abcdef"), ("undo", "nosuch"),
     ("dismiss", "nosuch"), ("merge", "{one}")],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line_and_code_2(run, scene: Path, arguments: tuple[str, ...]) -> None:
    """The terminal's contract for bad input."""
    one, _ = two(run, scene)
    seen = run(*(argument.format(one=one) for argument in arguments), at=scene)
    assert (seen.code, seen.out, seen.err.count("\n")) == (2, "", 1)


def test_an_impure_cluster_is_marked_and_can_be_dismissed(run, scene: Path) -> None:
    """In the list, at the top of its page, with the command that dismisses it."""
    impure_scene(scene)
    cluster_id = ids(run, scene)["ArithmeticException"]
    assert "impure" in run("clusters", at=scene).out
    shown = run("show", cluster_id, at=scene).out
    assert "Cart.java:31" in shown
    assert "Before: Cart.java:7 95 times" in " ".join(shown.split())
    signal = json.loads(run("show", cluster_id, "--why", "--json", at=scene).out)["signals"][0]["id"]
    assert run("dismiss", signal[:8], "--note", "a second way in", at=scene).code == 0
    assert "impure" not in run("clusters", at=scene).out
