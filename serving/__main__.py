"""``python -m serving``: settings, registry, service, doors, server."""

import uvicorn

from risk_platform.handover.registry import Registry
from risk_platform.settings import Settings
from serving.app import House, create_app
from serving.deadlines import Patience, server_config
from serving.keyring import NoKeys
from serving.logs import to_stderr
from serving.rates import Rates
from serving.service import ScoringService


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


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    to_stderr()
    registry = Registry(settings.tracking_uri, settings.model_name, settings.root / "mlflow")
    service = ScoringService(registry, settings.model_poll_seconds)
    app = create_app(service, house(settings))
    config = server_config(app, Patience(), host=settings.host, port=settings.api_port)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
