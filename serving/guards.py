"""Guards: what a route demands of who asks, declared where the route is, kept before it runs.

A route's declaration is part of its OpenAPI description, so what is written there is what holds.
"""

import math
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import State
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from risk_platform.errors.base import RiskPlatformError
from risk_platform.handover.access.roles import Role
from serving.keyring import Anyone, Holder, KeyRing
from serving.problems import (
    FORBIDDEN,
    OVERLOADED,
    RATE_LIMITED,
    TOO_LARGE,
    UNAUTHORISED,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemError,
)
from serving.rates import Rates
from serving.visits import Visit

_ROLES, _MOST_BYTES, _MOST_AT_A_TIME = "x-roles", "x-most-bytes", "x-most-at-a-time"
_JSON = frozenset({b"application/json", b"application/json;charset=utf-8"})
_SCHEME = b"Bearer "
SECURITY_SCHEME = "key"

Answering = Callable[[Request], Awaitable[Response]]


class UndeclaredRoleError(RiskPlatformError):
    """A route does not say who may use it."""

    def __str__(self) -> str:
        """Name the route."""
        return f"{self.args[0]} demands no role: give it openapi_extra=needs(…) or open_to_all()"


def needs(*roles: Role) -> dict[str, Any]:
    """Demand a key that is good for something, be it one thing of several."""
    return {_ROLES: [role.value for role in roles], "security": [{SECURITY_SCHEME: []}]}


def open_to_all() -> dict[str, Any]:
    """Demand nothing."""
    return {_ROLES: [], "security": []}


def takes(most_bytes: int, at_a_time: int = 0) -> dict[str, Any]:
    """Take a body of JSON up to a size.

    Parameters
    ----------
    most_bytes
        The size.
    at_a_time
        How many requests a process has at hand at most, from before their bodies are read until
        they are answered; 0: any number.
    """
    return {_MOST_BYTES: most_bytes} | ({_MOST_AT_A_TIME: at_a_time} if at_a_time else {})


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
        if _ROLES not in declared:
            raise UndeclaredRoleError(self.path)
        roles: Sequence[str] = declared[_ROLES]
        answering: Answering = self.endpoint
        if most_bytes := declared.get(_MOST_BYTES):
            answering = _with_body(answering, most_bytes)
        if most := declared.get(_MOST_AT_A_TIME):
            answering = _few_at_a_time(answering, self.path, most)

        async def guarded(request: Request) -> Response:
            visit: Visit = request.scope["visit"]
            visit.route = self.path
            if roles:
                _admit(visit, roles, request.app.state)
            return await answering(request)

        return guarded


def owe(request: Request, applications: int) -> None:
    """Count what a request holds beside the one application that it was let in for."""
    visit: Visit = request.scope["visit"]
    rates: Rates | None = request.app.state.rates
    if rates is not None and visit.holder is not None:
        rates.owe(visit.holder.id, applications)


def _admit(visit: Visit, roles: Sequence[str], house: State) -> None:
    """Let a visit in that has a good key with a role, and does not come too often."""
    visit.holder = _holder(visit.headers.get(b"authorization", b""), house.ring)
    if visit.holder is None:
        raise ProblemError(UNAUTHORISED, "send a good key as `Authorization: Bearer …`")
    if visit.holder.roles.isdisjoint(roles):
        raise ProblemError(FORBIDDEN, f"this needs a key with the role {' or '.join(roles)}")
    rates: Rates | None = house.rates
    if rates is not None and (seconds := rates.wait(visit.holder.id)):
        # Whole seconds, rounded up: a client that waits as long is let in.
        headers = {"Retry-After": str(math.ceil(seconds))}
        raise ProblemError(RATE_LIMITED, "wait, and ask more slowly", headers)


def _holder(given: bytes, ring: KeyRing | None) -> Holder | None:
    """Find out who asks; where no key is asked for, anyone."""
    if ring is None:
        return Anyone()
    if not given.startswith(_SCHEME):
        return None
    return ring.find(given.removeprefix(_SCHEME).decode("latin-1"))


def _few_at_a_time(answering: Answering, path: str, most: int) -> Answering:
    """Refuse at once what would have to wait behind so many others, before its body is read."""

    async def answer(request: Request) -> Response:
        at_hand: dict[str, int] = request.app.state.at_hand
        if at_hand[path] >= most:
            raise ProblemError(OVERLOADED, f"{most} of {path} are at hand already")
        at_hand[path] += 1
        try:
            return await answering(request)
        finally:
            at_hand[path] -= 1

    return answer


def _with_body(answering: Answering, most_bytes: int) -> Answering:
    """Read a body up to a size first."""

    async def answer(request: Request) -> Response:
        visit: Visit = request.scope["visit"]
        request.state.body = await _read_body(visit, request.receive, most_bytes)
        return await answering(request)

    return answer


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
