"""Latency: ``POST /predict`` on one connection, against a service that only echoes the body.

Both run as processes of their own on the same server; requests go to one and the other in turn, so
that a noisy moment of the machine hits both. Needs a champion: run ``make demo`` first.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from benchmarks.figures import show
from risk_platform.commands.demo import running_service
from risk_platform.commands.ports import free_port
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings

REQUESTS, WARM_UP = 2_000, 100
HOST = "127.0.0.1"


def run() -> None:
    """Measure and show."""
    body = dict(EXAMPLES["middling"])
    with running_service(Settings()) as service, _running_echo() as echo:
        taken = {"predict": [], "echo": []}
        for number in range(WARM_UP + REQUESTS):
            for name, client, path in (("predict", service, "/predict"), ("echo", echo, "/")):
                started = time.perf_counter()
                client.post(path, json=body).raise_for_status()
                if number >= WARM_UP:
                    taken[name].append(1_000 * (time.perf_counter() - started))
    rows = {name: _row(np.array(times)) for name, times in taken.items()}
    ratio = {key: rows["predict"][key] / rows["echo"][key] for key in rows["echo"]}
    show("latency", {**rows, "ratio": ratio})


def _row(milliseconds: np.ndarray) -> dict[str, float]:
    return {
        "median ms": float(np.median(milliseconds)),
        "p99 ms": float(np.quantile(milliseconds, 0.99)),
    }


@contextmanager
def _running_echo() -> Iterator[httpx.Client]:
    port = free_port(HOST, 0)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.latency", str(port)])
    try:
        with httpx.Client(base_url=f"http://{HOST}:{port}") as client:
            _wait_for(client)
            yield client
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            client.post("/", json={})
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the echo service did not start")


async def _echo(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


if __name__ == "__main__":
    app = Starlette(routes=[Route("/", _echo, methods=["POST"])])
    uvicorn.run(app, host=HOST, port=int(sys.argv[1]), log_level="error")
