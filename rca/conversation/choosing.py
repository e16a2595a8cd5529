"""Which fault a question is about, where a conversation is over several; asks back when that cannot be told.

Owns: the choice. A fault that was named, chosen or talked about goes first; words decide only when one fault fits
better than every other. Keeps out: answering.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.errors import NotFoundError
from rca.conversation.asked import Asked
from rca.conversation.values import Answer, Fault, Option, Sentence, Turn
from rca.conversation.world import FaultQuery, World

MOST_OPTIONS = 6
MOST_LISTED = 12
MOST_LOOKED = 50
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,}")
_COMMON = {
    "the", "what", "why", "does", "did", "how", "who", "which", "when", "where", "with", "this", "that", "there", "for",
    "show", "error", "errors", "fault", "fail", "fails", "failed", "failing", "failure", "exception", "happen", "cause",
    "happened", "logs", "log", "code", "commit", "changed", "change", "are", "was", "were", "has", "have", "not", "and",
    "any", "all", "from", "about", "around", "before", "after", "users", "many", "affected", "should", "next", "main",
    "fixed", "since", "getting", "worse", "please", "tell", "services", "service", "can", "you", "our", "its", "text",
    "number", "one", "other", "first", "second", "last", "deploy", "release", "version", "problem",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """The fault that is meant, or the question that has to be asked back; neither when there is no fault at all."""

    fault: Fault | None = None
    back: Answer | None = None


def choose(asked: Asked, world: World, earlier: Sequence[Turn], own: Fault | None) -> Choice:
    """The fault of `asked`. `own` is the one that the conversation is over, if it is over one."""
    named = _named(asked, world)
    if named is not None:
        return Choice(named)
    if own is not None:
        return Choice(own)
    return _among(asked, world, earlier)


def _among(asked: Asked, world: World, earlier: Sequence[Turn]) -> Choice:
    known = world.faults(FaultQuery(limit=MOST_LOOKED))
    if not known:
        return Choice()
    fitting = _fitting(asked, known)
    if len(fitting) == 1:
        return Choice(_whole(fitting[0], world))
    talked = next((turn.answer.fault for turn in reversed(earlier) if turn.answer.fault), "")
    if not fitting and (talked or len(known) == 1):
        return Choice(world.fault(talked or known[0].id))
    return Choice(back=ask_back(asked, fitting or known))


def ask_back(asked: Asked, faults: Sequence[Fault]) -> Answer:
    """The question which of several faults is meant."""
    options = options_of(faults[:MOST_OPTIONS])
    more = f", the most frequent of {len(faults)} first" if len(faults) > MOST_OPTIONS else ""
    return Answer(
        status="asked_back",
        sentences=(Sentence(text=f"Which of these do you mean{more}? Say its number."),),
        options=options,
        pending=asked.text,
    )


def options_of(faults: Sequence[Fault]) -> tuple[Option, ...]:
    """Faults to choose from by number."""
    return tuple(Option(label=_label(fault), fault=fault.id) for fault in faults[:MOST_LISTED])


def resumed(asked: Asked, earlier: Sequence[Turn]) -> tuple[str, str]:
    """(the question, the fault) when `asked` names a fault of the last list by its number, else ("", "").

    A number alone answers the question that waited; in another question it says which fault that is about.
    """
    last = earlier[-1].answer if earlier else None
    if last is None or not last.options:
        return "", ""
    place = len(last.options) if asked.choice < 0 else asked.choice or asked.place
    if 0 < place <= len(last.options):
        return last.pending if asked.choice else asked.text, last.options[place - 1].fault
    if last.status != "asked_back":
        return "", ""
    given = [option.fault for option in last.options if any(option.fault.startswith(name) for name in asked.ids)]
    return (last.pending, given[0]) if len(given) == 1 else ("", "")


def _named(asked: Asked, world: World) -> Fault | None:
    for name in asked.ids:
        try:
            return world.fault(name)
        except NotFoundError:
            continue
    return None


def _whole(fault: Fault, world: World) -> Fault:
    return fault if fault.text else world.fault(fault.id)


def _fitting(asked: Asked, known: Sequence[Fault]) -> list[Fault]:
    """The faults that share most words with the question; [] when none shares any."""
    words = {word.lower() for word in _WORD.findall(asked.text)} - _COMMON
    words |= {part.lower() for part in asked.quoted}
    scores = [(_score(fault, words, asked), fault) for fault in known]
    best = max((score for score, _ in scores), default=0)
    return [fault for score, fault in scores if score == best] if best else []


def _score(fault: Fault, words: set[str], asked: Asked) -> int:
    """Words that it shares; its own type and service, which a message may only mention, count twice."""
    own = fault.title.partition(":")[0].rsplit(".", 1)[-1].lower()
    shared = sum(word in _text(fault) for word in words)
    return shared + (own in words) + any(service in fault.services for service in asked.services)


def _text(fault: Fault) -> str:
    place = fault.culprit
    where = f"{place.function} {place.file}" if place else ""
    return f"{fault.title} {fault.message} {where} {' '.join(fault.services)}".lower()


def _label(fault: Fault) -> str:
    """A fault in a list: what, how often, where, and its id."""
    where = f" in {', '.join(list(fault.services)[:2])}" if fault.services else ""
    return f"{fault.title} ({fault.count:,}x{where}, {fault.id[:8]})"
