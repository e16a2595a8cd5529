"""Amazon Bedrock through the Converse API: one question, a forced tool call, one JSON object or look-ups back.

Owns: the boto3 client, the shape of the request, and the translation of every vendor error into our tree. The SDK's
own retries are off, because the caller's policy (connectors/retry.py) decides. Keeps out: prompts, fallbacks, budgets.
API: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.errors import (
    AuthenticationError,
    ConfigurationError,
    FirstcauseError,
    NotFoundError,
    RetryableError,
    ThrottledError,
    UnavailableError,
)
from connectors.llm import ModelAnswer, ModelRequest, Step, Tool, ToolCall, Used
from connectors.llm.errors import BadAnswerError

CONNECT_TIMEOUT_SECONDS = 5.0

# Vendor error code -> what the caller should do about it; anything else is decided by the HTTP status.
ERRORS: Mapping[str, type[FirstcauseError]] = {
    "ThrottlingException": ThrottledError,
    "TooManyRequestsException": ThrottledError,
    "ServiceQuotaExceededException": ThrottledError,
    "ModelTimeoutException": UnavailableError,
    "ModelErrorException": UnavailableError,
    "ModelNotReadyException": UnavailableError,
    "ServiceUnavailableException": UnavailableError,
    "InternalServerException": UnavailableError,
    "AccessDeniedException": AuthenticationError,
    "UnrecognizedClientException": AuthenticationError,
    "InvalidSignatureException": AuthenticationError,
    "ExpiredTokenException": AuthenticationError,
    "ResourceNotFoundException": NotFoundError,
    "ValidationException": ConfigurationError,
}


# Models that take cache points in Converse (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html).
CACHING = re.compile(r"anthropic\.claude-(?:3-5-haiku|3-7|(?:opus|sonnet|haiku)-4|4)|amazon\.nova-")


def open_bedrock(
    url: str,
    *,
    region: str = "",
    timeout_seconds: float = 60.0,
    endpoint_url: str | None = None,
    guardrail: str = "",
    guardrail_version: str = "DRAFT",
) -> "BedrockModel":
    """The model named by `bedrock://<model id or inference profile ARN>` (percent-encoding allowed).

    `region` empty means boto3's own chain (AWS_REGION, profile). `endpoint_url` None means the region's endpoint or
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME. `guardrail` is the id or ARN of a Bedrock guardrail that every call goes through;
    empty is none. Nothing is contacted here. Raises ConfigurationError when no model is named.
    """
    parts = urlsplit(url)
    model_id = unquote(parts.netloc + parts.path)
    if not model_id:
        raise ConfigurationError(f"{url!r} names no model; write bedrock://<model id>.")
    return BedrockModel(
        model_id,
        region=region,
        timeout_seconds=timeout_seconds,
        endpoint_url=endpoint_url,
        guardrail=(guardrail, guardrail_version) if guardrail else None,
    )


class BedrockModel:
    """A `StructuredModel` over Bedrock Converse."""

    def __init__(
        self,
        model_id: str,
        *,
        region: str = "",
        timeout_seconds: float = 60.0,
        endpoint_url: str | None = None,
        guardrail: tuple[str, str] | None = None,
    ) -> None:
        self.model_id = model_id
        self._guardrail = guardrail
        self._region = region
        self._timeout_seconds = timeout_seconds
        self._endpoint_url = endpoint_url

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        config = Config(
            connect_timeout=min(CONNECT_TIMEOUT_SECONDS, self._timeout_seconds),
            read_timeout=self._timeout_seconds,
            retries={"total_max_attempts": 1, "mode": "standard"},
        )
        try:
            return boto3.client(
                "bedrock-runtime", region_name=self._region or None, endpoint_url=self._endpoint_url, config=config
            )
        except BotoCoreError as error:
            raise ConfigurationError(f"Bedrock cannot be reached as configured: {error}") from error

    def answer(self, request: ModelRequest) -> ModelAnswer:
        """The tool input that the model gave.

        Raises ThrottledError or UnavailableError (worth another try), AuthenticationError, NotFoundError or
        ConfigurationError (fix the settings), BadAnswerError (no usable object came back).
        """
        arguments = _converse_arguments(self.model_id, request)
        if self._guardrail is not None:
            name, version = self._guardrail
            arguments["guardrailConfig"] = {"guardrailIdentifier": name, "guardrailVersion": version}
        return _read(self.model_id, request, self._call("converse", arguments))

    def count_tokens(self, request: ModelRequest) -> int:
        """How many tokens the question counts, by the vendor's own count; not every model and region offers it.

        API: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html. Raises as `answer`.
        """
        asked = _converse_arguments(self.model_id, request)
        counted = {name: asked[name] for name in ("system", "messages", "toolConfig")}
        response = self._call("count_tokens", {"modelId": self.model_id, "input": {"converse": counted}})
        return int(response["inputTokens"])

    def _call(self, operation: str, arguments: dict[str, Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        client = self._client
        try:
            return getattr(client, operation)(**arguments)
        except ClientError as error:
            raise _translated(self.model_id, error) from error
        except ResponseParserError as error:
            raise BadAnswerError(f"{self.model_id} sent a response that is not valid JSON: {error}") from error
        except BotoCoreError as error:
            raise _translated_transport(self.model_id, error) from error


def _converse_arguments(model_id: str, request: ModelRequest) -> dict[str, Any]:
    """The request; what is the same for every case stands first and ends in a cache point where the model has them."""
    point = [{"cachePoint": {"type": "default"}}] if CACHING.search(model_id) else []
    answering = Tool(request.tool_name, request.tool_description, request.schema)
    choice = {"any": {}} if request.tools else {"tool": {"name": request.tool_name}}
    messages: list[dict[str, Any]] = [{"role": "user", "content": [{"text": request.prompt}]}]
    for step in request.steps:
        messages += _messages(step)
    # Converse wants every tool that earlier messages name to be offered, also when only the answer is wanted now.
    offered = {tool.name: tool for tool in (*request.tools, answering)}
    for step in request.steps:
        for call in step.calls:
            offered.setdefault(call.name, Tool(call.name, "No longer offered.", {"type": "object"}))
    return {
        "modelId": model_id,
        "system": [{"text": request.system}, *point],
        "messages": messages,
        "inferenceConfig": {"maxTokens": request.max_tokens, "temperature": 0.0},
        "toolConfig": {"tools": [*(_specified(tool) for tool in offered.values()), *point], "toolChoice": choice},
    }


def _specified(tool: Tool) -> dict[str, Any]:
    return {
        "toolSpec": {
            "name": tool.name,
            "description": tool.description,
            "inputSchema": {"json": dict(tool.schema)},
        }
    }


def _messages(step: Step) -> list[dict[str, Any]]:
    """A round of look-ups as Converse keeps it: the model's calls, then the results in the user's name."""
    calls = [
        {"toolUse": {"toolUseId": call.id, "name": call.name, "input": dict(call.arguments)}} for call in step.calls
    ]
    results = [
        {
            "toolResult": {
                "toolUseId": result.call_id,
                "content": [{"text": result.text}],
                "status": "error" if result.failed else "success",
            }
        }
        for result in step.results
    ]
    return [{"role": "assistant", "content": calls}, {"role": "user", "content": results}]


def _read(model_id: str, request: ModelRequest, response: Any) -> ModelAnswer:
    message = (response.get("output") or {}).get("message") or {}
    stop_reason = str(response.get("stopReason", ""))
    used = _used(response)
    if stop_reason == "guardrail_intervened":
        why = f"the guardrail that is configured for {model_id} held the question or the answer back."
        raise BadAnswerError(why, used=used)
    if stop_reason == "max_tokens":
        raise BadAnswerError(f"{model_id} was cut off at its token limit before the answer was whole.", used=used)
    uses = [part["toolUse"] for part in message.get("content") or () if "toolUse" in part]
    chosen = next((use for use in uses if use.get("name") == request.tool_name), None)
    try:
        output, calls = _chosen(model_id, request, chosen, uses, stop_reason)
    except BadAnswerError as error:
        error.used = used
        raise
    return ModelAnswer(
        output=output,
        model_id=model_id,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        latency_ms=used.latency_ms,
        stop_reason=stop_reason,
        cached_tokens=used.cached_tokens,
        calls=calls,
        written_tokens=used.written_tokens,
    )


def _used(response: Any) -> Used:
    """What the vendor says the call took; tokens of the cache are counted apart from inputTokens there."""
    usage, metrics = response.get("usage") or {}, response.get("metrics") or {}
    cached, written = (int(usage.get(f"cache{way}InputTokens", 0)) for way in ("Read", "Write"))
    return Used(
        input_tokens=int(usage.get("inputTokens", 0)) + cached + written,
        output_tokens=int(usage.get("outputTokens", 0)),
        latency_ms=int(metrics.get("latencyMs", 0)),
        cached_tokens=cached,
        written_tokens=written,
    )


def _chosen(
    model_id: str, request: ModelRequest, chosen: Any, uses: list[Any], stop_reason: str
) -> tuple[Mapping[str, Any], tuple[ToolCall, ...]]:
    """The answer, or the look-ups asked for. Where both came the answer stands: it did not wait for the look-ups."""
    if chosen is not None:
        output = chosen.get("input")
        if not isinstance(output, Mapping):
            raise BadAnswerError(
                f"{model_id} called {request.tool_name!r} with {type(output).__name__} instead of an object."
            )
        return output, ()
    if not (request.tools and uses):
        raise BadAnswerError(
            f"{model_id} answered without calling {request.tool_name!r} (stop reason {stop_reason!r})."
        )
    return {}, tuple(
        ToolCall(
            id=str(use.get("toolUseId", number)),
            name=str(use.get("name", "")),
            arguments=use["input"] if isinstance(use.get("input"), Mapping) else {},
        )
        for number, use in enumerate(uses)
    )


def _translated(model_id: str, error: Any) -> FirstcauseError:
    """A vendor's `ClientError` in our tree."""
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    by_status = (
        ThrottledError
        if status == 429
        else UnavailableError
        if status >= 500 or status == 408
        else AuthenticationError
        if status in (401, 403)
        else ConfigurationError
    )
    kind = ERRORS.get(str(details.get("Code", "")), by_status)
    message = f"Bedrock refused {model_id}: {details.get('Code', status)}: {details.get('Message', '')}".rstrip(": ")
    if issubclass(kind, RetryableError):
        return kind(message, retry_after=_seconds(metadata.get("HTTPHeaders", {}).get("retry-after")))
    return kind(message)


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; its date form is not used by AWS and is ignored."""
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None


def _translated_transport(model_id: str, error: Exception) -> FirstcauseError:
    """Everything that went wrong before or without an HTTP answer."""
    from botocore import exceptions

    message = f"Bedrock could not be asked for {model_id}: {error}"
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return AuthenticationError(message)
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):  # refused, reset, DNS, TLS, timeouts
        return UnavailableError(message)
    return ConfigurationError(message)
