"""The Bedrock client against a local server that speaks Converse."""

import pytest

from connectors import retry
from connectors.errors import (
    AuthenticationError,
    ConfigurationError,
    FirstcauseError,
    NotFoundError,
    ThrottledError,
    UnavailableError,
)
from connectors.llm import ModelRequest
from connectors.llm.bedrock import BedrockModel, open_bedrock
from connectors.llm.errors import BadAnswerError
from connectors.llm.redacting import RedactingModel
from connectors.pseudonyms import Policy
from tests.fakes.converse_endpoint import ConverseEndpoint, Reply, failure, tool_call, words

REQUEST = ModelRequest(
    system="You answer.",
    prompt="What happened?",
    tool_name="report",
    tool_description="The report.",
    schema={"type": "object", "properties": {"cause": {"type": "string"}}},
    max_tokens=100,
)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any credentials do: the endpoint checks no signature."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def model_at(url: str, *, timeout_seconds: float = 5.0) -> BedrockModel:
    return open_bedrock(
        "bedrock://anthropic.claude-x-v1:0", region="us-east-1", endpoint_url=url, timeout_seconds=timeout_seconds
    )


def test_the_tools_input_is_the_answer() -> None:
    """A tool call comes back as a mapping, with what it cost."""
    with ConverseEndpoint(tool_call("report", {"cause": "rain"})) as endpoint:
        answer = model_at(endpoint.url).answer(REQUEST)
    assert (answer.output, answer.input_tokens, answer.output_tokens) == ({"cause": "rain"}, 11, 7)


