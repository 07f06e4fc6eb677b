"""An unsafe twin of the service: answers leave while their decisions are still to be committed."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import uvicorn

from risk_platform.handover.log.decisions import Appended, DecisionLog, Outcome, Request
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.app import House, create_app
from serving.deadlines import server_options
from serving.doors import Doors
from serving.service import service_of


class HastyLog(DecisionLog):
    """A log that says that all is well, and then writes."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Have the decisions written by and by."""
        threading.Timer(0.05, super().append, (requests,)).start()
        return [
            Appended(Outcome.STORED, tuple(one.answer for one in request)) for request in requests
        ]


def create_worker() -> Doors:
    """Return the app of one process."""
    settings = Settings()
    database = open_store(settings.database_url)
    service = service_of(ModelCache(settings.models_folder), database)
    service.champions.refresh()
    service = replace(service, log=HastyLog(database))
    return create_app(service, House(ring=None))


if __name__ == "__main__":
    uvicorn.run(
        "risk_platform_tests.serving.hasty:create_worker",
        factory=True,
        port=Settings().api_port,
        workers=Settings().api_workers,
        **server_options(),
    )
