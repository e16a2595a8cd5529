"""Wraps a model so that no secret and no personal data reach it, whatever the caller put into the question.

Owns: masking and hiding what goes out, showing what comes back. A secret is masked for good; personal data get
stand-ins, which are replaced by the values again in the answer, so that quotes in it can be found in the evidence.
Keeps out: what is a secret (connectors/redaction.py) or personal (connectors/personal_data.py), the vendor.
"""

from dataclasses import replace

from connectors.llm import ModelAnswer, ModelRequest, StructuredModel
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
        answer = self._model.answer(replace(request, system=system, prompt=prompt))
        return replace(answer, output=names.show_all(dict(answer.output)))
