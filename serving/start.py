"""The start: as many workers as the settings name, each with the app behind one port.

Nothing here imports what scores: the process that watches over workers does without.
"""

import logging
import sys
from contextlib import ExitStack
from types import TracebackType

import uvicorn
from pydantic import ValidationError
from starlette.types import ASGIApp

from risk_platform.settings import Settings
from serving.deadlines import server_options
from serving.logs import tell_uncaught, to_stderr
from serving.metrics import share_between_workers

log = logging.getLogger("serving")


def serve() -> None:
    """Serve until stopped; a worker that dies or hangs is followed by another."""
    to_stderr()
    settings = _settings()
    if settings.api_workers > 1:
        share_between_workers(settings.root)
    uvicorn.run(
        f"{__name__}:create_worker",
        factory=True,
        host=settings.host,
        port=settings.api_port,
        workers=settings.api_workers,
        **server_options(),
    )


def create_worker() -> ASGIApp:
    """Return the app of a process that scores; the server calls it in that process."""
    to_stderr()
    with ExitStack() as start:
        start.push(_end_if_it_fails)
        from serving.worker import app_of  # noqa: PLC0415 - spares the process that watches

        return app_of(Settings())


def _settings() -> Settings:
    """Return the settings, or end with what is wrong with them, and without what was given."""
    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False):
            name = "_".join(("risk", *map(str, fault["loc"]))).upper()
            log.critical("%s: %s", name, fault["msg"])
        sys.exit(1)


def _end_if_it_fails(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> None:
    """End this process where a start failed; else whoever started it would write the traceback."""
    if kind and isinstance(error, Exception):
        tell_uncaught(kind, error, trace)
        sys.exit(1)
