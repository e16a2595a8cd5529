"""The gate over real evaluations, and over the same product broken on purpose: each fails with the right sentence."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import UnavailableError
from connectors.pseudonyms import Policy
from rca.analysis import analyse
from rca.analysts import Draft
from rca.analysts.deterministic import DeterministicAnalyst
from rca.analysts.model_analyst import ModelAnalyst
from rca.confidence import Judged
from rca.evaluation.cases import CaseSet, EvaluationCase, read_cases
from rca.evaluation.evaluation import Evaluation
from rca.evaluation.listening import ListeningModel
from rca.evaluation.measures.redaction import redaction_metrics
from rca.evaluation.metrics import Metric
from rca.evaluation.preparing import Bench
from rca.evaluation.runner import Wanted, evaluate
from rca.material import Material
from rca.report import Citation
from rca.result import AnalysisResult
from tests.rca.evaluation.evaluations import CHOSEN, judged, some_attacks, some_cases

pytestmark = pytest.mark.slow

POLICY = Policy(b"k" * 32)


def hidden_well(bench: Bench, folder: Path, policy: Policy) -> list[Metric]:
    """What the redaction measure gives when nothing leaks, where a test is about something else."""
    values = {"leaked": 0.0, "recall": 1.0, "overmasked": 0.0}
    return [Metric(f"redaction.{name}", value, 168, "r") for name, value in values.items()]


WANTED = Wanted(sets=[some_cases()], policy=POLICY, attacks=some_attacks, redaction=hidden_well, ablate=False)
PLANTING = replace(WANTED, redaction=redaction_metrics, ablate=True)


@pytest.fixture(scope="module")
def sound() -> Evaluation:
    """The product as it is."""
    return evaluate(WANTED)


@pytest.fixture(scope="module")
def whole() -> Evaluation:
    """The same with values planted for real."""
    return evaluate(PLANTING)


def sentences(broken: Evaluation, sound: Evaluation) -> list[str]:
    return judged(broken, sound).sentences


def about(name: str, broken: Evaluation, sound: Evaluation) -> str:
    """The one sentence of the gate on a metric."""
    [found] = [sentence for sentence in sentences(broken, sound) if sentence.startswith(f"{name} ")]
    return found


def test_every_measure_has_cases(whole: Evaluation) -> None:
    """Or is one that only verdicts can give."""
    empty = {metric.name for metric in whole.metrics if metric.value is None}
    assert empty <= {"verdicts.first", "verdicts.repeated", "confidence.error"}
    assert whole.problems == []
    leaked = whole.metric("redaction.leaked")
    assert leaked is not None
    assert (leaked.value, leaked.cases) == (0.0, 168)


def test_the_ablation_says_what_a_signal_is_worth(whole: Evaluation) -> None:
    """The catalog's fault is found by what its release changed, and lost without that."""
    [table] = [table for table in whole.tables if table.name == "ablation"]
    rows = {row["left out"]: row for row in table.rows}
    assert rows["(nothing)"]["change of mrr"] == 0.0
    assert rows["changed_blocks"]["change of mrr"] < 0
    assert rows["changed_blocks"]["spoke in"] == 3


def test_the_same_product_passes_again(sound: Evaluation) -> None:
    """Measuring twice gives the same, and the gate has nothing to say."""
    assert sentences(evaluate(WANTED), sound) == []


def test_a_worse_ranker_fails(sound: Evaluation) -> None:
    """Suspects turned round: the true place goes from first to last."""

    def turned(case: object, **options: object) -> AnalysisResult:
        result = analyse(case, **options)  # type: ignore[arg-type]  # handed on as they came
        return replace(result, suspects=result.suspects[::-1])

    said = about("places.first", evaluate(replace(WANTED, analyse=turned)), sound)
    assert "(true place first) went from" in said
    assert "beyond the tolerance" in said
    assert "shop-withdrawn-product: first is" in said


class Inventing(DeterministicAnalyst):
    """Cites words that nobody logged."""

    def write(self, material: Material) -> Draft:
        draft = super().write(material)
        invented = Citation(evidence_id="E1", quote="the database was on fire")
        evidence = [*draft.claims.evidence, invented]
        return replace(draft, claims=draft.claims.model_copy(update={"evidence": evidence}))


