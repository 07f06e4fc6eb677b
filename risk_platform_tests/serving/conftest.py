"""A service with a small champion, and a client of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from risk_platform_tests.bundles import local_registry, register, small_bundle
from serving.app import House, create_app
from serving.service import ScoringService

# Longer than any test: what a test wants to see it asks for itself.
NEVER = 3_600.0
OPEN = House(ring=None)


@pytest.fixture(scope="session")
def champion_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a registry that holds one champion; tests do not change it."""
    folder = tmp_path_factory.mktemp("champion")
    (folder / "scratch").mkdir()
    register(local_registry(folder), small_bundle(), folder / "scratch")
    return folder


@pytest.fixture(scope="session")
def service(champion_store: Path) -> ScoringService:
    """Return a service with a champion; tests do not change it."""
    ready = ScoringService(local_registry(champion_store), NEVER)
    ready.refresh()
    return ready


@pytest.fixture(scope="session")
def client(service: ScoringService) -> Iterator[TestClient]:
    """Return a client of a service that is ready and asks for no key."""
    with client_of(service) as ready:
        yield ready


def client_of(service: ScoringService, house: House = OPEN) -> TestClient:
    """Return a client on the machine of a service; its context starts and stops the service."""
    app = create_app(service, house)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
