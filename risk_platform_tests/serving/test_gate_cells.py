"""Who may do what, when: each key, each action, each state of the gate, and nothing else opens."""

import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from risk_platform.handover.access.roles import Role
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Cause
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.moves import ALL_DAY, REASON, let_pass
from risk_platform_tests.serving.conftest import client_of
from risk_platform_tests.serving.rings import RingOfPeople, bearer
from serving.app import House
from serving.service import service_of

GOOD = dict(EXAMPLES["good"])
# ``asker`` asked for the resume that is open, ``rogue`` may be suspended.
KEYS: Mapping[str, frozenset[Role]] = {
    "branch": frozenset({Role.SCORE}),
    "rogue": frozenset({Role.SCORE}),
    "reader": frozenset({Role.READ}),
    "operator": frozenset({Role.OPERATE}),
    "asker": frozenset({Role.RESUME}),
    "approver": frozenset({Role.RESUME}),
    "all": frozenset(Role),
    "nobody": frozenset(),
}
WHO = [*KEYS, "unknown", ""]


@dataclass(frozen=True)
class Cell:
    """A gate that is put into one state after the other, and a client of its service."""

    database: Database
    gate: Gate
    client: TestClient

    def anew(self) -> None:
        """Forget all that was."""
        with self.database.writing() as connection:
            for statement in (
                "DELETE FROM gate_events",
                "DELETE FROM gate",
                """INSERT INTO gate (id, state, epoch, reason, by_whom, at_us)
                VALUES (1, 'stopped', 0, 'nobody has opened it yet', '', 0)""",
            ):
                connection.execute(text(statement))

    def run(self, statement: str) -> None:
        """Change the gate's row by hand."""
        with self.database.writing() as connection:
            connection.execute(text(statement))


def never_opened(house: Cell) -> None:
    """Leave it as it is."""


def running(house: Cell) -> None:
    """Open it."""
    house.gate.open_first("Ada")


def stopped(house: Cell) -> None:
    """Stop it by hand."""
    running(house)
    house.gate.pause("Grace", "odd scores")


def drifted(house: Cell) -> None:
    """Stop it by drift, of which there is no verdict since."""
    running(house)
    house.gate.pause("the sensor", "dti", cause=Cause(trigger="drift"))


def lapsed(house: Cell) -> None:
    """Let its lease end."""
    running(house)
    let_pass(house.database, ALL_DAY.lease_seconds)
    house.gate.look()


def missing(house: Cell) -> None:
    """Lose its row."""
    house.run("DELETE FROM gate")


def unknown(house: Cell) -> None:
    """Write a word that is none."""
    running(house)
    house.run("UPDATE gate SET state = 'open'")


def suspended(house: Cell) -> None:
    """Suspend one key while it runs."""
    running(house)
    house.gate.suspend("rogue", "Grace", "odd traffic")


STATES: list[Callable[[Cell], None]] = [
    never_opened,
    running,
    stopped,
    drifted,
    lapsed,
    missing,
    unknown,
    suspended,
]
RUNNING = {running, suspended}
# Drift wants evidence that nobody gives here.
CAN_BE_ASKED_FOR = {never_opened, stopped, lapsed, unknown}

BATCH = {"applications": [GOOD]}
Act = Callable[[Cell, dict[str, str]], int]


def post(path: str, body: Mapping[str, object], house: Cell, headers: dict[str, str]) -> int:
    """Send something, and return the status."""
    named = headers | {"Idempotency-Key": uuid.uuid4().hex}
    return house.client.post(path, json=body, headers=named).status_code


def get(path: str, house: Cell, headers: dict[str, str]) -> int:
    """Ask for something, and return the status."""
    return house.client.get(path, headers=headers).status_code


def ask(house: Cell, headers: dict[str, str]) -> int:
    """Ask for a resume of the stop that there is."""
    order = {"epoch": max(0, house.gate.state().epoch), "reason": REASON}
    return post("/serving-state/resume-requests", order, house, headers)


def approve(house: Cell, headers: dict[str, str]) -> int:
    """Approve what ``asker`` asked for, where that can be; else what nobody asked for."""
    epoch, request_id = max(0, house.gate.state().epoch), "0190a0a0-0000-7000-8000-000000000000"
    order = {"epoch": epoch, "reason": REASON}
    asked = house.client.post("/serving-state/resume-requests", json=order, headers=bearer("asker"))
    if asked.status_code == 200:
        request_id = asked.json()["request_id"]
    path = f"/serving-state/resume-requests/{request_id}/approval"
    return post(path, {"epoch": epoch}, house, headers)


ACTIONS: Mapping[str, Act] = {
    "predict": partial(post, "/predict", GOOD),
    "batch": partial(post, "/predict/batch", BATCH),
    "ready": partial(get, "/health/ready"),
    "state": partial(get, "/serving-state"),
    "metrics": partial(get, "/metrics"),
    "stop": partial(post, "/serving-state/stop", {"reason": "odd scores"}),
    "ask": ask,
    "approve": approve,
}
NEEDS: Mapping[str, frozenset[Role]] = {
    "predict": frozenset({Role.SCORE}),
    "batch": frozenset({Role.SCORE}),
    "ready": frozenset({Role.READ, Role.OPERATE}),
    "state": frozenset({Role.READ, Role.OPERATE, Role.RESUME}),
    "metrics": frozenset({Role.READ, Role.OPERATE}),
    "stop": frozenset({Role.OPERATE}),
    "ask": frozenset({Role.RESUME}),
    "approve": frozenset({Role.RESUME}),
}


def is_allowed(who: str, action: str, state: Callable[[Cell], None]) -> bool:
    """Say what is written down: by role, by state, and by what the two of them say together."""
    if not KEYS.get(who, frozenset()) & NEEDS[action]:
        return False
    by_state = {
        "predict": state in RUNNING and not (state is suspended and who == "rogue"),
        "batch": state in RUNNING and not (state is suspended and who == "rogue"),
        "ready": state in RUNNING,
        "stop": state is not missing,
        "ask": state in CAN_BE_ASKED_FOR,
        "approve": state in CAN_BE_ASKED_FOR and who != "asker",
    }
    return by_state.get(action, True)


@pytest.fixture(scope="module")
def a_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    """Return a service of this module's own."""
    home: Path = tmp_path_factory.mktemp("cells")
    cache = ModelCache(home / "models")
    bring(cache, small_bundle())
    with closing(open_store(f"sqlite:///{home / 'decisions.db'}")) as database:
        gate = Gate(database, ALL_DAY)
        service = replace(service_of(cache, database, gate))
        service.champions.refresh()
        with client_of(service, House(ring=RingOfPeople(KEYS))) as client:
            yield Cell(database, gate, client)


@pytest.mark.parametrize("state", STATES)
def test_nothing_opens_that_should_not(a_house: Cell, state: Callable[[Cell], None]) -> None:
    """80 cells for each of eight states; what should open does."""
    wrong = dict[tuple[str, str], int]()
    for who, action in itertools.product(WHO, ACTIONS):
        a_house.anew()
        state(a_house)
        status = ACTIONS[action](a_house, bearer(who) if who else {})
        if (status == 200) is not is_allowed(who, action, state):
            wrong[who, action] = status
        assert status != 500
    assert wrong == {}
