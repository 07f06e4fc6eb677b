"""A service with a small champion, and a client of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from risk_platform.handover.cache import ModelCache
from risk_platform_tests.bundles import bring, small_bundle
from serving.app import create_app
from serving.champions import Champions
from serving.service import ScoringService


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    """Return an empty cache of a test's own."""
    return ModelCache(tmp_path / "models")


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a service that is ready."""
    cache = ModelCache(tmp_path_factory.mktemp("home") / "models")
    bring(cache, small_bundle())
    champions = Champions(cache)
    champions.refresh()
    with TestClient(create_app(ScoringService(champions)), raise_server_exceptions=False) as ready:
        yield ready
