"""Doors: what requests pass before they are read, and answers on their way out."""

import logging
from functools import lru_cache, partial
from time import perf_counter

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from risk_platform.settings import is_loopback
from serving.metrics import Metrics
from serving.problems import FORBIDDEN, problem
from serving.visits import Visit, begin

log = logging.getLogger("serving.doors")

# Under which name the server finds, in the state that apps hand to it, whom to tell of requests
# that it refuses itself.
SEE_OUT = "see_out"
_FAILURES_OF_LIFESPAN = {"lifespan.startup.failed", "lifespan.shutdown.failed"}
_REFUSED, _FAILED = 400, 500


class Doors:
    """Let requests in, and see answers out.

    Parameters
    ----------
    app
        What answers.
    metrics
        Where requests are counted.
    asks_for_keys
        Whether keys are asked for. Where none is, whoever reaches this machine by its own name may
        ask; a page in a browser that was led here by another name may not.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, *, asks_for_keys: bool) -> None:
        self.app = app
        self._metrics = metrics
        self._asks_for_keys = asks_for_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            scope.get("state", {})[SEE_OUT] = self.see_out
            await self.app(scope, receive, partial(_tell_lifespan, send))
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = begin(scope["headers"])
        scope["visit"] = visit

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = [*message["headers"], *visit.headers_out]
            await send(message)

        try:
            await (self._refusal(visit) or self.app)(scope, receive, dressed)
        finally:
            self.see_out(visit, scope["method"])

    def _refusal(self, visit: Visit) -> Response | None:
        """Return the answer to whom nothing may be answered."""
        if self._asks_for_keys or _is_own_name(visit.headers.get(b"host", b"")):
            return None
        visit.problem = FORBIDDEN.name
        return problem(FORBIDDEN, "without keys, ask this machine by its own name")

    def see_out(self, visit: Visit, method: str) -> None:
        """Count a request; a refusal is an event, a score stands in the decision log."""
        seconds = perf_counter() - visit.started
        self._metrics.answered(visit, method, seconds)
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


async def _tell_lifespan(send: Send, message: Message) -> None:
    """Tell of a start or an end that fails as of anything else, in place of the server.

    It would write the words of the error, whatever these hold.
    """
    if message["type"] in _FAILURES_OF_LIFESPAN:
        log.error(message["type"], exc_info=True)  # noqa: LOG014 - sent while it is handled
        message = {"type": message["type"]}
    await send(message)


@lru_cache(256)
def _is_own_name(host: bytes) -> bool:
    """Whether a ``Host`` header, perhaps with a port, names this machine for itself alone."""
    whole = host.decode("latin-1").lower()
    name, _, port = whole.rpartition(":")
    return is_loopback(name if name and port.isdigit() else whole)
