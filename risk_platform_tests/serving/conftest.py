"""A service with a small champion, and a client of it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.moves import opened
from serving.app import House, create_app
from serving.breaker import Breaker, Judged
from serving.service import ScoringService, service_of

OPEN = House(ring=None)


class Blind(Breaker):
    """A breaker that looks at nothing."""

    def see(self, model: LoadedModel, recorded: Sequence[Judged]) -> None:
        """Do not."""


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    """Return an empty cache of a test's own."""
    return ModelCache(tmp_path / "models")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the home of a service that is to be started, in whose cache version 1 leads."""
    bring(ModelCache(Settings(home=tmp_path).models_folder), small_bundle(), 1)
    return tmp_path


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScoringService]:
    """Return a service with a champion; tests do not change it, and ask whatever they want."""
    home = tmp_path_factory.mktemp("home")
    cache = ModelCache(home / "models")
    bring(cache, small_bundle())
    database = open_store(f"sqlite:///{home / 'decisions.db'}")
    ready = service_of(cache, database)
    ready = replace(ready, breaker=Blind(ready.gate))
    ready.champions.refresh()
    opened(database)
    yield ready
    database.close()


@pytest.fixture(scope="session")
def client(service: ScoringService) -> Iterator[TestClient]:
    """Return a client of a service that is ready and asks for no key."""
    with client_of(service) as ready:
        yield ready


def client_of(service: ScoringService, house: House = OPEN) -> TestClient:
    """Return a client on the machine of a service; its context starts and stops the service."""
    app = create_app(service, house)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


@dataclass(frozen=True)
class Counter:
    """A service of its own, and a client of it."""

    service: ScoringService
    client: TestClient

    def ask(self, application: object, **headers: str) -> Any:
        """Ask for one decision."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post("/predict", json=application, headers=named)


@pytest.fixture
def counter(cache: ModelCache, store_url: str) -> Iterator[Counter]:
    """Return a service that runs, on SQLite and on PostgreSQL."""
    bring(cache, small_bundle())
    with closing(open_store(store_url)) as database:
        service = service_of(cache, database)
        service.champions.refresh()
        opened(database)
        with client_of(service) as client:
            yield Counter(service, client)
