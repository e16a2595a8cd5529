"""Wraps a model so that each call is paid for out of a budget before it is made, and kept afterwards.

Owns: predicting the cost, settling it, and the history of questions and answers in the object store. It stands inside
the redaction, so what it counts and keeps is what left the process. Keeps out: prices, budgets, the vendor.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol, runtime_checkable

from connectors.errors import ConfigurationError, FirstcauseError, ThrottledError
from connectors.llm import ModelAnswer, ModelRequest, StructuredModel, Used
from connectors.llm.errors import BadAnswerError
from connectors.objects import ObjectStore
from connectors.records import utc_now
from rca.prices import MICRO, Price, price_of
from rca.spending import BudgetError, Call, Spending
from rca.tokens import count_for

WRAPPING = 500  # tokens that a vendor adds around the messages and a tool


@runtime_checkable
class CountsTokens(Protocol):
    """A model that can say exactly what a question will count."""

    def count_tokens(self, request: ModelRequest) -> int: ...


@dataclass(frozen=True)
class Meter:
    """What the models of one run share."""

    spending: Spending
    run_id: str
    prices: Sequence[Price] = ()
    history: ObjectStore | None = field(default=None, repr=False)


class MeteredModel:
    """A `StructuredModel` with a price."""

    def __init__(self, model: StructuredModel, model_id: str, meter: Meter) -> None:
        self._model, self._model_id, self._meter = model, model_id, meter
        self._price = price_of(model_id, meter.prices)

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """The wrapped model's answer with its cost. Raises BudgetError before anything is sent, else what it raises."""
        call_id = self._reserve(request)
        try:
            answer = self._model.answer(request)
        except FirstcauseError as error:
            self._give_up(call_id, request, error)
            raise
        cost = self._settle(call_id, answer.used)
        priced = replace(answer, cost_usd=cost / MICRO)
        self._keep(call_id, request, priced)
        return priced

    def predicted_micro_usd(self, request: ModelRequest) -> int:
        """The most that the call can cost: no tokeniser counts more, and the answer is cut at its limit."""
        return self._price.most_micro_usd(count_for(self._model_id, request.text) + WRAPPING, request.max_tokens)

    def _reserve(self, request: ModelRequest) -> str:
        call = Call(
            model=self._model_id,
            run_id=self._meter.run_id,
            predicted_micro_usd=self.predicted_micro_usd(request),
            project=request.labels.get("project", ""),
            cluster_id=request.labels.get("cluster", ""),
            purpose=request.labels.get("purpose", ""),
        )
        try:
            return self._meter.spending.reserve(call)
        except BudgetError:
            exact = self._exact(request)  # only asked where it decides: it is a call of its own
            if exact is None or exact >= call.predicted_micro_usd:
                raise
            return self._meter.spending.reserve(replace(call, predicted_micro_usd=exact))

    def _exact(self, request: ModelRequest) -> int | None:
        if not isinstance(self._model, CountsTokens):
            return None
        try:
            return self._price.most_micro_usd(self._model.count_tokens(request), request.max_tokens)
        except FirstcauseError:
            return None  # not reachable, or not offered for this model: the prediction stands

    def _settle(self, call_id: str, used: Used, problem: str = "") -> int:
        """Put what a call took into the ledger; its cost in millionths of a dollar."""
        cost = self._price.micro_usd(
            used.input_tokens, used.output_tokens, cached=used.cached_tokens, written=used.written_tokens
        )
        self._meter.spending.settle(
            call_id,
            micro_usd=cost,
            input_tokens=used.input_tokens,
            output_tokens=used.output_tokens,
            latency_ms=used.latency_ms,
            problem=problem,
        )
        return cost

    def _give_up(self, call_id: str, request: ModelRequest, error: FirstcauseError) -> None:
        """A bad answer costs what it took, a refused call nothing; of one that broke off on the way nobody knows, so
        its prediction stands."""
        if isinstance(error, BadAnswerError) and error.used is not None and error.used.input_tokens:
            cost = self._settle(call_id, error.used, str(error))
            error.used = replace(error.used, cost_usd=cost / MICRO)
            return
        free = isinstance(error, ThrottledError | ConfigurationError)
        cost = 0 if free else self.predicted_micro_usd(request)
        self._meter.spending.settle(call_id, micro_usd=cost, problem=str(error))

    def _keep(self, call_id: str, request: ModelRequest, answer: ModelAnswer) -> None:
        if self._meter.history is None:
            return
        now = utc_now()
        kept = {
            "call_id": call_id,
            "at": now.isoformat(),
            "model": self._model_id,
            "labels": dict(request.labels),
            "system": request.system,
            "prompt": request.prompt,
            "steps": [asdict(step) for step in request.steps],
            "output": dict(answer.output),
            "calls": [asdict(call) for call in answer.calls],
            "stop_reason": answer.stop_reason,
            "input_tokens": answer.input_tokens,
            "output_tokens": answer.output_tokens,
            "cached_tokens": answer.cached_tokens,
            "cost_usd": answer.cost_usd,
            "latency_ms": answer.latency_ms,
        }
        key = f"llm/{now:%Y/%m/%d}/{call_id}.json"
        self._meter.history.put(key, json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))
