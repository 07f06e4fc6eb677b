"""A worker: from settings to an app that scores, with all that goes on beside it in its process."""

import asyncio
import gc
import logging
import multiprocessing
from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.access.keys import KeyRing, Keys
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import bring_up_to_date
from risk_platform.settings import Settings
from serving.app import House, create_app
from serving.beside import keep
from serving.companions import Companion
from serving.doors import Doors
from serving.rates import Rates
from serving.service import service_of

log = logging.getLogger("serving")

# A revoked key opens nothing after twice this.
REFRESH_SECONDS = 2.0


class OrphanedError(RiskPlatformError):
    """Nobody watches over this worker any more: it would hold the port, and nobody would know."""

    def __str__(self) -> str:
        """Say so."""
        return "the process that watched over this worker is gone"


def app_of(settings: Settings) -> Doors:
    """Return the app of this process."""
    database = Database(settings.database_url)
    gate = Gate.of(settings, database)
    service = service_of(ModelCache(settings.models_folder), database, gate)
    companions = [service.champions.follow, keep("serving.courier"), keep("serving.sealer")]
    # Before the first connection: a worker without a model, or without keys, refuses faster than
    # others answer, and would draw requests away from them. What a database keeps that is away is
    # read once it answers.
    service.champions.refresh()
    if not answers(opening := partial(bring_up_to_date, database)):
        companions.append(insisting(opening))
    # A database that was restored is shut before anybody asks.
    answers(gate.look)
    ring = KeyRing(Keys(database)) if settings.auth == "keys" else None
    if ring:
        reading = reading_keys(ring)
        answers(reading)
        companions.append(again_and_again(reading))
    if parent := multiprocessing.parent_process():
        companions.append(end_with(parent))
    collect_seldom()
    return create_app(service, house(settings, ring), companions)


def collect_seldom() -> None:
    """Have the collector look for garbage less often, and never at what stands until the end.

    Requests leave next to none in cycles; looking for it takes a tenth of their time otherwise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def house(settings: Settings, ring: KeyRing | None) -> House:
    """Return the doors as the settings want them; without a ring no key is asked for."""
    limit = settings.rate_per_minute if ring else 0
    return House(
        ring=ring,
        rates=Rates(settings.root / "rates", limit, settings.rate_burst) if limit else None,
        shows_docs=not settings.production,
    )


def answers(act: Callable[[], object]) -> bool:
    """Do what needs the database, and say whether that answered."""
    try:
        act()
    except LogUnavailableError as error:
        log.warning("the database does not answer", extra={"sentence": str(error)})
        return False
    return True


def reading_keys(ring: KeyRing) -> Callable[[], None]:
    """Return what reads the keys, and tells of each role that is not known here, once."""
    told = set[str]()

    def read() -> None:
        ring.refresh()
        if new := ring.unknown_roles - told:
            told.update(new)
            log.warning("keys have roles that are not known here", extra={"roles": sorted(new)})

    return read


def again_and_again(act: Callable[[], None]) -> Companion:
    """Return what does something for ever, beside the event loop, whatever the database."""

    async def go_on() -> None:
        while True:
            await asyncio.to_thread(answers, act)
            await asyncio.sleep(REFRESH_SECONDS)

    return go_on


def insisting(act: Callable[[], None]) -> Companion:
    """Return what does something until the database answers; it stays, as companions do."""

    async def go_on() -> None:
        while True:
            if await asyncio.to_thread(answers, act):
                await asyncio.Event().wait()
            await asyncio.sleep(REFRESH_SECONDS)

    return go_on


def end_with(parent: BaseProcess) -> Companion:
    """Return what fails, and so ends this process, once the one that watches over it is gone."""

    async def wait() -> None:
        gone, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(parent.sentinel, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(parent.sentinel)
        raise OrphanedError

    return wait
