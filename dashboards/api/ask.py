"""Conversations over HTTP: begin one over a cluster or a log, ask, read it again.

A log comes either as a field of a JSON body or as the body itself (text or gzip). Owns: limits, reading bodies. Keeps
out: answering.
"""

import asyncio
import zlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.exceptions import HTTPException

from connectors.errors import BadInputError
from dashboards.answers import ask as answers
from dashboards.answers.ask_worlds import LARGEST_LOG
from dashboards.answers.shape import Listing
from dashboards.api.asking import Asked, Page
from dashboards.api.bodies import received
from flows.wiring import Workspace

router = APIRouter(tags=["conversations"])

LARGEST_BODY = 2 * LARGEST_LOG  # a log as a JSON string takes more room than its lines
LONGEST_QUESTION = 4_000
JSON = "application/json"
TEXTS = ("text/plain", "application/x-ndjson", "application/octet-stream", "application/gzip", "")
GZIP_MAGIC = b"\x1f\x8b"

Name = Annotated[str, Query(max_length=255)]
Id = Annotated[str, Path(min_length=1, max_length=64)]


class Beginning(BaseModel):
    """What a conversation is over: a cluster, a log, or with neither everything; and the first question, if any."""

    model_config = ConfigDict(extra="forbid")

    cluster_id: str = Field(default="", max_length=64, description="A unique beginning of the id will do")
    log: str = Field(default="", description="Log text, at most 32 MiB")
    log_name: str = Field(default="", max_length=200)
    service: str = Field(default="", max_length=255, description="Whose log it is, where its lines do not say")
    version: str = Field(default="", max_length=255, description="Likewise the version that wrote it")
    question: str = Field(default="", max_length=LONGEST_QUESTION)

    @model_validator(mode="after")
    def _over_one_thing(self) -> "Beginning":
        if self.cluster_id and self.log:
            raise ValueError("give either cluster_id or log, not both")
        return self


class Question(BaseModel):
    """The next question; with status asked_back, also the number of what was meant."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)


_BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "What the conversation is over; or a log itself, at most 32 MiB unpacked.",
        "content": {
            JSON: {"schema": Beginning.model_json_schema()},
            "text/plain": {"schema": {"type": "string"}},
            "application/gzip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post("/conversations", status_code=201, openapi_extra=_BODIES)
async def begin(
    *,
    request: Request,
    workspace: Asked,
    log_name: Annotated[str, Query(max_length=200)] = "",
    service: Name = "",
    version: Name = "",
    question: Annotated[str, Query(max_length=LONGEST_QUESTION)] = "",
) -> answers.ConversationAnswer:
    """Begin a conversation, and answer its first question if one is given. Queries are for bodies that are a log."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, *TEXTS):
        raise HTTPException(415, f"{kind} cannot be taken; send {JSON}, text/plain or application/gzip.")
    body = await received(request, most=LARGEST_BODY, advice="cut the log around the failure")
    if kind == JSON:
        given = _parsed(body)
        log = given.log.encode()
    else:
        given = Beginning(log_name=log_name, service=service, version=version, question=question)
        log = await asyncio.to_thread(_unpacked, body)
        if not log.strip():
            raise BadInputError(f"the log is empty; send lines, or {JSON} with a cluster_id.")
    return await asyncio.to_thread(_begun, workspace, given, log)


@router.post("/conversations/{conversation_id}/turns", status_code=201)
def ask(workspace: Asked, conversation_id: Id, given: Question) -> answers.TurnAnswer:
    """Ask the next question; the answer with the evidence that it rests on."""
    return answers.ask(workspace, conversation_id, given.question)


@router.get("/conversations/{conversation_id}")
def get_conversation(workspace: Asked, conversation_id: Id) -> answers.ConversationAnswer:
    """A conversation with all its turns; a unique beginning of its id will do."""
    return answers.show(workspace, conversation_id)


@router.get("/conversations")
def list_conversations(
    workspace: Asked, page: Page, cluster_id: Annotated[str, Query(max_length=64)] = ""
) -> Listing[answers.ConversationItem]:
    """Conversations, the newest first, of one cluster or of all."""
    return answers.listing(workspace, cluster_id=cluster_id, limit=page.limit, offset=page.offset)


def _parsed(body: bytes) -> Beginning:
    try:
        return Beginning.model_validate_json(body)
    except ValidationError as error:
        wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False, include_input=False)]
        raise RequestValidationError(wrong) from error


def _begun(workspace: Workspace, given: Beginning, log: bytes) -> answers.ConversationAnswer:
    if log.strip():
        made = answers.begin_with_log(workspace, log, given.log_name, service=given.service, version=given.version)
    else:
        made = answers.begin(workspace, cluster_id=given.cluster_id)
    if given.question.strip():
        answers.asked(answers.talker(workspace, made), given.question)
    return answers.show(workspace, made.id)


def _unpacked(body: bytes) -> bytes:
    """The log, unpacked when it is gzip: at most one byte more than may be handed in."""
    if not body.startswith(GZIP_MAGIC):
        return body
    unpack = zlib.decompressobj(wbits=31)
    try:
        return unpack.decompress(body, LARGEST_LOG + 1)
    except zlib.error as error:
        raise BadInputError(f"the gzip body is damaged ({error}); send it again.") from error
