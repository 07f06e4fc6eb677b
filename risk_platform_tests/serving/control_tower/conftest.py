"""Platforms for the tower to show: one that has everything, and one that has nothing."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit as st
from pydantic import SecretStr

from risk_platform.commands.ports import free_port
from risk_platform.handover.access.roles import Role
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.moves import ALL_DAY
from risk_platform_tests.monitored import world
from risk_platform_tests.serving.control_tower import published
from risk_platform_tests.serving.rings import RingOfPeople
from risk_platform_tests.serving.running import patiently, running
from serving.app import House, create_app
from serving.deadlines import Patience
from serving.service import service_of

OPEN = House(ring=None)


@dataclass(frozen=True)
class Platform:
    """A home, and where its service listens."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """What the tower is told of it."""
        return {
            "RISK_HOME": str(self.settings.home),
            "RISK_API_PORT": str(self.settings.api_port),
            "RISK_DRILLS": "true",
        }


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """Let no test see what another asked for."""
    st.cache_data.clear()
    st.cache_resource.clear()


@contextmanager
def served(home: Path, rules: Rules, house: House = OPEN, key: str = "") -> Generator[Platform]:
    """Run the service of a home, whose gate follows some rules; ``key`` is the tower's own."""
    cache = ModelCache(Settings(home=home).models_folder)
    bring(cache, small_bundle())
    with closing(open_store(Settings(home=home).database_url)) as database:
        gate = Gate(database, rules)
        gate.open_first("Ada")
        service = service_of(cache, database, gate)
        service.champions.refresh()
        app = create_app(service, house)
        with running(patiently(app, Patience())) as port:
            told = {"home": home, "api_port": port, "tower_key": SecretStr(key)}
            yield Platform(Settings(**told, drills=True))


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Return a platform that has everything, whose service runs; no test stops it for good."""
    home = tmp_path_factory.mktemp("full")
    published.everything(home, world())
    with served(home, ALL_DAY) as platform:
        yield platform


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[Platform]:
    """Return a platform that a test may stop, and one person alone may resume."""
    with served(tmp_path, Rules(lease_seconds=86_400, resumes_alone=True)) as platform:
        yield platform


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[Platform]:
    """Return a platform whose service wants keys; that of the tower reads and scores."""
    ring = RingOfPeople({"tower": {Role.READ, Role.SCORE}})
    with served(tmp_path, ALL_DAY, House(ring=ring), "tower") as platform:
        yield platform


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """Return a platform that has nothing, of which nothing runs."""
    home: Path = tmp_path_factory.mktemp("bare")
    return Platform(Settings(home=home, api_port=free_port("127.0.0.1", 0), drills=True))
