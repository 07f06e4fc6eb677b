"""Servers of a few lines, for tests of what sends load to them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.config import Config

from risk_platform_tests.serving.running import running

STALL_SECONDS = 0.4
REFUSED, STALLING = b'"no"', b'"stall"'


class Listener:
    """A server that answers one request after another, and remembers what it was sent.

    ``"no"`` is answered with 503, and ``"stall"`` only after a while, in which all others wait.
    """

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._turn = asyncio.Lock()

    async def answer(self, request: Request) -> Response:
        """Answer a body."""
        body = await request.body()
        self.heard.append(body)
        async with self._turn:
            if body == STALLING:
                await asyncio.sleep(STALL_SECONDS)
        return Response(status_code=503 if body == REFUSED else 200)


@contextmanager
def listening() -> Iterator[tuple[Listener, int]]:
    """Give a listener that runs, and its port."""
    listener = Listener()
    app = Starlette(routes=[Route("/", listener.answer, methods=["POST"])])
    with running(Config(app, log_config=None)) as port:
        yield listener, port
