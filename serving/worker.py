"""A worker: from settings to an app that scores, with all that goes on beside it in its process."""

import asyncio
import gc
import logging
import multiprocessing
import signal
from multiprocessing.process import BaseProcess

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.access.keys import KeyRing, Keys
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.app import Companion, House, create_app
from serving.beside import keep
from serving.doors import Doors
from serving.rates import Rates
from serving.service import service_of

log = logging.getLogger("serving")

# A revoked key opens nothing after twice this.
REFRESH_SECONDS = 2.0


def app_of(settings: Settings) -> Doors:
    """Return the app of this process."""
    database = open_store(settings.database_url)
    service = service_of(ModelCache(settings.models_folder), database)
    # Before the first connection: a worker without a model refuses faster than others answer, and
    # would draw requests away from them.
    service.champions.refresh()
    ring = KeyRing(Keys(database)) if settings.auth == "keys" else None
    companions = [service.champions.follow, keep("serving.courier"), keep("serving.sealer")]
    if ring:
        companions.append(refreshing(ring))
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


def refreshing(ring: KeyRing) -> Companion:
    """Return what reads the keys again and again, beside the event loop, whatever the database."""

    async def go_on() -> None:
        while True:
            try:
                await asyncio.to_thread(ring.refresh)
            except LogUnavailableError as error:
                log.warning("keys were not read", extra={"sentence": str(error)})
            await asyncio.sleep(REFRESH_SECONDS)

    return go_on


def end_with(parent: BaseProcess) -> Companion:
    """Return what ends this process, as a person would, once the one that watches over it is gone.

    It would hold the port, and nobody would know of it.
    """

    async def wait() -> None:
        gone, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(parent.sentinel, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(parent.sentinel)
        log.warning("who watched over this worker is gone")
        signal.raise_signal(signal.SIGTERM)

    return wait
