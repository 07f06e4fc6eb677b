"""The start: settings, store, champions, doors, server."""

import asyncio
import logging
from collections.abc import Callable

import uvicorn

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.access.keys import KeyRing, Keys
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from serving.app import Companion, House, create_app
from serving.courier import keep_courier
from serving.deadlines import Patience, server_config
from serving.logs import to_stderr
from serving.rates import Rates
from serving.service import service_of

log = logging.getLogger("serving")

# A revoked key opens nothing after twice this; a decision is sealed and anchored within it.
REFRESH_SECONDS, SEAL_SECONDS = 2.0, 2.0


def serve() -> None:
    """Serve until stopped."""
    settings = Settings()
    to_stderr()
    database = open_store(settings.database_url)
    service = service_of(ModelCache(settings.models_folder), database)
    ring = KeyRing(Keys(database)) if settings.auth == "keys" else None
    sealer = Sealer(database, Anchors(settings.anchors_file))
    companions = [service.champions.follow, keep_courier, again(sealer.seal, SEAL_SECONDS)]
    if ring:
        companions.append(again(ring.refresh, REFRESH_SECONDS))
    app = create_app(service, house(settings, ring), companions)
    config = server_config(app, Patience(), host=settings.host, port=settings.api_port)
    try:
        uvicorn.Server(config).run()
    finally:
        database.close()


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
