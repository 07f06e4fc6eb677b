"""Opening: whoever starts the platform lifts what came of itself, and nothing that has a cause."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from risk_platform.commands.opening import opened
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform_tests.commands.drills.test_people import verdict
from risk_platform_tests.handover import moves
from risk_platform_tests.handover.log.decided import decision

WHY = "started by hand, as nothing was running"


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return a database whose gate nobody has moved yet."""
    with closing(open_store(store_url)) as made:
        yield made


def gate_of(database: Database, *, alone: bool) -> Gate:
    """Return its gate, by which one person may resume alone, or not."""
    return Gate(database, Rules(resumes_alone=alone))


def test_the_first_start_opens(database: Database) -> None:
    """However many it takes to resume: nothing was stopped yet."""
    assert opened(database, gate_of(database, alone=False), "Ada", WHY).is_running


def test_a_lease_that_ended_meanwhile_is_lifted_by_who_may(database: Database) -> None:
    """Under his name, as an event of its own."""
    gate = gate_of(database, alone=True)
    opened(database, gate, "Ada", WHY)
    moves.let_pass(database, 4_000)
    state = opened(database, gate, "Grace", WHY)
    assert (state.is_running, state.epoch, state.by, state.reason) == (True, 3, "Grace", WHY)


def _look(database: Database) -> None:
    DriftRecord(database).add(verdict())


def _decide(database: Database) -> None:
    DecisionLog(database).append([[decision()]])


@pytest.mark.parametrize("act", [_look, _decide])
def test_a_lease_that_ended_though_something_ran_stays_so(
    database: Database, act: Callable[[Database], None]
) -> None:
    """Who looked did not renew it, or nobody looked at what was decided: somebody says why."""
    gate = gate_of(database, alone=True)
    opened(database, gate, "Ada", WHY)
    moves.let_pass(database, 290)
    act(database)
    moves.let_pass(database, 20)
    assert not opened(database, gate, "Grace", WHY).is_running


def test_where_it_takes_two_a_lease_that_ended_stays_so(database: Database) -> None:
    """Whoever starts the platform is but one."""
    gate = gate_of(database, alone=False)
    opened(database, gate, "Ada", WHY)
    moves.let_pass(database, 4_000)
    assert not opened(database, gate, "Grace", WHY).is_running


def test_a_stop_that_somebody_meant_stays_one(database: Database) -> None:
    """Also where its lease would have ended since."""
    gate = gate_of(database, alone=True)
    opened(database, gate, "Ada", WHY)
    gate.pause("Grace", "odd scores")
    moves.let_pass(database, 4_000)
    assert not opened(database, gate, "Ada", WHY).is_running
