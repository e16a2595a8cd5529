"""Answers without a model: which question is recognised, what is said, when it is asked back."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca.conversation.asked import read
from rca.conversation.intents import FILE, intents, recognised
from rca.conversation.rules import ANSWERS
from rca.conversation.values import Turn
from rca.evidence import EvidenceItem
from tests.fakes.conversations import LOG, OTHER, talker
from tests.fakes.rca_shop import Shop

QUESTIONS = {
    "what happened?": ["happened"],
    "What's wrong?": ["happened"],
    "why": ["why"],
    "what is the root cause": ["why"],
    "since when": ["since"],
    "which commit broke it": ["commit"],
    "was it my deploy?": ["commit"],
    "who changed it": ["who"],
    "who is affected?": ["affected"],
    "is it fixed on main?": ["fixed"],
    "how many users are affected": ["affected"],
    "what is different to before": ["different"],
    "show me the logs around it": ["logs_around"],
    "show the code": ["code"],
    "who calls rate?": ["callers"],
    "other errors at that time?": ["others"],
    "is it getting worse": ["worse"],
    "what should I do next": ["next"],
    "can I go back to sleep?": ["severity"],
    "should I roll back?": ["rollback"],
    "restart it": ["change_something"],
    "how sure are you": ["sure"],
    "what else could it be": ["alternatives"],
    "has this happened before": ["before"],
    "what happened and who changed it?": ["happened", "who"],
    "what is the meaning of life": [],
}


@pytest.mark.parametrize(("question", "meant"), QUESTIONS.items())
def test_a_question_is_recognised(question: str, meant: list[str]) -> None:
    """By its words, several at once in the order in which they are asked."""
    assert [intent.id for intent in recognised(question)] == meant


def test_every_intent_has_an_answer_and_every_answer_an_intent() -> None:
    """The table and the functions name the same; what is suggested exists, and is itself recognised."""
    known = intents()
    assert set(known) == set(ANSWERS)
    for intent in known.values():
        assert set(intent.next) <= set(known)
        if intent.id not in ("help", "thanks", "change_something"):
            assert intent.id in [one.id for one in recognised(intent.ask)]
    assert len(tomllib.loads(FILE.read_text())["intent"]) == len(known)


@given(st.text(max_size=300))
def test_any_words_are_read_without_an_error(text: str) -> None:
    """Whatever a person types can be read and matched."""
    read(text, services=["a", "b"])
    recognised(text)


def said(turn: Turn) -> str:
    return " ".join(sentence.text for sentence in turn.answer.sentences)


@pytest.mark.parametrize("question", [intent.ask for intent in intents().values() if intent.fault])
def test_every_common_question_gets_an_answer_whose_quotes_hold(question: str, shop: Shop) -> None:
    """Over a handed-in log with code and history: something is said, nothing is dropped, each citation exists."""
    turn, evidence = talker(shop).ask(question)
    pieces: dict[str, EvidenceItem] = {item.id: item for item in evidence}
    assert turn.answer.sentences
    assert not turn.answer.dropped
    for sentence in turn.answer.sentences:
        assert all(cited.quote in pieces[cited.evidence_id].text for cited in sentence.citations)
    assert turn.analyst == "rules"
    assert "hunter22x" not in said(turn) + str(evidence)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what happened?", ["orders fails with KeyError: None", "Seen once"]),
        ("why?", ["The likeliest cause is"]),
        ("since when?", ["first seen at 2026-11-21 04:00:02 UTC"]),
        ("who changed it?", ["Ann"]),
        ("is it fixed on main?", ["No: ", "holds nothing that is not deployed"]),
        ("how many customers are affected?", ["1 different customer_id, only c-77"]),
        ("show me the logs around it", ["log lines of orders around 2026-11-21 04:00:02"]),
        ("show me the code of load_customer", ["load_customer, shop/orders.py, lines 4 to 5"]),
        ("who calls discount_rate()?", ["is called by Pricer.total"]),
        ("show me lines 3 to 5 of shop/pricing.py", ["lines 3 to 5"]),
        ("can I roll back?", ["No earlier release is known"]),
        ("restart it please", ["only looked at", "firstcause resolve"]),
        ("which commit?", ["Rename"]),
        ('search the logs for "retrying"', ["1 log line"]),
    ],
)
def test_what_is_said(question: str, words: list[str], shop: Shop) -> None:
    """The facts of the small shop, in words."""
    turn, _ = talker(shop).ask(question)
    assert all(word in said(turn) for word in words), said(turn)


def test_code_is_laid_open_with_its_lines(shop: Shop) -> None:
    """`show me the code` opens the blamed function at the deployed commit."""
    turn, evidence = talker(shop).ask("show me the code")
    (name,) = turn.answer.shown
    item = next(item for item in evidence if item.id == name)
    assert (item.kind, item.path.startswith("shop/"), item.start_line > 0) == ("code", True, True)


def test_a_question_about_one_of_several_faults_is_asked_back_and_resumed(shop: Shop) -> None:
    """Which of two faults is asked back with numbers; the number answers the question that waited."""
    open_talk = talker(shop, log=LOG + OTHER)
    back, _ = open_talk.ask("why?")
    assert back.answer.status == "asked_back"
    assert [option.label.split(":")[0] for option in back.answer.options] in (
        ["KeyError", "IndexError"],
        ["IndexError", "KeyError"],
    )
    place = [option.label.startswith("IndexError") for option in back.answer.options].index(True) + 1
    turn, _ = open_talk.ask(str(place))
    assert turn.answer.status == "answered"
    assert "stock.py" in said(turn)
    following, _ = open_talk.ask("since when?")
    assert "04:00:04" in said(following)


def test_words_of_one_fault_decide_which_is_meant(shop: Shop) -> None:
    """Naming the exception is enough; nothing is asked back."""
    turn, _ = talker(shop, log=LOG + OTHER).ask("why the IndexError?")
    assert turn.answer.status == "answered"
    assert "stock.py" in said(turn)


def test_what_happened_over_several_faults_lists_them(shop: Shop) -> None:
    """An overview, the faults numbered; a number chooses one, also within another question."""
    open_talk = talker(shop, log=LOG + OTHER)
    turn, _ = open_talk.ask("what happened?")
    assert "2 faults, the most frequent first, in the log orders.log" in said(turn)
    kinds = [option.label.split(":")[0] for option in turn.answer.options]
    assert sorted(kinds) == ["IndexError", "KeyError"]
    chosen, _ = open_talk.ask(f"show me the stack trace of number {kinds.index('IndexError') + 1}")
    assert "IndexError: list index out of range" in said(chosen)


def test_a_fault_that_repeats_another_is_told_as_its_consequence(shop: Shop) -> None:
    """A caller's error that quotes the callee's: the answer leads to where it begins."""
    caller = (
        "2026-11-21 04:00:02,300 ERROR shop.gateway checkout failed\nTraceback (most recent call last):\n"
        '  File "/app/shop/gateway.py", line 4, in checkout\n    raise UpstreamError(answer)\n'
        "UpstreamError: stock answered 500: IndexError: list index out of range\n"
    )
    turn, _ = talker(shop, log=LOG + OTHER + caller).ask("why the UpstreamError?")
    assert "repeats IndexError" in said(turn)
    plain, _ = talker(shop, log=LOG + OTHER + caller).ask("why the KeyError?")
    assert "repeats" not in said(plain)


def test_a_log_without_exceptions_is_reduced_and_read_by_rules(shop: Shop) -> None:
    """No exception: what matters in it is shown, and known trouble named."""
    log = "INFO started\nERROR write failed: no space left on device\n"
    turn, _ = talker(shop, log=log).ask("what is wrong?")
    assert "There is no exception" in said(turn)
    assert "disk is full" in said(turn)
    assert turn.answer.shown


def test_what_is_not_understood_is_said_with_what_can_be_asked(shop: Shop) -> None:
    """No guess: the turn is marked, and examples are given."""
    turn, _ = talker(shop).ask("what is the meaning of life")
    assert turn.answer.status == "not_known"
    assert "why does it happen?" in said(turn)


def test_without_times_nothing_is_said_about_when(shop: Shop) -> None:
    """A log whose lines carry no time: honest about it."""
    log = "\n".join(line for line in LOG.split("\n")[3:11])
    turn, _ = talker(shop, log=log).ask("since when?")
    assert turn.answer.status == "not_known"
    assert "carry no time" in said(turn)


def test_evidence_keeps_its_id_over_turns(shop: Shop) -> None:
    """The same piece is cited by the same id in a later turn, and is stored once."""
    open_talk = talker(shop)
    first, _ = open_talk.ask("show me the stack trace")
    second, evidence = open_talk.ask("show me the stack trace")
    assert first.answer.cited == second.answer.cited
    assert len({item.id for item in evidence}) == len(evidence)
