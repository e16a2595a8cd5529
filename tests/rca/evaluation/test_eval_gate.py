"""What the release gate lets through and what not, and in which words."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.database import Database
from connectors.errors import BadInputError
from rca.evaluation.baseline import accept, baseline_of
from rca.evaluation.evaluation import Evaluation, to_json
from rca.evaluation.gate import judge
from rca.evaluation.metrics import catalogue
from rca.evaluation.store import EvaluationStore
from tests.rca.evaluation.evaluations import good, judged, on_other_cases, reference


@pytest.fixture
def store(tmp_path: Path) -> EvaluationStore:
    database = Database(f"sqlite:///{tmp_path / 'metadata.db'}")
    database.migrate()
    return EvaluationStore(database)


def test_an_unchanged_run_passes() -> None:
    """Nothing forbids it, and nothing was left uncompared."""
    assert judged(good(), good()).sentences == []


@pytest.mark.parametrize("name", [name for name, definition in catalogue().items() if definition.unit != "ms"])
def test_a_metric_that_got_much_worse_is_named(name: str) -> None:
    """Every metric of the catalogue can fail the gate, by its name and title."""
    definition = catalogue()[name]
    worse = good(**{name.replace(".", "_", 1): 0.2 if definition.better == "higher" else 7.0})
    sentences = judged(worse, good()).sentences
    assert any(sentence.startswith(f"{name} ({definition.title})") for sentence in sentences)


def test_a_sentence_says_from_what_to_what_and_names_a_case() -> None:
    """With the reference and the tolerance."""
    [sentence] = judged(good(places_mrr=0.5), good(places_mrr=0.8)).sentences
    assert sentence == (
        "places.mrr (true place, mean reciprocal rank) went from 0.800 to 0.500 against the run before, beyond the "
        "tolerance (0.780): case-7"
    )


def test_a_little_worse_is_within_the_tolerance() -> None:
    """And is shown as that."""
    judgement = judged(good(places_mrr=0.79), good(places_mrr=0.8))
    assert judgement.sentences == []
    assert [change.verdict for change in judgement.changes if change.metric.name == "places.mrr"] == ["within"]


def test_slow_machines_do_not_fail_the_gate_but_slow_code_does() -> None:
    """Times are compared as a share, with a slack."""
    assert judged(good(latency_median=500.0), good()).sentences == []
    assert "latency.median" in judged(good(latency_median=9_000.0), good()).sentences[0]


def test_small_steps_down_are_stopped_by_the_baseline() -> None:
    """Each is within the tolerance of the one before, but not all together."""
    references = [reference(good(places_mrr=0.77)), reference(good(places_mrr=0.8), "the baseline")]
    [sentence] = judge(good(places_mrr=0.76), references).sentences
    assert "against the baseline" in sentence


@pytest.mark.parametrize("name", [name for name, definition in catalogue().items() if definition.needs == "always"])
def test_a_metric_without_cases_fails(name: str) -> None:
    """An empty measure is no success."""
    sentences = judged(good(**{name.replace(".", "_", 1): None}), good()).sentences
    assert [f"{name} ({catalogue()[name].title}) has no cases; it was not measured"] == sentences


def test_verdicts_may_be_missing_until_there_were_some() -> None:
    """A new installation has none; one that had them has lost them."""
    assert judged(good(verdicts_first=None), good(verdicts_first=None)).sentences == []
    [sentence] = judged(good(verdicts_first=None), good()).sentences
    assert sentence.startswith("verdicts.first (the place people confirmed is first) has no cases any more")


def test_bounds_hold_whatever_was_before() -> None:
    """A leak that was there yesterday is no excuse."""
    [sentence] = judged(good(redaction_leaked=2.0), good(redaction_leaked=2.0)).sentences
    assert sentence.startswith("redaction.leaked (planted values that reached an endpoint) is 2 and must be at most 0")


def test_what_could_not_be_measured_fails_with_its_words() -> None:
    """An empty file, a case that errored, an analyst that was not run."""
    broken = replace(good(), problems=["mine.jsonl holds no case"])
    assert judged(broken, good()).sentences == ["mine.jsonl holds no case"]


def test_nothing_to_compare_with_fails_but_may_be_compared_with() -> None:
    """The first run of a set becomes the reference of the second."""
    judgement = judged(good(), on_other_cases(good()))
    assert "nothing to compare with for places.first" in judgement.sentences[0]
    assert judgement.usable


def test_the_last_usable_run_on_the_same_cases_is_the_reference(store: EvaluationStore) -> None:
    """Not one that failed, not one of another analyst or set; the newest."""
    first = good(places_mrr=0.8)
    second = replace(good(places_mrr=0.81), at=first.at + timedelta(hours=1))
    failed = replace(good(places_mrr=0.1), at=first.at + timedelta(hours=2))
    others = replace(good(), at=first.at + timedelta(hours=3), data_set="other")
    for one in (first, second, failed, others):
        before = store.reference(one.analyst, one.data_set)
        store.save(one, judge(one, [before] if before else []))
    found = store.reference("deterministic", "set1")
    assert found is not None
    assert found.metrics["places.mrr"].value == 0.81
    assert found.name == "the run of 2026-03-01 05:00:00Z (0.1.0 cccccccccccc)"
    assert store.reference("model:m", "set1") is None


def test_a_run_that_a_person_accepts_is_compared_with(store: EvaluationStore) -> None:
    """Whatever the gate said of it."""
    worse = good(places_mrr=0.1)
    store.save(worse, judged(worse, good()), accepted=True)
    found = store.reference("deterministic", "set1")
    assert found is not None
    assert found.metrics["places.mrr"].value == 0.1


def test_the_history_holds_whole_results_newest_first(store: EvaluationStore) -> None:
    """Saving one twice leaves one."""
    first = good()
    second = replace(good(redaction_leaked=1.0), at=first.at + timedelta(hours=1))
    for one in (first, second, second):
        store.save(one, judged(one, first))
    found = store.history()
    assert [shown(one.evaluation) for one in found] == [shown(second), shown(first)]
    assert [one.usable for one in found] == [False, True]
    assert "redaction.leaked" in found[0].failures[0]
    assert store.history(analyst="model:m") == []


def test_what_is_accepted_is_read_back(tmp_path: Path) -> None:
    """Values, cases and data sets; other analysts' entries stay."""
    file = tmp_path / "baseline.toml"
    accept(good(places_mrr=0.123456), file)
    accept(replace(good(verdicts_first=None), analyst='model:"odd" name'), file)
    mine, other = baseline_of("deterministic", file), baseline_of('model:"odd" name', file)
    assert mine is not None
    assert other is not None
    assert (mine.metrics["places.mrr"].value, mine.metrics["places.mrr"].cases) == (0.123456, 13)
    assert "verdicts.first" not in other.metrics
    assert judge(good(places_mrr=0.123456), [mine]).sentences == []
    assert baseline_of("nobody", file) is None


def test_a_baseline_that_is_wrong_is_said(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "baseline.toml").write_text("[deterministic]\nmetrics = 3\n")
    with pytest.raises(BadInputError, match=r"baseline\.toml"):
        baseline_of("deterministic", tmp_path / "baseline.toml")
    (tmp_path / "baseline.toml").write_text("= nonsense")
    with pytest.raises(BadInputError, match="cannot be read"):
        baseline_of("deterministic", tmp_path / "baseline.toml")


def shown(evaluation: Evaluation) -> str:
    """Everything of an evaluation, comparable."""
    return json.dumps(to_json(evaluation))
