"""The app: routes, problems and limits put together around a scoring service."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI

from serving import problems
from serving.limits import BodyLimit
from serving.routes import router
from serving.service import ScoringService

Companion = Callable[[], Coroutine[None, None, None]]


def create_app(service: ScoringService, companions: Sequence[Companion] = ()) -> FastAPI:
    """Return the app.

    Parameters
    ----------
    service
        What scores.
    companions
        What goes on beside, until it is cancelled, as long as the app runs.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = service
        async with AsyncExitStack() as stack:
            for companion in companions:
                await stack.enter_async_context(_beside(companion))
            yield

    app = FastAPI(
        title="risk_platform scoring",
        summary="Probability of default of LendingClub loan applications.",
        version=version("risk-platform"),
        lifespan=lifespan,
    )
    app.include_router(router)
    app.add_middleware(BodyLimit)
    problems.install(app)
    return app


@asynccontextmanager
async def _beside(companion: Companion) -> AsyncIterator[None]:
    task = asyncio.create_task(companion())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
