"""``python -m serving``: settings, champions, service, app, server."""

import logging

from risk_platform.scoring.lean import spare_imports


def main() -> None:
    """Serve until stopped."""
    spare_imports()
    import uvicorn  # noqa: PLC0415 - and all else that would import LightGBM comes after it

    from risk_platform.handover.cache import ModelCache  # noqa: PLC0415
    from risk_platform.settings import Settings  # noqa: PLC0415
    from serving.app import create_app  # noqa: PLC0415
    from serving.champions import Champions  # noqa: PLC0415
    from serving.courier import keep_courier  # noqa: PLC0415
    from serving.service import ScoringService  # noqa: PLC0415

    settings = Settings()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    champions = Champions(ModelCache(settings.models_folder))
    uvicorn.run(
        create_app(ScoringService(champions), (champions.follow, keep_courier)),
        host=settings.host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
