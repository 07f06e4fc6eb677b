"""Guards: what a route demands of who asks, declared where the route is, kept before it runs.

A route's declaration is part of its OpenAPI description, so what is written there is what holds.
"""

import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.access.roles import Role
from serving.problems import (
    FORBIDDEN,
    RATE_LIMITED,
    TOO_LARGE,
    UNAUTHORISED,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemError,
)
from serving.rates import Rates
from serving.visits import Visit

_ROLE, _MOST_BYTES = "x-role", "x-most-bytes"
_JSON = frozenset({b"application/json", b"application/json;charset=utf-8"})
SECURITY_SCHEME = "key"


class UndeclaredRoleError(RiskPlatformError):
    """A route does not say who may use it."""

    def __str__(self) -> str:
        """Name the route."""
        return f"{self.args[0]} demands no role: give it openapi_extra=needs(…) or open_to_all()"


def needs(role: Role) -> dict[str, Any]:
    """Demand a key that is good for something."""
    return {_ROLE: role.value, "security": [{SECURITY_SCHEME: []}]}


def open_to_all() -> dict[str, Any]:
    """Demand nothing."""
    return {_ROLE: "", "security": []}


def takes(most_bytes: int) -> dict[str, Any]:
    """Take a body of JSON up to a size."""
    return {_MOST_BYTES: most_bytes}


class GuardedRoute(APIRoute):
    """A route that demands a role: it says so by ``openapi_extra=needs(…)``, or is no route.

    Its function takes the request, whose body is in ``request.state.body`` where the route takes
    one, and returns a response. Nothing is left for FastAPI to solve, and what it would set up to
    solve it is not set up either: that takes as long as reading an application.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - FastAPI's thirty
        super().__init__(*args, **kwargs)
        handle = self.get_route_handler()

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            response = await handle(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = answer

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers once the guard is content."""
        declared = self.openapi_extra or {}
        if _ROLE not in declared:
            raise UndeclaredRoleError(self.path)
        role, most_bytes = declared[_ROLE], declared.get(_MOST_BYTES, 0)
        endpoint: Callable[..., Awaitable[Response]] = self.endpoint

        async def guarded(request: Request) -> Response:
            visit: Visit = request.scope["visit"]
            visit.route = self.path
            if role:
                _admit(visit, role, request.app.state.rates)
            if most_bytes:
                request.state.body = await _read_body(visit, request.receive, most_bytes)
            return await endpoint(request)

        return guarded


def _admit(visit: Visit, role: str, rates: Rates | None) -> None:
    """Let a visit in that has a good key with the role, and does not come too often."""
    if visit.holder is None:
        raise ProblemError(UNAUTHORISED, "send a good key as `Authorization: Bearer …`")
    if role not in visit.holder.roles:
        raise ProblemError(FORBIDDEN, f"this needs a key with the role {role}")
    if rates is not None and (seconds := rates.wait(visit.holder.id)):
        # Whole seconds, rounded up: a client that waits as long is let in.
        headers = {"Retry-After": str(math.ceil(seconds))}
        raise ProblemError(RATE_LIMITED, "wait, and ask more slowly", headers)


async def _read_body(visit: Visit, receive: Receive, most_bytes: int) -> bytes:
    """Read a body, of which never more than its limit and a piece is in memory."""
    headers = visit.headers
    if headers.get(b"content-type", b"").lower().replace(b" ", b"") not in _JSON:
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE, "send one application/json, in UTF-8")
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE, "send the body as it is, not compressed")
    told = headers.get(b"content-length", b"")
    if told.isdigit() and int(told) > most_bytes:
        raise _too_large(most_bytes)
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        size += len(piece)
        if size > most_bytes:
            raise _too_large(most_bytes)
        pieces.append(piece)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _too_large(most_bytes: int) -> ProblemError:
    return ProblemError(TOO_LARGE, f"a body has at most {most_bytes:,} bytes here")
