"""Doors: what requests pass before they are read, and answers on their way out."""

import logging
from functools import lru_cache
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.settings import is_loopback
from serving.keyring import Anyone, KeyRing
from serving.metrics import Metrics
from serving.problems import FORBIDDEN, STATE_UNAVAILABLE, problem
from serving.visits import Visit, begin

log = logging.getLogger("serving.doors")

_SAFETY = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
# What nginx writes where nobody waits for an answer any more.
_CLIENT_GONE = 499
_REFUSED, _FAILED = 400, 500
_SCHEME = b"Bearer "


class Doors:
    """Let requests in, and see answers out.

    Parameters
    ----------
    app
        What answers.
    ring
        The keys that are good; ``None``: no key is asked for, and whoever reaches this machine by
        its own name may ask. A page in a browser that was led here by another name may not.
    metrics
        Where requests are counted.
    """

    def __init__(self, app: ASGIApp, ring: KeyRing | None, metrics: Metrics) -> None:
        self.app = app
        self._ring = ring
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = begin(scope)
        scope["visit"] = visit

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *_SAFETY,
                    (b"x-request-id", visit.request_id),
                    (b"traceparent", visit.traceparent),
                ]
            await send(message)

        try:
            refusal = self._refusal(visit)
            await (refusal or self.app)(scope, receive, dressed)
        except ClientDisconnect:
            visit.status = _CLIENT_GONE
        finally:
            self._see_out(scope, visit)

    def _refusal(self, visit: Visit) -> Response | None:
        """Find out who asks; return the answer to whom nothing may be answered."""
        if self._ring is None:
            visit.holder = Anyone()
            if _is_own_name(visit.headers.get(b"host", b"")):
                return None
            visit.problem = FORBIDDEN.name
            return problem(FORBIDDEN, "without keys, ask this machine by its own name")
        given = visit.headers.get(b"authorization", b"")
        if given.startswith(_SCHEME):
            try:
                visit.holder = self._ring.find(given.removeprefix(_SCHEME).decode("latin-1"))
            except LogUnavailableError:
                visit.problem = STATE_UNAVAILABLE.name
                return problem(STATE_UNAVAILABLE, "which keys are good cannot be read")
        return None

    def _see_out(self, scope: Scope, visit: Visit) -> None:
        """Count the request; a refusal is an event, a score stands in the decision log."""
        seconds = perf_counter() - visit.started
        self._metrics.answered(visit, scope["method"], seconds)
        if visit.status >= _REFUSED or not visit.status:
            facts = {
                "request_id": visit.request_id.decode(),
                "trace_id": visit.traceparent[3:35].decode(),
                "route": visit.route,
                "status": visit.status,
                "problem": visit.problem,
                "key": visit.holder.id if visit.holder else None,
                "ms": round(seconds * 1_000, 2),
            }
            level = logging.ERROR if visit.status in {0, _FAILED} else logging.INFO
            log.log(level, "refused", extra=facts)


@lru_cache(256)
def _is_own_name(host: bytes) -> bool:
    """Whether a ``Host`` header, perhaps with a port, names this machine for itself alone."""
    whole = host.decode("latin-1").lower()
    name, _, port = whole.rpartition(":")
    return is_loopback(name if name and port.isdigit() else whole)
