"""Errors as RFC 9457 problem details (https://www.rfc-editor.org/rfc/rfc9457), whatever raised them.

Owns: which HTTP status an error of ours becomes. Keeps out: raising them.
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from connectors import errors

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# First match wins, so the more special stand first.
STATUS: tuple[tuple[type[errors.FirstcauseError], int], ...] = (
    (errors.NotFoundError, 404),
    (errors.BadInputError, 422),
    (errors.AuthenticationError, 502),
    (errors.ConfigurationError, 500),
    (errors.ThrottledError, 503),
    (errors.ConflictError, 409),
    (errors.RetryableError, 503),
    (errors.StopError, 500),
)


class InvalidField(BaseModel):
    """One thing that is wrong with a request: where, and what."""

    location: str = Field(description="Dotted path to the value, e.g. `query.limit`")
    problem: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[InvalidField] = []


def problem(
    status: int, detail: str, *, invalid: list[InvalidField] | None = None, retry_after: float | None = None
) -> JSONResponse:
    """The response for one problem."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=invalid or [])
    headers = {"Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, round(retry_after)))
    return JSONResponse(body.model_dump(), status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make `app` answer every error as problem details."""
    app.add_exception_handler(errors.FirstcauseError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def describe(app: FastAPI) -> None:
    """Make the API's schema say so: every error response is a Problem, in place of FastAPI's own."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            models = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")[1]
            parts = schema.setdefault("components", {}).setdefault("schemas", {})
            parts |= models["$defs"]
            for name in ("HTTPValidationError", "ValidationError"):
                parts.pop(name, None)
            error = {
                "description": "Problem details (RFC 9457)",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    operation["responses"] |= {"4XX": error, "5XX": error}
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this way of extending the schema


def _ours(_request: Request, error: Exception) -> JSONResponse:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    return problem(status, str(error), retry_after=getattr(error, "retry_after", None))


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    invalid = [InvalidField(location=".".join(str(part) for part in one["loc"]), problem=one["msg"]) for one in found]
    detail = "; ".join(f"{one.location}: {one.problem}" for one in invalid)
    return problem(422, f"The request cannot be used: {detail}.", invalid=invalid)


def _http(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    return problem(status, detail)


def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    log.error("a request failed in a way nobody foresaw", exc_info=error)
    return problem(500, "Something went wrong on the server; its log has the details.")
