"""The service with another log than its own: for unsafe twins, and for what is only measured."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import Appended, DecisionLog, Outcome, Request
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.app import House, create_app
from serving.companions import Companion
from serving.doors import Doors
from serving.service import service_of
from serving.worker import collect_seldom


def app_with(log: Callable[[Database], DecisionLog], companions: Sequence[Companion] = ()) -> Doors:
    """Return the app of one process, that asks for no key and keeps little beside it."""
    settings = Settings()
    database = open_store(settings.database_url)
    service = service_of(ModelCache(settings.models_folder), database)
    service.champions.refresh()
    collect_seldom()
    service = replace(service, log=log(database))
    return create_app(service, House(ring=None), [service.champions.follow, *companions])


def stored(requests: Sequence[Request]) -> list[Appended]:
    """Return what a log says that has stored all of them."""
    return [Appended(Outcome.STORED, tuple(one.answer for one in request)) for request in requests]
