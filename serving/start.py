"""The start: settings, champions, service, doors, server."""

import uvicorn

from risk_platform.handover.cache import ModelCache
from risk_platform.settings import Settings
from serving.app import House, create_app
from serving.champions import Champions
from serving.courier import keep_courier
from serving.deadlines import Patience, server_config
from serving.keyring import NoKeys
from serving.logs import to_stderr
from serving.rates import Rates
from serving.service import ScoringService


def serve() -> None:
    """Serve until stopped."""
    settings = Settings()
    to_stderr()
    champions = Champions(ModelCache(settings.models_folder))
    companions = (champions.follow, keep_courier)
    app = create_app(ScoringService(champions), house(settings), companions)
    config = server_config(app, Patience(), host=settings.host, port=settings.api_port)
    uvicorn.Server(config).run()


def house(settings: Settings) -> House:
    """Return the doors as the settings want them."""
    if settings.auth == "off":
        return House(ring=None, shows_docs=not settings.production)
    limit = settings.rate_per_minute
    file = settings.root / "rates"
    return House(
        ring=NoKeys(),
        rates=Rates(file, limit, settings.rate_burst) if limit else None,
        shows_docs=not settings.production,
    )
