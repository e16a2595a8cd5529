"""POST ingest: log lines over HTTP, durable before the answer. The next ingest run takes them from the spool.

Owns: limits, unpacking, which service the lines belong to. Keeps out: parsing, the spool's files.
"""

import asyncio
import zlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from connectors.errors import BadInputError
from dashboards.api.asking import Asked
from dashboards.api.bodies import received
from flows.wiring import Workspace

router = APIRouter(tags=["logs"])

LARGEST_BODY = 64 * 1024 * 1024  # bytes, as received and unpacked
GZIP_MAGIC = b"\x1f\x8b"
UNUSABLE_TYPES = ("multipart/", "application/x-www-form-urlencoded", "application/x-protobuf", "image/", "video/")

_BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Log lines as they are, one event a line or several; at most 64 MiB unpacked.",
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/gzip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

Given = Annotated[str, Query(max_length=255)]
GivenHeader = Annotated[str, Header(max_length=255)]


class IngestReceipt(BaseModel):
    """What was taken in. `id` names it in the spool; it is empty when there was nothing to keep."""

    id: str
    lines: int = Field(ge=0)
    bytes: int = Field(ge=0, description="Unpacked")


@router.post("/ingest", status_code=202, openapi_extra=_BODIES)
async def ingest(
    *,
    request: Request,
    workspace: Asked,
    service: Given = "",
    environment: Given = "",
    version: Given = "",
    revision: Given = "",
    stream: Annotated[
        str, Query(max_length=255, description="Lines of one stream stay in order; default: the service")
    ] = "",
    x_firstcause_service: GivenHeader = "",
    x_firstcause_environment: GivenHeader = "",
    x_firstcause_version: GivenHeader = "",
    x_firstcause_revision: GivenHeader = "",
) -> IngestReceipt:
    """Take lines in durably; they are searchable after the next ingest run. Query wins over headers."""
    named = {
        "service.name": service or x_firstcause_service,
        "deployment.environment.name": environment or x_firstcause_environment,
        "service.version": version or x_firstcause_version,
        "vcs.ref.head.revision": revision or x_firstcause_revision,
    }
    resource = {key: value for key, value in named.items() if value}
    _check_type(request.headers.get("content-type", ""))
    body = await received(request, most=LARGEST_BODY, advice="send it in parts")
    return await asyncio.to_thread(_keep, workspace, body, stream or named["service.name"] or "http", resource)


def _check_type(content_type: str) -> None:
    if content_type.lower().startswith(UNUSABLE_TYPES):
        kind = content_type.partition(";")[0]
        raise HTTPException(415, f"{kind} cannot be taken in; send text/plain, application/x-ndjson or gzip.")


def _keep(workspace: Workspace, received: bytes, stream: str, resource: dict[str, str]) -> IngestReceipt:
    from connectors.sources.spool import Spool

    body = _unpacked(received) if received.startswith(GZIP_MAGIC) else received
    if not body:
        return IngestReceipt(id="", lines=0, bytes=0)
    kept = Spool(workspace.settings.spool_dir).put(body, stream=stream, resource=resource)
    return IngestReceipt(id=kept, lines=body.count(b"\n") + (not body.endswith(b"\n")), bytes=len(body))


def _unpacked(packed: bytes) -> bytes:
    """Gzip (one or more members) unpacked. Raises BadInputError when it is damaged, 413 when it is a bomb."""
    parts: list[bytes] = []
    size = 0
    while packed:
        unpack = zlib.decompressobj(wbits=31)
        size += _member(unpack.decompress, packed, LARGEST_BODY - size + 1, parts)
        if size > LARGEST_BODY:
            raise HTTPException(413, f"The body is larger than {LARGEST_BODY:,} bytes unpacked; send it in parts.")
        if not unpack.eof:
            raise BadInputError("the gzip body ends too early; nothing was kept, send it again.")
        packed = unpack.unused_data.lstrip(b"\0")  # gzip allows padding with zeros
    return b"".join(parts)


def _member(unpack: Callable[[bytes, int], bytes], packed: bytes, room: int, parts: list[bytes]) -> int:
    try:
        part = unpack(packed, room)
    except zlib.error as error:
        raise BadInputError(f"the gzip body is damaged ({error}); nothing was kept, send it again.") from error
    parts.append(part)
    return len(part)
