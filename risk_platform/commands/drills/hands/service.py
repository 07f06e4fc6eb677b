"""Another service of the same home and database, in a process of its own, while a drill lasts."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

import httpx
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from risk_platform.commands.drills.asking import ask, ask_surely
from risk_platform.commands.drills.ground import Ground
from risk_platform.commands.ports import free_port
from risk_platform.errors.drills import ServiceAwayError
from risk_platform.errors.running import ServiceNotReadyError
from risk_platform.settings import LOOPBACK, Settings

_START_SECONDS, _LOOK_SECONDS, _END_SECONDS = 120.0, 0.5, 15.0


@contextmanager
def another_service(settings: Settings, environment: Mapping[str, str]) -> Generator[str]:
    """Start a service, and give its address at once, which does not answer yet.

    Parameters
    ----------
    settings
        Of the platform.
    environment
        What it is started with beside these, and beside all that this process was.
    """
    port = free_port(LOOPBACK, 0)
    own = {
        "RISK_HOME": str(settings.root),
        "RISK_DATABASE": settings.database.get_secret_value(),
        "RISK_AUTH": settings.auth,
        "RISK_HOST": LOOPBACK,
        "RISK_API_PORT": str(port),
        "RISK_API_WORKERS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "serving"],
        env={**os.environ, **own, **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait(_END_SECONDS)


def answers_when_it_listens(url: str, ground: Ground) -> bool:
    """Wait until a service listens, and return whether a model answers there.

    Raises
    ------
    ServiceNotReadyError
        Nobody listens for too long.
    """
    _wait_until(lambda: ask(url, "/health/live", ground.clients.watching))
    return ask(url, "/model", ground.clients.watching).is_success


def wait_until_ready(url: str, ground: Ground) -> None:
    """Wait until a model answers at a service.

    Raises
    ------
    ServiceNotReadyError
        None does for too long.
    """
    _wait_until(lambda: ask_surely(url, "/model", ground.clients.watching))


def _wait_until(answers: Callable[[], httpx.Response]) -> None:
    patiently = Retrying(
        retry=retry_if_exception_type(ServiceAwayError),
        stop=stop_after_delay(_START_SECONDS),
        wait=wait_fixed(_LOOK_SECONDS),
    )
    try:
        patiently(answers)
    except RetryError as error:
        raise ServiceNotReadyError(f"it was not ready within {_START_SECONDS:g} s") from error
