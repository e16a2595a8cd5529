"""`firstcause findings`: the JSON that other programs read, the table, rules of one's own, one line on bad input."""

import json
from pathlib import Path

import pytest

from flows.settings import load_settings
from flows.wiring import Workspace

LOG = """2026-11-21 04:00:00 INFO shop starting
2026-11-21 04:00:01 ERROR shop order 1 failed
Traceback (most recent call last):
  File "/app/shop.py", line 3, in write
    file.write(order)
OSError: [Errno 28] No space left on device
2026-11-21 04:00:02 WARN shop gremlins in the cellar
2026-11-21 04:00:03 ERROR shop order 2 failed: no space left on device
"""
GREMLINS = """[[rule]]
id = "own.gremlins"
topic = "gremlins"
title = "Gremlins"
severity = "low"
confidence = 0.5
patterns = ['\\bgremlins\\b']

[[rule]]
id = "disk.full"
enabled = false
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "app.log").write_text(LOG)
    (tmp_path / "rules.toml").write_text(GREMLINS)
    return tmp_path / "app.log"


def test_findings_are_an_object(run, log: Path) -> None:
    """Rule, severity, confidence, count, times, and lines of the input with their quotes."""
    answer = json.loads(run("findings", str(log), "--json").out)
    assert (answer["lines"], answer["events"]) == (8, 4)
    assert [(one["rule"], one["severity"], one["count"], one["seen"]) for one in answer["findings"]] == [
        ("disk.full", "critical", 2, "single")
    ]
    found = answer["findings"][0]
    assert (found["first_at"], found["last_at"]) == ("2026-11-21T04:00:01+00:00", "2026-11-21T04:00:03+00:00")
    assert {(one["line"], one["quote"]) for one in found["evidence"]} == {
        (2, "OSError: [Errno 28] No space left on device"),
        (8, "2026-11-21 04:00:03 ERROR shop order 2 failed: no space left on device"),
    }


def test_rules_of_ones_own_are_tried(run, log: Path) -> None:
    """One is added, a shipped one is off."""
    answer = json.loads(run("findings", str(log), "--rules", str(log.parent / "rules.toml"), "--json").out)
    assert [one["rule"] for one in answer["findings"]] == ["own.gremlins"]


def test_people_get_a_table(run, log: Path) -> None:
    """What it is, how sure, how often, when, the lines, what to do."""
    out = run("findings", str(log)).out
    assert out.startswith("1 of ")
    assert "A disk is full" in out
    assert "2 events, 2026-11-21T04:00:01+00:00 to 2026-11-21T04:00:03+00:00" in out
    assert "L8 2026-11-21 04:00:03 ERROR" in out


def test_a_log_without_times_has_none(run, tmp_path: Path) -> None:
    """Nothing is invented."""
    (tmp_path / "app.log").write_text("no space left on device\n")
    found = json.loads(run("findings", str(tmp_path / "app.log"), "--json").out)["findings"][0]
    assert (found["first_at"], found["evidence"][0]["at"]) == (None, None)


def test_an_empty_log_has_no_findings(run, tmp_path: Path) -> None:
    """And is no error."""
    (tmp_path / "app.log").write_text("")
    assert json.loads(run("findings", str(tmp_path / "app.log"), "--json").out)["findings"] == []


@pytest.mark.parametrize(("name", "text"), [("rules.toml", "[[rule]]\nid = 'x'\n"), ("none.toml", None)])
def test_a_wrong_rules_file_is_one_sentence(run, log: Path, name: str, text: str | None) -> None:
    """Exit code 2, one line that names the file."""
    if text is not None:
        (log.parent / name).write_text(text)
    ended = run("findings", str(log), "--rules", str(log.parent / name))
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert name in ended.err


def test_the_settings_name_files_beside_them(tmp_path: Path) -> None:
    """`findings` is relative to the settings file, and its rules are those of every analysis."""
    (tmp_path / "rules.toml").write_text(GREMLINS)
    (tmp_path / "firstcause.toml").write_text('findings = ["rules.toml"]\n')
    with Workspace(load_settings(tmp_path / "firstcause.toml")) as opened:
        rules = {rule.id for rule in opened.finding_rules}
    assert "own.gremlins" in rules
    assert "disk.full" not in rules


def test_doctor_names_a_wrong_rules_file(run, tmp_path: Path) -> None:
    """It is found before an analysis needs it."""
    (tmp_path / "firstcause.toml").write_text('findings = ["none.toml"]\n')
    checks = json.loads(run("--config", str(tmp_path / "firstcause.toml"), "doctor", "--json").out)
    found = [check for check in checks if check["name"] == "findings"]
    assert [(check["state"], "none.toml" in check["says"]) for check in found] == [("problem", True)]
