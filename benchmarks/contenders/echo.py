"""The ceiling: a bare Starlette route that says JSON back, under uvicorn's fastest parts."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from benchmarks.contenders.contender import HOST, ROOT, Contender, Task
from risk_platform.commands.ports import free_port


@contextmanager
def echo(task: Task, _folder: Path) -> Generator[Contender]:
    """Give it; it scores nothing, so that what it says of one field counts as its score."""
    port = free_port(HOST, 0)
    yield Contender(
        command=[sys.executable, "-m", __spec__.name, str(port)],
        folder=ROOT,
        port=port,
        path="/",
        bodies=[msgspec.json.encode(one) for one in task.applications],
        score=lambda answer: answer["loan_amnt"],
        scores=[float(one["loan_amnt"]) for one in task.applications],
    )


async def _echo(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


if __name__ == "__main__":
    app = Starlette(routes=[Route("/", _echo, methods=["POST"])])
    uvicorn.run(
        app,
        host=HOST,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
