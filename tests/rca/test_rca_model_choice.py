"""Which model a case asks first, and why."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.llm import ModelAnswer, ModelRequest
from connectors.pseudonyms import Policy
from rca.analysis import prepare
from rca.analysts.model_analyst import ModelAnalyst
from rca.hardness import hard_because
from rca.material import Material
from rca.report import Severity
from tests.fakes.rca_shop import build_shop, shop_case


class _Named:
    """A model that says who it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def answer(self, request: ModelRequest) -> ModelAnswer:
        output: dict[str, Any] = {"summary": self._name, "root_cause": None}
        return ModelAnswer(output, self._name, 1, 1, 1, "tool_use")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return prepare(shop_case(build_shop(tmp_path_factory.mktemp("choice"))))


def _calm(material: Material) -> Material:
    """The case made simple: one place of the trace, which comes first, and nobody hurt."""
    inside = [suspect for suspect in material.suspects if suspect.in_trace][:1]
    return replace(material, suspects=inside, severity=Severity(level="low", reasons=[]))


def _analyst(simple: str = "cheap") -> ModelAnalyst:
    models = {name: _Named(name) for name in ("strong", "cheap")}
    return ModelAnalyst(models, redaction=Policy(b"k" * 32), simple=simple)


def test_a_simple_case_asks_the_cheap_model_first(material: Material) -> None:
    """And says so."""
    draft = _analyst().write(_calm(material))
    assert (draft.analyst, draft.note) == ("model:cheap", "Asked the model for simple cases.")


def test_a_critical_case_asks_the_strong_model_first(material: Material) -> None:
    """Whatever the trace looks like."""
    critical = replace(_calm(material), severity=Severity(level="critical", reasons=[]))
    draft = _analyst().write(critical)
    assert (draft.analyst, draft.note) == ("model:strong", "Asked the strong model, as it is critical.")


def test_a_suspect_from_outside_the_trace_makes_a_case_hard(material: Material) -> None:
    """The shop's own fault is three calls from where it shows."""
    calm = replace(material, severity=Severity(level="low", reasons=[]))
    assert hard_because(calm) == "the first suspect is not in the trace"


def test_a_case_without_code_is_hard(material: Material) -> None:
    """The words of the logs are all there is."""
    assert hard_because(replace(_calm(material), suspects=[])) == "no code could be looked at"


def test_without_a_cheap_model_the_order_is_as_given(material: Material) -> None:
    """And no word about a choice."""
    draft = _analyst(simple="").write(_calm(material))
    assert (draft.analyst, draft.note) == ("model:strong", "")
