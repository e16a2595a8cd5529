"""`firstcause eval`, its history, the page and the API over stored evaluations."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dashboards.answers.evaluations import runs, trends
from dashboards.commands.evaluate import Asked, evaluate, options_of
from dashboards.web.plot import plot
from flows.settings import CONFIG_VARIABLE, Settings
from flows.wiring import Workspace
from rca.evaluation.store import EvaluationStore
from tests.dashboards.conftest import Client
from tests.rca.evaluation.evaluations import good, judged, some_attacks, some_cases


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Workspace]:
    """Three runs of the rules, long ago: sound, leaking, sound again without verdicts; and one of a model."""
    with Workspace(Settings(state_dir=tmp_path, embeddings="none")) as opened:
        store, first = EvaluationStore(opened.database), good(places_mrr=0.5)
        later = [
            replace(good(redaction_leaked=1.0), at=first.at + timedelta(days=1)),
            replace(good(verdicts_first=None), at=first.at + timedelta(days=2)),
            replace(good(), at=first.at + timedelta(days=3), analyst="model:<m>"),
        ]
        for one in (first, *later):
            store.save(one, judged(one, first))
        yield opened


def test_the_page_plots_every_metric_and_says_what_is_wrong(stored: Workspace) -> None:
    """Inline SVG that is well formed, runs, tables, a missed night; names are escaped."""
    answer = Client(stored).get("/evaluations")
    assert answer.status_code == 200
    html = answer.text
    figures = html.split("<svg")[1:]
    assert len(figures) > 40
    for figure in figures:
        ElementTree.fromstring("<svg" + figure.split("</svg>")[0] + "</svg>")
    assert "nightly evaluations are being skipped" in html
    assert "model:&lt;m&gt;" in html
    assert "verdicts.first (the place people confirmed is first) has no cases any more" in html
    assert "By project" in html
    assert 'href="/evaluations"' in Client(stored).get("/").text


def test_the_page_without_any_run_says_how_to_get_one(tmp_path: Path) -> None:
    """A new installation."""
    with Workspace(Settings(state_dir=tmp_path, embeddings="none")) as opened:
        assert "Nothing was evaluated yet" in Client(opened).get("/evaluations").text


def test_the_api_lists_runs_newest_first(stored: Workspace) -> None:
    """With values, cases and the gate's sentences."""
    answer = Client(stored).get("/api/v1/evaluations", params={"limit": 3}).json()
    assert answer["total"] == 4
    found = answer["items"]
    assert [run["gate"] for run in found] == ["passed", "failed", "failed"]
    assert found[0]["analyst"] == "model:<m>"
    assert "redaction.leaked" in found[2]["failures"][0]
    assert {metric["name"]: metric["value"] for metric in found[2]["metrics"]}["redaction.leaked"] == 1.0


def test_a_plot_runs_from_left_to_right_and_breaks_where_nothing_was_measured(stored: Workspace) -> None:
    """A share of 1 touches the top, 0 the bottom; a gap is no line."""
    own = [run for run in runs(stored, 10) if run.analyst == "deterministic"]
    by_name = {trend.name: trend for trend in trends(own)}
    shown = plot(by_name["verdicts.first"])
    assert by_name["verdicts.first"].values == [1.0, 1.0, None]
    assert len(shown.points) == 2
    assert len(shown.lines) == 1
    assert shown.points[0].x < shown.points[1].x
    assert shown.points[0].y == 4.0
    assert plot(by_name["claims.unsupported"]).points[0].y == 56.0


def test_the_history_in_the_terminal_has_runs_and_trends(run, stored: Workspace, tmp_path: Path) -> None:
    """By analyst; JSON has everything."""
    (tmp_path / "firstcause.toml").write_text('state_dir = "."\n')
    seen = run("eval", "--history", at=tmp_path)
    assert seen.code == 0
    assert "deterministic: 3 runs" in seen.out
    assert "model:<m>: 1 run," in seen.out
    assert "██·" in seen.out
    newest, *_ = json.loads(run("eval", "--history", "--json", at=tmp_path).out)
    assert newest["gate"] == "passed"


def test_a_case_file_that_is_wrong_is_told_with_its_line(run, tmp_path: Path) -> None:
    """Exit code 2; nothing was evaluated."""
    (tmp_path / "firstcause.toml").write_text('state_dir = "."\n')
    (tmp_path / "mine.jsonl").write_text('{"id": "a"}\n')
    seen = run("eval", "--cases", str(tmp_path / "mine.jsonl"), at=tmp_path)
    assert seen.code == 2
    assert "mine.jsonl, line 1: trace: Field required" in seen.err.replace("\n", " ")
    assert run("eval", "--predict", at=tmp_path).code == 2


def test_the_gate_ends_with_1_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty case file beside cases that are well; the table comes all the same, and JSON when it is asked for."""
    (tmp_path / "firstcause.toml").write_text('state_dir = "."\nembeddings = "none"\n')
    (tmp_path / "mine.jsonl").write_text("")
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "firstcause.toml"))
    options = replace(options_of([tmp_path / "mine.jsonl"], "", False, None), shipped=some_cases, attacks=some_attacks)
    assert evaluate(Asked(options, gate=True), as_json=False) == 1
    seen = capsys.readouterr()
    assert f"firstcause: gate: {tmp_path / 'mine.jsonl'} holds no case." in seen.err
    assert "true place first" in seen.out
    assert evaluate(Asked(options), as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["gate"]["passed"] is False
    assert {change["metric"] for change in found["changes"]} >= {"places.first", "redaction.leaked"}
