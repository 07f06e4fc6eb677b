"""Our app with a log that keeps nothing and so asks no gate, for comparison alone."""

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
from serving.worker import collect_seldom


class KeepsNothing(DecisionLog):
    """A log that says what a log says, and forgets."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Say that all of them were stored."""
        return [
            Appended(Outcome.STORED, tuple(one.answer for one in request)) for request in requests
        ]


def create_worker() -> Doors:
    """Return the app; the server calls it."""
    settings = Settings()
    database = open_store(settings.database_url)
    kept = service_of(ModelCache(settings.models_folder), database)
    kept.champions.refresh()
    collect_seldom()
    service = replace(kept, log=KeepsNothing(database))
    return create_app(service, House(ring=None), [service.champions.follow])


if __name__ == "__main__":
    uvicorn.run(
        create_worker,
        factory=True,
        host=Settings().host,
        port=Settings().api_port,
        **server_options(),
    )
