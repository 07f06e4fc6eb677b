"""A worker: from settings to an app that scores, with all that goes on beside it in its process."""

import asyncio
import gc
import logging
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.access.keys import KeyRing, Keys
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.app import Companion, House, create_app
from serving.courier import keep_courier
from serving.doors import Doors
from serving.rates import Rates
from serving.service import service_of

log = logging.getLogger("serving")

# A revoked key opens nothing after twice this; a decision is sealed and anchored within it.
REFRESH_SECONDS, SEAL_SECONDS = 2.0, 2.0


def app_of(settings: Settings) -> Doors:
    """Return the app of this process."""
    database = open_store(settings.database_url)
    service = service_of(ModelCache(settings.models_folder), database)
    # Before the first connection: a worker without a model refuses faster than others answer, and
    # would draw requests away from them.
    service.champions.refresh()
    ring = KeyRing(Keys(database)) if settings.auth == "keys" else None
    sealer = Sealer(database, Anchors(settings.anchors_file))
    companions = [service.champions.follow, keep_courier, again(sealer.seal, SEAL_SECONDS)]
    if ring:
        companions.append(again(ring.refresh, REFRESH_SECONDS))
    if parent := multiprocessing.parent_process():
        companions.append(end_with(parent))
    # What stands now stands until the end: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    return create_app(service, house(settings, ring), companions)


def house(settings: Settings, ring: KeyRing | None) -> House:
    """Return the doors as the settings want them; without a ring no key is asked for."""
    limit = settings.rate_per_minute if ring else 0
    return House(
        ring=ring,
        rates=Rates(settings.root / "rates", limit, settings.rate_burst) if limit else None,
        shows_docs=not settings.production,
    )


def again(act: Callable[[], object], seconds: float) -> Companion:
    """Return what does something again and again, beside the event loop, whatever the database."""

    async def go_on() -> None:
        while True:
            try:
                await asyncio.to_thread(act)
            except LogUnavailableError as error:
                log.warning("not done", extra={"act": act.__qualname__, "sentence": str(error)})
            await asyncio.sleep(seconds)

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