def test_the_tool_is_forced_and_its_schema_sent() -> None:
    """The request names the tool as the only choice and carries the schema and the limits."""
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        model_at(endpoint.url).answer(REQUEST)
    (seen,) = endpoint.seen
    assert (seen.model_id, seen.operation) == ("anthropic.claude-x-v1:0", "converse")
    assert seen.body["toolConfig"]["toolChoice"] == {"tool": {"name": "report"}}
    assert seen.body["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] == REQUEST.schema
    assert seen.body["inferenceConfig"]["maxTokens"] == 100


def test_the_endpoint_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL_BEDROCK_RUNTIME is honoured when no endpoint is given."""
    with ConverseEndpoint(tool_call("report", {"cause": "x"})) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", endpoint.url)
        model = open_bedrock("bedrock://amazon.nova-lite-v1:0", region="eu-west-1")
        assert model.answer(REQUEST).output == {"cause": "x"}


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 429, ThrottledError),
        ("ServiceUnavailableException", 503, UnavailableError),
        ("InternalServerException", 500, UnavailableError),
        ("ModelTimeoutException", 408, UnavailableError),
        ("AccessDeniedException", 403, AuthenticationError),
        ("ValidationException", 400, ConfigurationError),
        ("ResourceNotFoundException", 404, NotFoundError),
        ("SomethingNewException", 502, UnavailableError),
        ("SomethingNewException", 418, ConfigurationError),
    ],
)
def test_a_refusal_says_what_the_caller_should_do(code: str, status: int, kind: type[FirstcauseError]) -> None:
    """Each vendor error becomes exactly one kind of ours, and the client itself asks only once."""
    with ConverseEndpoint(failure(code, status)) as endpoint, pytest.raises(FirstcauseError) as caught:
        model_at(endpoint.url).answer(REQUEST)
    assert type(caught.value) is kind
    assert len(endpoint.seen) == 1


def test_throttling_is_retried_after_the_asked_delay() -> None:
    """The retry policy at the call site waits as long as the service says, then succeeds."""
    waits: list[float] = []
    slow_down = failure("ThrottlingException", 429, headers={"retry-after": "3"})
    with ConverseEndpoint(slow_down, tool_call("report", {"cause": "y"})) as endpoint:
        model = model_at(endpoint.url)
        answer = retry.call(lambda: model.answer(REQUEST), sleep=waits.append)
    assert answer.output == {"cause": "y"}
    assert waits == [3.0]


def test_silence_is_an_outage() -> None:
    """A model that does not answer in time is unavailable, not broken."""
    late = Reply({}, delay=0.6)
    with ConverseEndpoint(late) as endpoint, pytest.raises(UnavailableError):
        model_at(endpoint.url, timeout_seconds=0.2).answer(REQUEST)


def test_a_closed_port_is_an_outage() -> None:
    """Nobody listening is worth another try later."""
    with pytest.raises(UnavailableError):
        model_at("http://127.0.0.1:9").answer(REQUEST)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(b'{"output": {"message"'), id="malformed JSON"),
        pytest.param(tool_call("report", {"cause": "ra"}, stop_reason="max_tokens"), id="truncated"),
        pytest.param(words("I think it rained."), id="no tool call"),
        pytest.param(tool_call("other", {}), id="another tool"),
        pytest.param(tool_call("report", "rain"), id="not an object"),
        pytest.param(Reply({}), id="empty"),
    ],
)
def test_an_unusable_answer_is_named_so(reply: Reply) -> None:
    """No usable object is a BadAnswerError, which is repaired and never retried blindly."""
    with ConverseEndpoint(reply) as endpoint, pytest.raises(BadAnswerError):
        model_at(endpoint.url).answer(REQUEST)


def test_a_url_without_a_model_is_a_wrong_setting() -> None:
    """The message says how to write it."""
    with pytest.raises(ConfigurationError, match="bedrock://<model id>"):
        open_bedrock("bedrock://")


def test_an_inference_profile_keeps_its_slashes() -> None:
    """An ARN holds colons and slashes and reaches the service whole."""
    arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-x-v1:0"
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        open_bedrock(f"bedrock://{arn}", region="us-east-1", endpoint_url=endpoint.url).answer(REQUEST)
    assert endpoint.seen[0].model_id == arn


def test_a_planted_secret_never_reaches_the_endpoint() -> None:
    """The wrapper masks secrets in system text and prompt, whoever wrote them."""
    from dataclasses import replace

    question = replace(REQUEST, prompt='login failed password="hunter2hunter2" key AKIAABCDEFGHIJKLMNOP')
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        RedactingModel(model_at(endpoint.url), Policy(b"k" * 32)).answer(question)
    sent = str(endpoint.seen[0].body)
    assert "hunter2" not in sent
    assert "AKIAABCDEFGHIJKLMNOP" not in sent
    assert "login failed" in sent


def test_what_is_the_same_for_every_case_ends_in_a_cache_point() -> None:
    """System text and tool, for models that can cache."""
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        model = open_bedrock(
            "bedrock://us.anthropic.claude-sonnet-4-20250514-v1:0", region="us-east-1", endpoint_url=endpoint.url
        )
        model.answer(REQUEST)
        body = endpoint.seen[0].body
    assert body["system"][-1] == {"cachePoint": {"type": "default"}}
    assert body["toolConfig"]["tools"][-1] == {"cachePoint": {"type": "default"}}
    assert body["messages"] == [{"role": "user", "content": [{"text": REQUEST.prompt}]}]


def test_a_model_without_caching_gets_no_cache_point() -> None:
    """Bedrock refuses one there."""
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        model_at(endpoint.url).answer(REQUEST)
        assert "cachePoint" not in str(endpoint.seen[0].body)


def test_tokens_read_from_the_cache_are_part_of_the_question() -> None:
    """Bedrock counts them apart."""
    reply = tool_call("report", {})
    reply.body["usage"] |= {"cacheReadInputTokens": 100, "cacheWriteInputTokens": 20}
    with ConverseEndpoint(reply) as endpoint:
        answer = model_at(endpoint.url).answer(REQUEST)
    assert (answer.input_tokens, answer.cached_tokens) == (131, 100)


def test_a_configured_guardrail_is_in_every_call() -> None:
    """By id and version."""
    with ConverseEndpoint(tool_call("report", {})) as endpoint:
        model = open_bedrock(
            "bedrock://m", region="us-east-1", endpoint_url=endpoint.url, guardrail="gr1", guardrail_version="7"
        )
        model.answer(REQUEST)
        assert endpoint.seen[0].body["guardrailConfig"] == {"guardrailIdentifier": "gr1", "guardrailVersion": "7"}


def test_a_guardrail_that_held_the_answer_back_is_named() -> None:
    """It is no answer, and no outage."""
    reply = words("Blocked.", stop_reason="guardrail_intervened")
    with ConverseEndpoint(reply) as endpoint, pytest.raises(BadAnswerError, match="guardrail"):
        model_at(endpoint.url).answer(REQUEST)


def test_the_vendor_counts_a_question() -> None:
    """System text, messages and tool are what is counted."""
    with ConverseEndpoint(Reply({"inputTokens": 42})) as endpoint:
        model = open_bedrock("bedrock://m", region="us-east-1", endpoint_url=endpoint.url)
        assert model.count_tokens(REQUEST) == 42
        assert set(endpoint.seen[0].body["input"]["converse"]) == {"system", "messages", "toolConfig"}
