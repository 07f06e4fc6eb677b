"""Our app with a log that keeps nothing and so asks no gate, for comparison alone."""

from collections.abc import Sequence

import uvicorn

from risk_platform.handover.log.decisions import Appended, DecisionLog, Request
from risk_platform.settings import Settings
from risk_platform_tests.serving.other_log import app_with, stored
from serving.deadlines import server_options
from serving.doors import Doors


class KeepsNothing(DecisionLog):
    """A log that says what a log says, and forgets."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Say that all of them were stored."""
        return stored(requests)


def create_worker() -> Doors:
    """Return the app; the server calls it."""
    return app_with(KeepsNothing)


if __name__ == "__main__":
    uvicorn.run(
        create_worker,
        factory=True,
        host=Settings().host,
        port=Settings().api_port,
        **server_options(),
    )
