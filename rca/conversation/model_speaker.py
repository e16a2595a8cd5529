"""A model that plans look-ups, reads what they found, and answers; code carries the look-ups out and checks the answer.

Owns: the rounds of a turn, one repair, the order of models. A model can only name look-ups that are offered; how many,
how long and over what is the desk's business. Keeps out: the vendor (connectors/llm), the words (prompts/), checks.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from connectors import retry
from connectors.errors import FirstcauseError
from connectors.llm import ModelAnswer, ModelRequest, Step, StructuredModel, ToolCall, ToolResult
from connectors.llm.errors import BadAnswerError
from connectors.llm.redacting import RedactingModel
from connectors.pseudonyms import Policy
from rca.conversation import prompts
from rca.conversation.asked import Asked
from rca.conversation.checking import Checked, check
from rca.conversation.desk import Desk, Seen
from rca.conversation.prompts import AnswerDraft, Setting
from rca.conversation.talking import Spoken
from rca.conversation.tools import ShowFault, offered
from rca.conversation.values import Answer, Fault, Sentence, Turn
from rca.prices import MICRO
from rca.report import model_schema

ATTEMPTS = 3  # of one call that fails in passing
CALLS_A_ROUND = 6  # look-ups that are carried out of one round; the rest are refused in words
EARLIER_SHARE = 0.5  # of the tokens, for evidence of earlier turns


@dataclass
class _Usage:
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0

    def add(self, answer: ModelAnswer) -> None:
        self.input_tokens += answer.input_tokens
        self.output_tokens += answer.output_tokens
        self.micro_usd += round(answer.cost_usd * MICRO)


@dataclass(frozen=True)
class _Put:
    """A question as it is put: what it names, the desk, the turns before, and the fault it is about."""

    asked: Asked
    desk: Desk
    earlier: Sequence[Turn]
    own: Fault | None


class ModelSpeaker:
    """`models` are asked in order until one answers; keys are what answers call them. `tokens` bound the evidence that
    one turn sends; `labels` say what calls are for in the ledger."""

    def __init__(
        self,
        models: Mapping[str, StructuredModel],
        *,
        redaction: Policy,
        labels: Mapping[str, str] | None = None,
        tokens: int = 12_000,
        prompt_version: str = prompts.CURRENT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not models:
            raise ValueError("a model speaker needs at least one model")
        self._models = {name: RedactingModel(model, redaction) for name, model in models.items()}
        self._labels = {"purpose": "conversation", **(labels or {})}
        self._tokens = tokens
        self._version = prompt_version
        self._sleep = sleep

    def speak(self, asked: Asked, desk: Desk, earlier: Sequence[Turn], own: Fault | None) -> Spoken:
        """The first usable answer of a model; without one, why not."""
        problems, used = [], _Usage()
        for name, model in self._models.items():
            try:
                draft = self._draft(model, _Put(asked, desk, earlier, own), used)
            except FirstcauseError as error:
                problems.append(f"{name}: {error}")
                continue
            checked = check(draft.sentences, desk.notebook.evidence, said=_said(asked, earlier))
            answer = _answer(draft, checked, desk, asked, own)
            if answer is None:
                problems.append(f"{name}: nothing that it said could be confirmed ({len(checked.dropped)} sentences)")
                continue
            note = f"Not by the first choice: {'; '.join(problems)}" if problems else ""
            return self._spoken(answer, f"model:{name}", note, used, checked.count)
        return self._spoken(None, "", f"Answered by rules, as no model could: {'; '.join(problems)}", used, 0)

    def _spoken(self, answer: Answer | None, name: str, note: str, used: _Usage, checked: int) -> Spoken:
        return Spoken(answer, name, note, used.input_tokens, used.output_tokens, used.micro_usd, checked)

    def _draft(self, model: StructuredModel, put: "_Put", used: _Usage) -> AnswerDraft:
        """Rounds of look-ups until the model answers. Raises what the model raises, or BadAnswerError."""
        desk = put.desk
        if put.own is not None:
            desk.look(ShowFault(fault=put.own.id))
        mark = secrets.token_hex(6)
        told: set[str] = set()
        request = self._request(put, mark, told)
        room = self._tokens
        repaired = False
        for _ in range(desk.limits.look_ups + 3):
            if not (desk.left and room > 0):
                request = replace(request, tools=())
            try:
                answer = self._ask(model, request, used)
                if not answer.calls:
                    return AnswerDraft.model_validate(answer.output)
            except (BadAnswerError, ValidationError) as error:
                if repaired:
                    raise BadAnswerError(
                        f"the answer could not be used, also after a repair: {_short(error)}"
                    ) from error
                repaired = True
                request = replace(request, prompt=request.prompt + prompts.repair(_short(error), self._version))
                continue
            step, cost = _carried_out(answer.calls, desk, mark, room, told)
            room -= cost
            request = replace(request, steps=(*request.steps, step))
        raise BadAnswerError("it asked for look-ups until none were left and never answered")

    def _request(self, put: "_Put", mark: str, told: set[str]) -> ModelRequest:
        world, own = put.desk.world, put.own
        setting = Setting(
            about=f"fault {own.id}" if own else world.about,
            question=put.asked.text,
            fault=own,
            services=world.services(),
            newest=world.newest(),
            turns=put.earlier,
            pieces=put.desk.notebook.evidence.items,
        )
        return ModelRequest(
            system=prompts.system(self._version),
            prompt=prompts.question(
                setting, mark=mark, tokens=int(self._tokens * EARLIER_SHARE), told=told, version=self._version
            ),
            tool_name=prompts.TOOL,
            tool_description=prompts.TOOL_DESCRIPTION,
            schema=model_schema(AnswerDraft),
            max_tokens=prompts.ANSWER_TOKENS,
            labels={"project": own.service if own else "", **self._labels},
            tools=offered(world),
        )

    def _ask(self, model: StructuredModel, request: ModelRequest, used: _Usage) -> ModelAnswer:
        answer = retry.call(lambda: model.answer(request), attempts=ATTEMPTS, sleep=self._sleep)
        used.add(answer)
        return answer


def _carried_out(calls: Sequence[ToolCall], desk: Desk, mark: str, room: int, told: set[str]) -> tuple[Step, int]:
    """A round: every call gets a result, refused ones their reason; and how many tokens the results take."""
    results, spent = [], 0
    for place, call in enumerate(calls):
        if place >= CALLS_A_ROUND:
            seen = Seen(problem=f"at most {CALLS_A_ROUND} look-ups at once; nothing was done")
        else:
            seen = desk.call(call.name, call.arguments)
        shown, cost = prompts.fenced(seen.items, mark=mark, tokens=max(0, room - spent), told=told)
        spent += cost
        text = "\n\n".join([*([seen.problem or seen.says] if seen.problem or not shown else []), *shown])
        results.append(ToolResult(call.id, text or "Nothing was found.", failed=bool(seen.problem)))
    return Step(tuple(calls), tuple(results)), spent


def _answer(draft: AnswerDraft, checked: Checked, desk: Desk, asked: Asked, own: Fault | None) -> Answer | None:
    """The answer that is left after checking; None when nothing is."""
    dropped = tuple(checked.dropped)
    fault = own.id if own else ""
    if draft.ask_back.strip() and not checked.sentences:
        back = Sentence(text=draft.ask_back.strip())
        return Answer(status="asked_back", sentences=(back,), pending=asked.text, fault=fault, dropped=dropped)
    if not checked.sentences:
        return None
    evidence = desk.notebook.evidence
    shown = [item.id for name in draft.show if (item := evidence.get(name)) is not None]
    known = any(sentence.citations for sentence in checked.sentences)
    return Answer(
        status="answered" if known else "not_known",
        sentences=tuple(checked.sentences),
        shown=tuple(dict.fromkeys(shown)),
        fault=fault,
        dropped=dropped,
    )


def _said(asked: Asked, earlier: Sequence[Turn]) -> str:
    """What the engineer wrote: its names may be used without evidence."""
    return "\n".join([asked.text, *(turn.question for turn in earlier)])


def _short(error: BadAnswerError | ValidationError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    problems: list[dict[str, Any]] = [dict(problem) for problem in error.errors(include_url=False, include_input=False)]
    return "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problems[:8])
