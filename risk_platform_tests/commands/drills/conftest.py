"""A service that runs, people who look after its gate, and ordinary applications for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from risk_platform.commands.drills.clients import Clients, clients_of
from risk_platform.commands.drills.ground import Ground
from risk_platform.commands.drills.people import People
from risk_platform.handover.clock import now_us
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType, Cause
from risk_platform.handover.gating.news import rule_of_suspension
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.log.decisions import Decision, DecisionLog
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform.simulation.applications import Applications
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.processes import Running, service
from risk_platform_tests.simulation.conftest import generated
from risk_platform_tests.waiting import wait_for

CLIENTS, PER_SECOND, MOST = 5, 150.0, 150
# By which something stops that looks at what is sent.
BY_BREAKER = Cause(actor_type=ActorType.BREAKER, trigger="breaker: missing")
# Of the whole of these tests: nothing renews it.
LEASE_SECONDS = 3_600.0
UNWATCHED = "risk_platform_tests.serving.unwatched"


@dataclass(frozen=True)
class Place:
    """A platform to put through drills.

    Attributes
    ----------
    home
        Its home.
    running
        Its service.
    database
        What it logs into.
    gate
        Its gate, for those who stop and resume.
    ground
        Where drills take place.
    """

    home: Path
    running: Running
    database: Database
    gate: Gate
    ground: Ground

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.database.engine.url.render_as_string(hide_password=False)

    def decisions(self) -> list[Decision]:
        """Return all that was decided so far."""
        return [*DecisionLog(self.database).window(0, now_us() + 1)]

    @contextmanager
    def guarded(
        self, is_enough: Callable[[], bool], act: Callable[[], object] | None = None
    ) -> Iterator[None]:
        """Have scoring stopped as by the breaker, or something else done, once enough was seen."""
        ended = threading.Event()
        stop = act or partial(self.gate.pause, "Ada", "odd applications", cause=BY_BREAKER)

        def look() -> None:
            while not ended.wait(0.02):
                if is_enough():
                    stop()
                    return

        guard = threading.Thread(target=look)
        guard.start()
        try:
            yield
        finally:
            ended.set()
            guard.join()


@pytest.fixture(scope="package")
def pool() -> Applications:
    """Return ordinary applications."""
    return generated(1_000)


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory, pool: Applications) -> Iterator[Place]:
    """Return a platform whose service asks for keys; each test leaves it running."""
    home = tmp_path_factory.mktemp("home")
    with placed(home, f"sqlite:///{home / 'decisions.db'}", pool) as made:
        yield made


@contextmanager
def placed(home: Path, database_url: str, pool: Applications) -> Iterator[Place]:
    """Start a platform of a home, and give it; who guards it, if anybody, is a test's to say."""
    bring(ModelCache(Settings(home=home).models_folder), small_bundle(), 1)
    told = {"auth": "keys", "rate_per_minute": 0, "lease_seconds": LEASE_SECONDS}
    with (
        service(home, UNWATCHED, database=database_url, **told) as running,
        closing(open_store(database_url)) as database,
    ):
        url = str(running.client.base_url).rstrip("/")
        wait_for(f"{url}/health/live")
        gate = Gate(database, Rules(lease_seconds=LEASE_SECONDS, resumes_alone=True))
        people = People(gate, DriftRecord(database), "Grace", pytest.fail)
        with clients_of(url, database, CLIENTS) as clients:
            ground = _ground(url, clients, pool, people, database)
            yield Place(home, running, database, gate, ground)


def _ground(
    url: str, clients: Clients, pool: Applications, people: People, database: Database
) -> Ground:
    """Return a ground for drills that are over soon, where a person resumes at once."""
    return Ground(
        url=url,
        clients=clients,
        pool=pool,
        resume=people.resume,
        reinstate=people.reinstate,
        suspended_by=partial(rule_of_suspension, database),
        per_second=PER_SECOND,
        before=40,
        after=40,
        most=MOST,
        patience_seconds=0.5,
        recovery_seconds=10.0,
    )
