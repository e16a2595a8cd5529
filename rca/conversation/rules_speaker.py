"""Answers by rules: recognise the question, find what it is about, let the rule for it speak.

Owns: the order, and honesty about what was not understood. Keeps out: patterns (intents.toml), sentences (rules/).
"""

from collections.abc import Sequence

from rca.conversation.asked import Asked
from rca.conversation.checking import sentence_problem
from rca.conversation.choosing import choose
from rca.conversation.desk import Desk
from rca.conversation.intents import Intent, intents, recognised, suggestions
from rca.conversation.rules import ANSWERS
from rca.conversation.rules.talk import Talk
from rca.conversation.values import Answer, Fault, Turn
from rca.report import DroppedClaim

NAME = "rules"
WHAT_HAPPENED = "what happened?"  # what a number alone asks about a fault of a list
NOTE = "Answered by rules from our own look-ups; no model was asked."
_EXAMPLES = ("happened", "why", "since", "commit", "who", "fixed", "affected", "logs_around", "code", "others", "next")


def answer(asked: Asked, desk: Desk, earlier: Sequence[Turn], own: Fault | None) -> tuple[Answer, int]:
    """The answer, and how many of its claims were checked. `own` is the fault that the conversation is over."""
    found = recognised(asked.text)
    if not found:
        return _checked(_not_understood(asked, desk, earlier, own))
    needs = any(intent.fault for intent in found)
    fault = own
    if needs:
        choice = choose(asked, desk.world, earlier, own)
        if choice.back is not None:
            if found[0].id == "happened":  # with several faults that is a question about all of them
                return _checked(_told(_talk(asked, desk, earlier, None), [intents()["list"]]))
            return choice.back, 0
        if choice.fault is None:
            return _checked(_told(_talk(asked, desk, earlier, None), [intents()["list"]]))
        fault = choice.fault
    return _checked(_told(_talk(asked, desk, earlier, fault), found))


def _talk(asked: Asked, desk: Desk, earlier: Sequence[Turn], fault: Fault | None) -> Talk:
    return Talk(desk, asked, fault, earlier)


def _told(talk: Talk, found: Sequence[Intent]) -> tuple[Talk, tuple[str, ...]]:
    for intent in found:
        ANSWERS[intent.id](talk)
    return talk, suggestions([intent.id for intent in found])


def _checked(told: tuple[Talk, tuple[str, ...]]) -> tuple[Answer, int]:
    """The answer without sentences whose citations do not hold; rules are checked like everybody else."""
    talk, following = told
    evidence = talk.desk.notebook.evidence
    kept, dropped = [], []
    for sentence in dict.fromkeys(talk.sentences):
        problem = sentence_problem(sentence, evidence)
        if problem:
            dropped.append(DroppedClaim(claim=sentence.text[:200], why=problem))
        else:
            kept.append(sentence)
    return Answer(
        status="answered" if talk.known else "not_known",
        sentences=tuple(kept),
        shown=tuple(talk.shown),
        marks=talk.marks,
        options=tuple(talk.options),
        pending=WHAT_HAPPENED if talk.options else "",
        fault=talk.fault.id if talk.fault else "",
        suggestions=following if talk.fault or talk.options else (),
        dropped=tuple(dropped),
    ), len(kept) + len(dropped)


def _not_understood(
    asked: Asked, desk: Desk, earlier: Sequence[Turn], own: Fault | None
) -> tuple[Talk, tuple[str, ...]]:
    """What the words of the question find by themselves; else what can be asked."""
    choice = choose(asked, desk.world, earlier, own)
    fault = choice.fault
    talk = _talk(asked, desk, earlier, fault)
    if fault is not None and (asked.paths or asked.symbols):
        ANSWERS["code"](talk)
    elif fault is not None and own is None and choice.back is None:
        return _told(talk, [intents()["happened"]])
    elif asked.quoted:
        ANSWERS["search"](talk)
    if talk.shown:
        return talk, suggestions(["code" if asked.paths or asked.symbols else "search"])
    talk.sentences.clear()
    talk.cannot("Without a model only the common questions are understood, and this is none of them.")
    talk.say(f"You can ask: {' '.join(intents()[name].ask for name in _EXAMPLES)}")
    talk.say('Or search: search the logs for "some words"; show the code of `some_function`.')
    return talk, ()
