"""An unsafe twin of the service: it looks at the gate, and then writes whatever was asked."""

from collections.abc import Sequence
from itertools import chain

import uvicorn

from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import Appended, DecisionLog, Request
from risk_platform.settings import Settings
from risk_platform_tests.handover.log.unsafe_logs import looking_first
from risk_platform_tests.serving.other_log import app_with, stored
from serving.deadlines import server_options
from serving.doors import Doors


class LookingLog(DecisionLog):
    """A log that looks first."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._append = looking_first(database)

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Look, and write."""
        self._append(list(chain.from_iterable(requests)))
        return stored(requests)


def create_worker() -> Doors:
    """Return the app of one process."""
    return app_with(LookingLog)


if __name__ == "__main__":
    uvicorn.run(
        "risk_platform_tests.serving.looking:create_worker",
        factory=True,
        port=Settings().api_port,
        workers=Settings().api_workers,
        **server_options(),
    )
