"""Our app with a log that keeps nothing and so asks no gate, for comparison alone."""

from collections.abc import Sequence
from dataclasses import replace

import uvicorn

from risk_platform.handover.log.decisions import Appended, DecisionLog, Outcome, Request
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.app import House, create_app
from serving.courier import keep_courier
from serving.deadlines import Patience, server_config
from serving.service import service_of


class KeepsNothing(DecisionLog):
    """A log that says what a log says, and forgets."""

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Say that all of them were stored."""
        return [
            Appended(Outcome.STORED, tuple(one.answer for one in request)) for request in requests
        ]


def serve() -> None:
    """Serve until stopped."""
    settings = Settings()
    database = open_store(settings.database_url)
    kept = service_of(ModelCache(settings.models_folder), database)
    service = replace(kept, log=KeepsNothing(database))
    app = create_app(service, House(ring=None), [service.champions.follow, keep_courier])
    config = server_config(app, Patience(), host=settings.host, port=settings.api_port)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve()
