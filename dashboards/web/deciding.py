"""The forms of a cluster's page: merge, split, undo, dismiss. Plain HTML, no script.

A form answers with a redirect to the cluster, or with the page and what cannot be done. Other sites' forms are refused
before they get here (dashboards.server.guard compares Origin, which browsers send with every posted form; the pages'
Referrer-Policy lets them). Owns: reading what was posted. Keeps out: what may be decided.
"""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from connectors.errors import BadInputError, ConfigurationError
from dashboards.api.asking import Asked
from dashboards.web.pages import cluster_page
from flows.wiring import Workspace
from indexers.exceptions.clusters import ClusterStore

router = APIRouter()

LARGEST_FORM = 256 * 1024  # bytes
MOST_FIELDS = 2_000
FORM = "application/x-www-form-urlencoded"

Form = dict[str, list[str]]
Act = Callable[[ClusterStore, Form], str]  # the id of the cluster to show afterwards


@router.post("/clusters/{cluster_id}/merge")
async def merge(request: Request, workspace: Asked, cluster_id: str) -> Response:
    """Merge the clusters of the field `other` into this one: ids, in several fields or one, separated by spaces."""

    def act(store: ClusterStore, form: Form) -> str:
        others = [name for field in form.get("other", []) for name in field.replace(",", " ").split()]
        return store.merge(cluster_id, others, actor=field(form, "actor"), note=field(form, "note")).cluster_id

    return await _decided(request, workspace, cluster_id, act)


@router.post("/clusters/{cluster_id}/split")
async def split(request: Request, workspace: Asked, cluster_id: str) -> Response:
    """Split the fingerprints that were ticked off this cluster."""

    def act(store: ClusterStore, form: Form) -> str:
        chosen = form.get("fingerprint", [])
        return store.split(cluster_id, chosen, actor=field(form, "actor"), note=field(form, "note")).result_id

    return await _decided(request, workspace, cluster_id, act)


@router.post("/clusters/{cluster_id}/undo")
async def undo(request: Request, workspace: Asked, cluster_id: str) -> Response:
    """Take the decision of the field `decision` back."""

    def act(store: ClusterStore, form: Form) -> str:
        store.undo(field(form, "decision"), actor=field(form, "actor"))
        return cluster_id

    return await _decided(request, workspace, cluster_id, act)


@router.post("/clusters/{cluster_id}/dismiss")
async def dismiss(request: Request, workspace: Asked, cluster_id: str) -> Response:
    """Say that the signal of the field `signal` is none."""

    def act(store: ClusterStore, form: Form) -> str:
        store.dismiss(field(form, "signal"), actor=field(form, "actor"), note=field(form, "note"))
        return cluster_id

    return await _decided(request, workspace, cluster_id, act)


async def _decided(request: Request, workspace: Workspace, cluster_id: str, act: Act) -> Response:
    form = await posted(request)

    def decide() -> Response:
        try:
            shown = act(ClusterStore(workspace.database), form)
        except ConfigurationError as error:
            status = 422 if isinstance(error, BadInputError) else 404
            return cluster_page(request, workspace, cluster_id, status=status, problem=str(error))
        return RedirectResponse(f"/clusters/{shown}#grouping", 303)

    return await asyncio.to_thread(decide)


async def posted(request: Request) -> Form:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, f"This address takes the forms of its page ({FORM}); programs use /api/v1.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise HTTPException(413, f"The form is larger than {LARGEST_FORM:,} bytes.")
    try:
        return parse_qs(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError as error:  # not UTF-8, or too many fields
        raise BadInputError(f"the form cannot be read: {error}.") from error


def field(form: Form, name: str) -> str:
    return form.get(name, [""])[0].strip()[:10_000]
