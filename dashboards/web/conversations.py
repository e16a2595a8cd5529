"""The pages of conversations: a question from a cluster's page, and the conversation that it begins. No script.

A form answers with a redirect to the conversation, or with the page and what cannot be done. Owns: reading what was
posted. Keeps out: answering, what is on a page (templates/).
"""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from connectors.errors import BadInputError, FirstcauseError, NotFoundError
from dashboards.answers import ask as answers
from dashboards.api.asking import Asked
from dashboards.web.deciding import Form, field, posted
from dashboards.web.pages import cluster_page, page
from flows.wiring import Workspace

router = APIRouter()

Id = Annotated[str, Path(max_length=64)]


@router.post("/clusters/{cluster_id}/ask")
async def begin(request: Request, workspace: Asked, cluster_id: Id) -> Response:
    """Ask about a cluster: begins a conversation."""
    form = await posted(request)

    def act() -> Response:
        try:
            question = _question(form)
            made = answers.begin(workspace, cluster_id=cluster_id)
            found = answers.asked(answers.talker(workspace, made), question)
        except FirstcauseError as error:
            return cluster_page(request, workspace, cluster_id, status=_status(error), problem=str(error))
        return _to(found)

    return await asyncio.to_thread(act)


@router.get("/conversations/{conversation_id}")
def conversation(request: Request, workspace: Asked, conversation_id: Id) -> Response:
    """A conversation, oldest turn first, and a form for the next question."""
    return _page(request, workspace, conversation_id)


@router.post("/conversations/{conversation_id}/ask")
async def ask(request: Request, workspace: Asked, conversation_id: Id) -> Response:
    """Ask the next question."""
    form = await posted(request)
    return await asyncio.to_thread(_answered, request, workspace, conversation_id, lambda: _question(form))


def _answered(request: Request, workspace: Workspace, conversation_id: str, question: Callable[[], str]) -> Response:
    try:
        return _to(answers.ask(workspace, conversation_id, question()))
    except FirstcauseError as error:
        return _page(request, workspace, conversation_id, status=_status(error), problem=str(error))


def _page(
    request: Request, workspace: Workspace, conversation_id: str, *, status: int = 200, problem: str = ""
) -> Response:
    try:
        shown = answers.show(workspace, conversation_id)
    except (NotFoundError, BadInputError) as error:
        return page(request, "missing.html", 404, problem=str(error))
    pieces = {item.id: item for item in shown.evidence}
    return page(request, "conversation.html", status, conversation=shown, pieces=pieces, problem=problem)


def _question(form: Form) -> str:
    question = field(form, "question")
    if not question:
        raise BadInputError("write a question, such as: what happened?")
    return question


def _to(found: answers.TurnAnswer) -> Response:
    return RedirectResponse(f"/conversations/{found.conversation_id}#turn-{found.turn.number}", 303)


def _status(error: FirstcauseError) -> int:
    return 404 if isinstance(error, NotFoundError) else 422 if isinstance(error, BadInputError) else 409
