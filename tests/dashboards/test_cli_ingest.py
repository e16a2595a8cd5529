"""`firstcause ingest`, `run` and `replay` on real input."""

import json
from pathlib import Path

import pytest

from tests.dashboards.test_cli_working import firstcause

LOG = """2026-03-01 12:00:00,001 INFO shop.http: GET /orders/1 200
2026-03-01 12:00:01,002 ERROR shop.http: order 2 failed
Traceback (most recent call last):
  File "/app/shop/cart.py", line 13, in total
    cost += price_of(sku, prices) * amount
TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
2026-03-01 12:00:02,003 INFO shop.http: GET /orders/3 200
"""


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder with nothing but settings and a log."""
    (tmp_path / "firstcause.toml").write_text('embeddings = "none"\n')
    (tmp_path / "shop.log").write_text(LOG)
    return tmp_path


def test_a_file_becomes_rows_and_a_cluster(run, fresh: Path) -> None:
    """An old file is taken in whole, and what the command line says about it is kept."""
    given = ["--service", "shop", "-e", "prod", "--version", "1.1", "--json"]
    done = json.loads(run("ingest", str(fresh / "shop.log"), *given, at=fresh).out)
    assert (done["ingest"]["rows"], done["clusters"]["exceptions"], len(done["clusters"]["new"])) == (3, 1, 1)
    cluster = json.loads(run("clusters", "--json", at=fresh).out)["items"][0]
    assert (cluster["services"], cluster["versions"]) == ({"shop": 1}, {"1.1": 1})


def test_the_same_file_again_adds_nothing(run, fresh: Path) -> None:
    """A second ingest of an unchanged file is a no-op that says so."""
    run("ingest", str(fresh / "shop.log"), at=fresh)
    assert "Nothing in it is new" in run("ingest", str(fresh / "shop.log"), at=fresh).out
    assert json.loads(run("search", "--json", at=fresh).out)["logs_total"] == 3


def test_standard_input_is_a_source(fresh: Path) -> None:
    """`cat log | firstcause ingest -` takes in what comes through the pipe."""
    done = firstcause("ingest", "-", "--service", "shop", "--json", at=fresh, given=LOG.encode())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ingest"]["rows"] == 3


def test_run_goes_through_all_stages(run, fresh: Path) -> None:
    """With a configured source one `firstcause run` ends in a cluster and a report on it."""
    config = fresh / "firstcause.toml"
    config.write_text(config.read_text() + '[[sources]]\nname = "shop"\nurl = "shop.log"\nservice = "shop"\n')
    seen = run("run", "--final", "--json", at=fresh)
    assert seen.code == 0
    found = json.loads(run("clusters", "--json", at=fresh).out)["items"][0]["id"]
    assert (
        "Cause" in run("explain", found, at=fresh).out or "not enough evidence" in run("explain", found, at=fresh).out
    )


def test_a_failing_source_is_told_and_does_not_stop_the_others(run, fresh: Path) -> None:
    """Exit code 1 and a sentence for the broken one, lines for the good one."""
    config = fresh / "firstcause.toml"
    config.write_text(
        config.read_text()
        + '[[sources]]\nname = "bad"\nurl = "nonsense://x"\n[[sources]]\nname = "shop"\nurl = "shop.log"\n'
    )
    seen = run("run", "ingest", "--final", at=fresh)
    assert seen.code == 1
    assert "source bad" in seen.out
    assert json.loads(run("search", "--json", at=fresh).out)["logs_total"] == 3


def test_replay_changes_nothing_that_was_right(run, fresh: Path) -> None:
    """Replaying the archive with the same program leaves the same rows and clusters."""
    run("ingest", str(fresh / "shop.log"), at=fresh)
    before = run("clusters", "--json", at=fresh).out
    assert run("replay", at=fresh).code == 0
    assert json.loads(run("search", "--json", at=fresh).out)["logs_total"] == 3
    assert run("clusters", "--json", at=fresh).out == before
