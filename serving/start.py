"""The start: as many workers as the settings name, each with the app behind one port.

Nothing here imports LightGBM: the process that watches over workers does without.
"""

import uvicorn
from starlette.types import ASGIApp

from risk_platform.scoring.lean import spare_imports
from risk_platform.settings import Settings
from serving.deadlines import server_options
from serving.logs import to_stderr
from serving.metrics import share_between_workers


def serve() -> None:
    """Serve until stopped; a worker that dies or hangs is followed by another."""
    settings = Settings()
    to_stderr()
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
    spare_imports()
    from serving.worker import app_of  # noqa: PLC0415 - all that imports LightGBM comes after that

    to_stderr()
    return app_of(Settings())
