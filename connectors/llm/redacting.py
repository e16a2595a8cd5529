"""Wraps a model so that no secret and no personal data reach it, whatever the caller put into the question.

Owns: masking and hiding what goes out, showing what comes back. A secret is masked for good; personal data get
stand-ins, which are replaced by the values again in the answer, so that quotes in it can be found in the evidence.
Keeps out: what is a secret (connectors/redaction.py) or personal (connectors/personal_data.py), the vendor.
"""

from dataclasses import replace
from typing import Any

from connectors.llm import ModelAnswer, ModelRequest, Step, StructuredModel
from connectors.pseudonyms import Policy, Pseudonyms
from connectors.redaction import mask


class RedactingModel:
    """A `StructuredModel` that masks and hides what is in the question, then asks the wrapped one."""

    def __init__(self, model: StructuredModel, policy: Policy) -> None:
        self._model = model
        self._policy = policy

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """The wrapped model's answer to the hidden question, shown again; raises what the wrapped model raises."""
        names = Pseudonyms(self._policy)
        system = names.hide(mask(request.system).text, everything=False)
        prompt = names.hide(mask(request.prompt).text)
        steps = tuple(_hidden(step, names) for step in request.steps)
        answer = self._model.answer(replace(request, system=system, prompt=prompt, steps=steps))
        calls = tuple(replace(call, arguments=names.show_all(dict(call.arguments))) for call in answer.calls)
        return replace(answer, output=names.show_all(dict(answer.output)), calls=calls)


def _hidden(step: Step, names: Pseudonyms) -> Step:
    """A round of look-ups as it may leave: arguments and results hidden alike."""
    calls = tuple(replace(call, arguments=_hide_all(dict(call.arguments), names)) for call in step.calls)
    results = tuple(replace(result, text=names.hide(mask(result.text).text)) for result in step.results)
    return Step(calls, results)


def _hide_all(value: Any, names: Pseudonyms) -> Any:
    """A JSON value with every string in it masked and hidden; keys are the tools' own words."""
    if isinstance(value, str):
        return names.hide(mask(value).text)
    if isinstance(value, dict):
        return {key: _hide_all(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hide_all(item, names) for item in value]
    return value
