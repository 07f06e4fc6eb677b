"""A service with a small champion, and a client of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from risk_platform.handover.cache import ModelCache
from risk_platform_tests.bundles import bring, small_bundle
from serving.app import House, create_app
from serving.champions import Champions
from serving.service import ScoringService

OPEN = House(ring=None)


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    """Return an empty cache of a test's own."""
    return ModelCache(tmp_path / "models")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> ScoringService:
    """Return a service with a champion; tests do not change it."""
    cache = ModelCache(tmp_path_factory.mktemp("home") / "models")
    bring(cache, small_bundle())
    champions = Champions(cache)
    champions.refresh()
    return ScoringService(champions)


@pytest.fixture(scope="session")
def client(service: ScoringService) -> Iterator[TestClient]:
    """Return a client of a service that is ready and asks for no key."""
    with client_of(service) as ready:
        yield ready


def client_of(service: ScoringService, house: House = OPEN) -> TestClient:
    """Return a client on the machine of a service; its context starts and stops the service."""
    app = create_app(service, house)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
