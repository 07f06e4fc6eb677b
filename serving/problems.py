"""Problems: every error as ``application/problem+json`` (RFC 9457), and never what was sent."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from risk_platform.contract.columns import BY_NAME
from serving.champions import NotReadyError
from serving.schemas import ACCEPTED, FieldError, Problem

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
_LONGEST_NAME = 64
_NAMES = [column.name for column in ACCEPTED]


def problem(
    status: int,
    detail: str,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Make the response of an error."""
    title = HTTPStatus(status).phrase
    body = Problem(
        type=f"urn:risk-platform:{title.lower().replace(' ', '-')}",
        title=title,
        status=status,
        detail=detail,
        errors=list(errors),
    )
    # ASCII alone: half a surrogate pair, which JSON can carry, has no UTF-8.
    text = json.dumps(body.model_dump(), ensure_ascii=True)
    return Response(text, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let the app answer its errors as problems."""
    app.add_exception_handler(RequestValidationError, _unprocessable)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(NotReadyError, _not_ready)


def describe(status: int) -> dict[str, Any]:
    """Describe a problem for OpenAPI."""
    return {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


async def _unprocessable(_: Request, error: Exception) -> Response:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    if any(one["type"] == "json_invalid" for one in errors):
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the body is no JSON")
    shown = [FieldError(field=_name(one["loc"]), detail=_detail(one)) for one in errors]
    count = f"{len(shown)} field{'s' * (len(shown) != 1)} cannot be read"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, count, shown[:MOST_ERRORS])


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


async def _not_ready(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": "5"})


def _name(place: Sequence[object]) -> str:
    """Return the field's name; the body itself is called so."""
    return str(place[1])[:_LONGEST_NAME] if len(place) > 1 else "body"


def _detail(error: dict[str, Any]) -> str:
    name = _name(error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown(name)
    return str(error["msg"]).removeprefix("Value error, ")


def _unknown(name: str) -> str:
    if name in BY_NAME:
        return "is known only after funding, so no application has it"
    close = get_close_matches(name, _NAMES, n=1)
    return "is no field of an application" + (f"; did you mean {close[0]}?" if close else "")
