"""What every model must do, alone and wrapped: answer in a structure, ask for look-ups, and say what went wrong.

The endpoint is a real HTTP server that speaks Bedrock Converse; the client is the real boto3.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.database import Database
from connectors.errors import AuthenticationError, ThrottledError, UnavailableError
from connectors.llm import ModelRequest, Step, StructuredModel, Tool, ToolCall, ToolResult
from connectors.llm.bedrock import open_bedrock
from connectors.llm.errors import BadAnswerError
from connectors.llm.redacting import RedactingModel
from connectors.pseudonyms import Policy
from rca.analysts.metered import Meter, MeteredModel
from rca.spending import Limits, Spending
from tests.fakes.converse_endpoint import ConverseEndpoint, Reply, failure, tool_call, words

SCHEMA = {"type": "object", "properties": {"cause": {"type": "string"}}}
LOOK = Tool("look", "Looks.", {"type": "object", "properties": {"text": {"type": "string"}}})
PLAIN = ModelRequest("You answer.", "What happened?", "report", "The report.", SCHEMA, 100)
WITH_TOOLS = ModelRequest("You answer.", "What happened?", "report", "The report.", SCHEMA, 100, tools=(LOOK,))
STEP = Step(
    (ToolCall("t1", "look", {"text": "x"}), ToolCall("t2", "look", {"text": "y"})),
    (ToolResult("t1", "a line"), ToolResult("t2", "not there", failed=True)),
)

Build = Callable[[str], StructuredModel]


@pytest.fixture(params=["bedrock", "redacting", "metered", "redacting a metered one"])
def build(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Makes the model that talks to an address."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def made(url: str) -> StructuredModel:
        model: StructuredModel = open_bedrock("bedrock://m.x-v1:0", region="us-east-1", endpoint_url=url)
        if "metered" in request.param:
            database = Database(f"sqlite:///{tmp_path / 'spent.db'}")
            database.migrate()
            model = MeteredModel(model, "m.x-v1:0", Meter(Spending(database, Limits()), run_id="r"))
        return RedactingModel(model, Policy(b"k" * 32)) if "redacting" in request.param else model

    return made


def asks_for(*names: str) -> Reply:
    """The model asks for look-ups."""
    uses = [
        {"toolUse": {"toolUseId": f"t{number}", "name": name, "input": {"text": "disk"}}}
        for number, name in enumerate(names)
    ]
    reply = tool_call("look", {})
    reply.body["output"]["message"]["content"] = uses
    return reply


def test_an_answer_is_a_mapping_with_its_tokens(build: Build) -> None:
    """The forced tool's input comes back, with what it took."""
    with ConverseEndpoint(tool_call("report", {"cause": "rain"})) as endpoint:
        answer = build(endpoint.url).answer(PLAIN)
    assert (dict(answer.output), answer.calls, answer.input_tokens, answer.output_tokens) == (
        {"cause": "rain"},
        (),
        11,
        7,
    )


def test_look_ups_that_are_asked_for_come_back_as_calls(build: Build) -> None:
    """With tools offered the model may call several of them at once instead of answering."""
    with ConverseEndpoint(asks_for("look", "look")) as endpoint:
        answer = build(endpoint.url).answer(WITH_TOOLS)
    assert [(call.name, dict(call.arguments)) for call in answer.calls] == [("look", {"text": "disk"})] * 2
    assert not answer.output
    config = endpoint.seen[0].body["toolConfig"]
    assert [tool["toolSpec"]["name"] for tool in config["tools"]] == ["look", "report"]
    assert config["toolChoice"] == {"any": {}}


def test_an_answer_beside_look_ups_is_the_answer(build: Build) -> None:
    """A model that answers and asks in one breath did not wait for what it asked."""
    reply = asks_for("look")
    reply.body["output"]["message"]["content"].append(
        {"toolUse": {"toolUseId": "a", "name": "report", "input": {"cause": "x"}}}
    )
    with ConverseEndpoint(reply) as endpoint:
        answer = build(endpoint.url).answer(WITH_TOOLS)
    assert (dict(answer.output), answer.calls) == ({"cause": "x"}, ())


def test_what_was_looked_up_goes_back_as_converse_wants_it(build: Build) -> None:
    """Calls in the assistant's name, every result with its call's id and status, also when only the answer is left."""
    request = ModelRequest("S", "P", "report", "R", SCHEMA, 100, steps=(STEP,))
    with ConverseEndpoint(tool_call("report", {"cause": "x"})) as endpoint:
        build(endpoint.url).answer(request)
    body = endpoint.seen[0].body
    asked, told = body["messages"][1:]
    assert (asked["role"], [part["toolUse"]["toolUseId"] for part in asked["content"]]) == ("assistant", ["t1", "t2"])
    results = [part["toolResult"] for part in told["content"]]
    assert [(one["toolUseId"], one["status"], one["content"]) for one in results] == [
        ("t1", "success", [{"text": "a line"}]),
        ("t2", "error", [{"text": "not there"}]),
    ]
    assert "look" in [tool["toolSpec"]["name"] for tool in body["toolConfig"]["tools"]]
    assert body["toolConfig"]["toolChoice"] == {"tool": {"name": "report"}}


def test_prose_is_no_answer(build: Build) -> None:
    """Neither the answer nor a look-up: a bad answer, with tools and without."""
    for request in (PLAIN, WITH_TOOLS):
        with ConverseEndpoint(words("It rained.")) as endpoint, pytest.raises(BadAnswerError):
            build(endpoint.url).answer(request)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (failure("ThrottlingException", 429), ThrottledError),
        (failure("ServiceUnavailableException", 503), UnavailableError),
        (failure("AccessDeniedException", 403), AuthenticationError),
    ],
)
def test_failures_say_what_to_do(build: Build, reply: Reply, kind: type[Exception]) -> None:
    """Each failure is an error of our tree, whoever wraps the model."""
    with ConverseEndpoint(reply) as endpoint, pytest.raises(kind):
        build(endpoint.url).answer(WITH_TOOLS)
