"""The app: routes, problems and doors put together around a scoring service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from serving import problems
from serving.companions import Companion, beside, end_as_failed
from serving.desk import Desk
from serving.doors import Doors
from serving.keyring import KeyRing
from serving.logs import tell_of_loop
from serving.metrics import Metrics
from serving.openapi import describe
from serving.rates import Rates
from serving.routes import router
from serving.service import ScoringService
from serving.watch import watching


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Which doors stand open.

    Parameters
    ----------
    ring
        The keys that are good; ``None``: who is on this machine needs none.
    rates
        How many applications each key may send; ``None``: as many as it likes.
    shows_docs
        Whether the API describes itself, at ``/docs`` and ``/openapi.json``.
    """

    ring: KeyRing | None
    rates: Rates | None = None
    shows_docs: bool = True


class _Lean(FastAPI):
    """FastAPI without what each request passes in vain.

    No route here has dependencies or uploads to clean up behind, each limits its own body, and
    telemetry is off.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """Return the router, behind what answers errors."""
        handlers = dict(self.exception_handlers)
        failure = handlers.pop(500)
        known = ExceptionMiddleware(self.router, handlers)
        return ServerErrorMiddleware(known, failure)


def create_app(
    service: ScoringService, house: House, companions: Sequence[Companion] = ()
) -> Doors:
    """Return the app.

    Parameters
    ----------
    service
        What scores.
    house
        Who is let in.
    companions
        What goes on beside, until it is cancelled, as long as the app runs.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(tell_of_loop)
        async with AsyncExitStack() as stack:
            stack.callback(service.close)
            desk = app.state.desk = Desk(
                service.champions, service.log, metrics.desk, service.breaker
            )
            stack.push_async_callback(asyncio.to_thread, desk.close)
            all_companions = [*companions, watching(service, desk, metrics.desk)]
            lost = await stack.enter_async_context(beside(all_companions))
            yield
        if lost.is_set():
            end_as_failed()

    metrics = Metrics()
    app = _Lean(
        lifespan=lifespan,
        openapi_url="/openapi.json" if house.shows_docs else None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service, app.state.metrics = service, metrics
    app.state.ring, app.state.rates, app.state.at_hand = house.ring, house.rates, Counter[str]()
    # Not by `include_router`, by which each request looks for its route twice; before the pages of
    # documents, as requests look for them in this order.
    app.router.routes[:0] = router.routes
    app.openapi = cache(partial(describe, app.routes))
    problems.install(app)
    return Doors(app, metrics, asks_for_keys=house.ring is not None)
