"""The app: routes, problems and limits put together around a scoring service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI

from serving import problems
from serving.limits import BodyLimit
from serving.routes import router
from serving.service import ScoringService


def create_app(service: ScoringService) -> FastAPI:
    """Return the app; the service follows the registry as long as the app runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = service
        following = asyncio.create_task(service.follow())
        yield
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

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
