"""Wraps a model so that plain secrets never reach it, whatever the caller put into the question.

Owns: masking what goes out. Keeps out: what a secret looks like (connectors/redaction.py), the vendor.
"""

from dataclasses import replace

from connectors.llm import ModelAnswer, ModelRequest, StructuredModel
from connectors.redaction import mask


class RedactingModel:
    """A `StructuredModel` that masks system text and prompt, then asks the wrapped one."""

    def __init__(self, model: StructuredModel) -> None:
        self._model = model

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """The wrapped model's answer to the masked question; raises what the wrapped model raises."""
        return self._model.answer(replace(request, system=mask(request.system).text, prompt=mask(request.prompt).text))
