"""`firstcause backtest-grouping` over a small real workspace."""

import json
from pathlib import Path


def test_the_strategy_in_use_changes_nothing(run, built: Path) -> None:
    """What is stored was made by it; the newest events are read again as well."""
    found = json.loads(run("backtest-grouping", "--json", at=built).out)
    assert found["unchanged"] == found["clusters"] == 2
    assert found["traces"] > found["clusters"]
    assert (found["merges"], found["splits"], found["conflicts"]) == ([], [], [])


def test_a_rule_file_is_tried_before_it_is_switched_on(run, built: Path, tmp_path: Path) -> None:
    """Both faults under one type and name would be one; clusters are as they were afterwards."""
    rules = tmp_path / "my.rules"
    rules.write_text("alias * type .* -> Fault\nrename * function .* -> call\nrename * file .+ ->\n")
    before = run("clusters", "--json", at=built).out
    seen = run("backtest-grouping", "--rules", str(rules), "--events", "0", at=built)
    assert seen.code == 0
    assert "Would be one cluster (1)" in seen.out
    assert "told apart before by" in seen.out
    assert "Nothing was changed" in seen.out.replace("\n", " ")
    assert run("clusters", "--json", at=built).out == before


def test_a_wrong_rule_is_told_with_its_line(run, built: Path, tmp_path: Path) -> None:
    """Exit code 2 and one sentence."""
    rules = tmp_path / "my.rules"
    rules.write_text("\nignore everything please\n")
    seen = run("backtest-grouping", "--rules", str(rules), at=built)
    assert seen.code == 2
    assert f"{rules}:2" in seen.err.replace("\n", "")


def test_an_unknown_strategy_is_refused(run, built: Path) -> None:
    """The message names the valid ones."""
    seen = run("backtest-grouping", "--strategy", "1999-01-01", at=built)
    assert seen.code == 2
    assert "2026-11-21" in seen.err
