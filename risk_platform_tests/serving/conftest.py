"""A service with a small champion, and a client of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from risk_platform_tests.bundles import local_registry, register, small_bundle
from serving.app import create_app
from serving.service import ScoringService

# Longer than any test: what a test wants to see it asks for itself.
NEVER = 3_600.0


@pytest.fixture(scope="session")
def champion_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a registry that holds one champion; tests do not change it."""
    folder = tmp_path_factory.mktemp("champion")
    (folder / "scratch").mkdir()
    register(local_registry(folder), small_bundle(), folder / "scratch")
    return folder


@pytest.fixture(scope="session")
def client(champion_store: Path) -> Iterator[TestClient]:
    """Return a client of a service that is ready."""
    service = ScoringService(local_registry(champion_store), NEVER)
    service.refresh()
    with TestClient(create_app(service), raise_server_exceptions=False) as ready:
        yield ready
