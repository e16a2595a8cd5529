"""A model's endpoint that only listens: it keeps every question and answers nothing that could be used.

What the redaction measure puts in the place of the vendor: everything before it is the product's own way to a model.
"""

import json

from connectors.llm import ModelAnswer, ModelRequest


class ListeningModel:
    """Keeps what it was asked; the answer never fits the schema, so that the repair is asked for as well."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """An empty answer, after the question was kept."""
        self.heard += [request.system, request.prompt, request.tool_description, json.dumps(dict(request.schema))]
        return ModelAnswer({}, "listening", 0, 0, 0, "tool_use")

    @property
    def everything(self) -> str:
        """All that was heard, as one text."""
        return "\n".join(self.heard)