def test_an_analyst_that_invents_a_quote_fails(sound: Evaluation) -> None:
    """Verification drops the quote, and the share of dropped claims gives the analyst away."""
    said = about("claims.unsupported", evaluate(replace(WANTED, analyst=Inventing())), sound)
    assert "(claims that verification dropped) went from 0.0 % to" in said
    assert "the database was on fire" in said


def test_a_verification_with_a_hole_fails(sound: Evaluation) -> None:
    """A quote that stands in no evidence and is in the report all the same."""

    def unchecked(case: object, **options: object) -> AnalysisResult:
        result = analyse(case, **options)  # type: ignore[arg-type]  # handed on as they came
        invented = [Citation(evidence_id="E1", quote="the database was on fire")]
        return replace(result, report=result.report.model_copy(update={"evidence": invented}))

    said = about("citations.valid", evaluate(replace(WANTED, analyse=unchecked)), sound)
    assert "must be at least 100.0 %" in said
    assert "'the database was on fire' is not in E1" in said


def test_a_leak_fails(sound: Evaluation) -> None:
    """A policy that lets everything personal through; the sentence names the kind and not the value."""
    leaky = replace(PLANTING, policy=Policy(b"k" * 32, allow=(".*",)))
    said = about("redaction.leaked", evaluate(leaky), sound)
    assert "(planted values that reached an endpoint) is" in said
    assert "and must be at most 0: mail address in a log (log" in said
    assert "example.org" not in said


def test_over_masking_fails(whole: Evaluation) -> None:
    """Hiding every value is safe and of no use."""
    said = about(
        "redaction.overmasked", evaluate(replace(PLANTING, policy=Policy(b"k" * 32, mode="allow_list"))), whole
    )
    assert "harmless in a log" in said


def test_an_empty_case_file_fails(sound: Evaluation, tmp_path: Path) -> None:
    """Beside the shipped cases, which alone would have passed."""
    (tmp_path / "mine.jsonl").write_text("\n")
    broken = evaluate(replace(WANTED, sets=[some_cases(), read_cases(tmp_path / "mine.jsonl")]))
    assert sentences(broken, sound) == [f"{tmp_path / 'mine.jsonl'} holds no case"]


def test_no_cases_at_all_fails(sound: Evaluation) -> None:
    """Whatever else could be measured."""
    found = sentences(evaluate(replace(WANTED, sets=[])), sound)
    assert "no cases were given; nothing was evaluated" in found
    assert "places.first (true place first) has no cases; it was not measured" in found


def test_a_case_whose_code_is_gone_fails(sound: Evaluation) -> None:
    """By its id, and the others are measured."""
    gone = [case.model_copy(update={"ref": "v9"}) if case.id == CHOSEN[0] else case for case in some_cases().cases]
    broken = evaluate(replace(WANTED, sets=[CaseSet("some", "shipped", tuple(gone))]))
    assert any(said.startswith(f"case {CHOSEN[0]}: its code is not there") for said in sentences(broken, sound))
    places = broken.metric("places.first")
    assert places is not None
    assert places.cases == 2


def test_a_case_that_errors_fails(sound: Evaluation) -> None:
    """With the error's words."""

    def failing(case: object, **options: object) -> AnalysisResult:
        raise UnavailableError("the disk is gone")

    found = sentences(evaluate(replace(WANTED, analyse=failing)), sound)
    assert any("UnavailableError: the disk is gone" in said and CHOSEN[0] in said for said in found)


def test_a_model_that_never_answered_fails(sound: Evaluation) -> None:
    """The rules wrote its reports, so nothing was learnt about it."""
    silent = ModelAnalyst({"m": ListeningModel()}, redaction=POLICY, sleep=lambda _: None)
    found = evaluate(replace(WANTED, analyst=silent))
    assert found.analyst == "model:m"
    said = about("analyst.answered", found, sound)
    assert "is 0.0 % and must be at least 100.0 %" in said
    assert "Fallback" in said


def test_words_on_confidence_are_measured() -> None:
    """Two of three rejected at 0.9: the gap is what was stated too much."""
    words = [Judged(0.9, 1.0), Judged(0.9, 0.0), Judged(0.9, 0.0)]
    empty = CaseSet(
        "one", "shipped", (EvaluationCase.model_validate({"id": "a", "trace": "x", "truth": {"exceptions": []}}),)
    )
    found = evaluate(replace(WANTED, sets=[empty], judged=words)).metric("confidence.error")
    assert found is not None
    assert found.value == pytest.approx(0.9 - 1 / 3, abs=1e-3)
    assert found.cases == 3
