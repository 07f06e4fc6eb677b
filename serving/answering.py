"""Answering: what routes of all kinds share."""

import asyncio
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import msgspec
from fastapi import Request, Response

from risk_platform.errors.handover import LogUnavailableError
from serving.problems import STATE_UNAVAILABLE, ProblemError
from serving.service import ScoringService

JSON = "application/json"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def service_behind(request: Request) -> ScoringService:
    """Return the parts that routes ask."""
    return request.app.state.service


def json_answer(answer: object) -> Response:
    """Return an answer as JSON."""
    return Response(msgspec.json.encode(answer), media_type=JSON)


def is_id(given: str) -> bool:
    """Whether a text could be the id of a decision or of an event."""
    return bool(_UUID.fullmatch(given))


async def of_gate(
    act: Callable[_Given, _Made], *given: _Given.args, **named: _Given.kwargs
) -> _Made:
    """Ask something of the gate, beside the event loop.

    Raises
    ------
    ProblemError
        Its database does not answer.
    """
    try:
        return await asyncio.to_thread(act, *given, **named)
    except LogUnavailableError as error:
        raise ProblemError(STATE_UNAVAILABLE, str(error)) from error
