"""The analyst that asks a model: one question, one repair, the next model, and in the end the rules.

Owns: the order of attempts and what is said about each failure. Keeps out: the vendor (connectors/llm), the words of
the question (rca/prompts), checking what the model claims (rca/verification.py).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from connectors import retry
from connectors.errors import FirstcauseError
from connectors.llm import ModelAnswer, ModelRequest, StructuredModel, Used
from connectors.llm.errors import BadAnswerError
from connectors.llm.redacting import RedactingModel
from connectors.pseudonyms import Policy, Pseudonyms
from connectors.redaction import mask
from rca import prompts
from rca.analysts import Draft
from rca.analysts.deterministic import DeterministicAnalyst
from rca.hardness import hard_because
from rca.material import Material
from rca.report import RcaClaims
from rca.tokens import count_for

ATTEMPTS = 3  # of one call that fails in passing
SHOWN_PROBLEMS = 12
LONGEST_PROBLEM = 800  # characters that a repair may add to the question


class ModelAnalyst:
    """`models` are asked in order until one gives an answer that fits the schema; keys are what reports call them.

    `redaction` says what of a question gets a stand-in before it leaves. `simple` names the one of `models` that is
    asked first when the case is not hard.
    """

    def __init__(
        self,
        models: Mapping[str, StructuredModel],
        *,
        redaction: Policy,
        simple: str = "",
        prompt_version: str = prompts.CURRENT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not models:
            raise ValueError("a model analyst needs at least one model")
        self._models = {name: RedactingModel(model, redaction) for name, model in models.items()}
        self.name = f"model:{next(iter(models))}"
        self.version = prompt_version
        self._simple = simple
        self._redaction = redaction
        self._counted = sorted({name.partition(" in ")[0] for name in models})  # a model in several regions counts once
        self._sleep = sleep
        self._rules = DeterministicAnalyst()

    def count(self, text: str) -> int:
        """The tokens of `text` after redaction, by whichever of the models counts most."""
        sent = Pseudonyms(self._redaction).hide(mask(text).text)
        return max(count_for(name, sent) for name in self._counted)

    def write(self, material: Material) -> Draft:
        """The first usable answer; when there is none, the rules' claims with the reasons in the note."""
        asked = prompts.question(material, self.version)
        if material.budget and (size := self.count(asked.text)) > material.budget:
            too_much = f"the question counts {size:,} tokens and the budget is {material.budget:,}; raise token_budget."
            return self.fall_back(material, too_much)
        problems: list[str] = []
        chosen, why = self._choice(material)
        tally = _Tally()
        for name in chosen:
            tally.model = name
            try:
                claims = self._answer(self._models[name], asked, tally)
            except FirstcauseError as error:
                problems.append(f"{name}: {error}")
                continue
            note = f"Not by the first choice: {'; '.join(problems)}" if problems else why
            return tally.on(Draft(claims=claims, analyst=f"model:{name}", note=note))
        return tally.on(self.fall_back(material, "no model gave a usable answer: " + "; ".join(problems)))

    def _choice(self, material: Material) -> tuple[list[str], str]:
        """The models in the order in which this case asks them, and why, where there was a choice."""
        names = list(self._models)
        if self._simple not in names:
            return names, ""
        reason = hard_because(material)
        others = [name for name in names if name != self._simple]
        if reason:
            return [*others, self._simple], f"Asked the strong model, as {reason}."
        return [self._simple, *others], "Asked the model for simple cases."

    def fall_back(self, material: Material, reason: str) -> Draft:
        """The rules' claims, saying why no model's are given."""
        draft = self._rules.write(material)
        return Draft(draft.claims, analyst=draft.analyst, note=f"{draft.note} Fallback, as {reason}", fallback=True)

    def _answer(self, model: StructuredModel, asked: ModelRequest, tally: "_Tally") -> RcaClaims:
        """A valid answer of one model, repaired once. Raises what the model raises, or BadAnswerError."""
        try:
            return RcaClaims.model_validate(self._ask(model, asked, tally).output)
        except (BadAnswerError, ValidationError) as error:
            again = prompts.repair(asked, _said(error), self.version)
        answer = self._ask(model, again, tally)
        try:
            return RcaClaims.model_validate(answer.output)
        except ValidationError as error:
            raise BadAnswerError(f"the answer does not fit the schema, also after a repair: {_said(error)}") from error

    def _ask(self, model: StructuredModel, request: ModelRequest, tally: "_Tally") -> ModelAnswer:
        try:
            answer = retry.call(lambda: model.answer(request), attempts=ATTEMPTS, sleep=self._sleep)
        except BadAnswerError as error:
            tally.add(error.used)
            raise
        tally.add(answer.used)
        return answer


@dataclass
class _Tally:
    """What all answers of one question took."""

    model: str = ""
    used: list[Used] = field(default_factory=list)

    def add(self, used: Used | None) -> None:
        """One answer more, good or bad."""
        self.used += [used] if used is not None else []

    def on(self, draft: Draft) -> Draft:
        """`draft` with the sums on it."""
        return replace(
            draft,
            input_tokens=sum(one.input_tokens for one in self.used),
            output_tokens=sum(one.output_tokens for one in self.used),
            latency_ms=sum(one.latency_ms for one in self.used),
            cost_usd=sum(one.cost_usd for one in self.used),
            cached_tokens=sum(one.cached_tokens for one in self.used),
            calls=len(self.used),
            model=self.model,
        )


def _said(error: BadAnswerError | ValidationError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)[:LONGEST_PROBLEM]
    problems: list[dict[str, Any]] = [dict(problem) for problem in error.errors(include_url=False, include_input=False)]
    lines = [f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}" for problem in problems]
    return "; ".join(lines[:SHOWN_PROBLEMS])[:LONGEST_PROBLEM]
