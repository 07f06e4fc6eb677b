"""An unsafe twin of the service: answers leave while their decisions are still to be committed."""

import threading
from collections.abc import Sequence

import uvicorn

from risk_platform.handover.log.decisions import Appended, DecisionLog, Request
from risk_platform.settings import Settings
from risk_platform_tests.serving.other_log import app_with, stored
from serving.deadlines import server_options
from serving.doors import Doors


class HastyLog(DecisionLog):
    """A log that says that all is well, and then writes."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Have the decisions written by and by."""
        threading.Timer(0.05, super().append, (requests,)).start()
        return stored(requests)


def create_worker() -> Doors:
    """Return the app of one process."""
    return app_with(HastyLog)


if __name__ == "__main__":
    uvicorn.run(
        "risk_platform_tests.serving.hasty:create_worker",
        factory=True,
        port=Settings().api_port,
        workers=Settings().api_workers,
        **server_options(),
    )
