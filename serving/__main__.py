"""``python -m serving``: settings, registry, service, app, server."""

import logging

import uvicorn

from risk_platform.handover.registry import Registry
from risk_platform.settings import Settings
from serving.app import create_app
from serving.service import ScoringService


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    registry = Registry(settings.tracking_uri, settings.model_name, settings.root / "mlflow")
    service = ScoringService(registry, settings.model_poll_seconds)
    uvicorn.run(
        create_app(service),
        host=settings.host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
