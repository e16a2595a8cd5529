"""Prompt files of conversations by date, and how a question is put together from them.

Owns: rendering, the fences around data, and what of earlier turns is repeated. A dated folder is never edited after it
has produced answers; a new one stands beside it. Keeps out: asking the model, look-ups.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from rca.conversation.checking import DraftSentence
from rca.conversation.values import Fault, Turn
from rca.evidence import EvidenceItem
from rca.tokens import count

if TYPE_CHECKING:
    from jinja2 import Environment

CURRENT = "2026-11-21"
TOOL = "answer"
TOOL_DESCRIPTION = "Hand in the answer to the engineer's question, or ask back."
ANSWER_TOKENS = 2_048
MOST_TURNS = 6  # earlier ones that are repeated
FENCE_TOKENS = 40  # around a piece
_NAME = re.compile(r"[\w.:/-]{1,64}")


class AnswerDraft(BaseModel):
    """What a model hands in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sentences: list[DraftSentence] = Field(default_factory=list, max_length=25)
    show: list[str] = Field(
        default_factory=list, max_length=4, description="Ids of evidence to lay open, such as code or log lines."
    )
    ask_back: str = Field(default="", max_length=500, description="A question back, when the question is ambiguous.")


@dataclass(frozen=True)
class Setting:
    """What a question is asked in."""

    about: str
    question: str
    fault: Fault | None = None
    services: Sequence[str] = ()
    newest: datetime | None = None
    turns: Sequence[Turn] = ()
    pieces: Sequence[EvidenceItem] = field(default=())


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # the result is a prompt, not a page; fences keep data apart from words
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def system(version: str = CURRENT) -> str:
    """The same for every question of a version, so that it can be cached."""
    return _environment().get_template(f"{version}/system.md.j2").render(tool=TOOL)


def question(asked: Setting, *, mark: str, tokens: int, told: set[str], version: str = CURRENT) -> str:
    """The question with what came before it; evidence of earlier turns within `tokens`, the newest kept first.

    The ids of what it shows are added to `told`.
    """
    turns = [
        {
            "question": turn.question,
            "sentences": [_told(sentence.text, sentence.citations) for sentence in turn.answer.sentences],
        }
        for turn in asked.turns[-MOST_TURNS:]
    ]
    shown, _ = fenced(reversed(asked.pieces), mark=mark, tokens=tokens, told=told)
    return (
        _environment()
        .get_template(f"{version}/question.md.j2")
        .render(
            about=asked.about,
            fault=asked.fault,
            seen=_plain(asked.fault.services) if asked.fault else (),
            services=_plain(asked.services),
            newest=asked.newest.isoformat() if asked.newest else "",
            turns=turns,
            pieces=shown[::-1],
            mark=mark,
            question=asked.question,
        )
    )


def repair(problem: str, version: str = CURRENT) -> str:
    """What is added to a question whose answer could not be used."""
    return _environment().get_template(f"{version}/repair.md.j2").render(problem=problem)


def fenced(
    items: Iterable[EvidenceItem], *, mark: str, tokens: int, told: set[str] | None = None
) -> tuple[list[str], int]:
    """Pieces between fences that fit `tokens`, and how many tokens they take; what does not fit is named only.

    So is what was `told` already; ids of what is told now are added to it.
    """
    shown, used = [], 0
    for item in items:
        if told is not None and item.id in told:
            shown.append(f"[{item.id}] {item.kind} (shown above)")
            continue
        text = _numbered(item)
        place = f", {item.path}:{item.start_line}-{item.end_line}" if item.kind == "code" else ""
        many = f", {item.count} such events" if item.count > 1 and item.kind == "exception" else ""
        head = f"[{item.id}] {item.kind}{place}{many}"
        about = f"(about: {item.title})"  # between the fences: it may repeat words of a log line
        cost = count(text) + count(head) + count(about) + FENCE_TOKENS
        if used + cost > tokens:
            shown.append(f"{head} (left out here: too long for what is left)")
            used += count(head) + FENCE_TOKENS // 2
            continue
        shown.append(f"{head}\n<<<{mark} {item.id}\n{about}\n{text}\n{item.id} {mark}>>>")
        used += cost
        if told is not None:
            told.add(item.id)
    return shown, used


def _numbered(item: EvidenceItem) -> str:
    """Code with its line numbers beside it, other evidence as it is."""
    if item.kind != "code":
        return item.text
    width = len(str(item.end_line))
    return "\n".join(f"{number:>{width}}| {line}" for number, line in enumerate(item.text.split("\n"), item.start_line))


def _plain(names: Iterable[str]) -> list[str]:
    """Names that can be nothing but names: services are what log lines say they are."""
    return [name for name in names if _NAME.fullmatch(name)]


def _told(text: str, citations: Iterable[object]) -> str:
    names = ", ".join(dict.fromkeys(getattr(cited, "evidence_id", "") for cited in citations))
    return f"{text} [{names}]" if names else text
