"""An unsafe twin of the service: nobody looks at what it decides, however absurd."""

from unittest.mock import patch

import uvicorn
from starlette.types import ASGIApp

from risk_platform.settings import Settings
from serving import start
from serving.deadlines import server_options


def create_worker() -> ASGIApp:
    """Return the app of one process."""
    app = start.create_worker()
    # It is there once the app is, and looked up for each commit.
    patch("serving.breaker.Breaker.see").start()
    return app


if __name__ == "__main__":
    uvicorn.run(
        "risk_platform_tests.serving.unwatched:create_worker",
        factory=True,
        port=Settings().api_port,
        **server_options(),
    )
