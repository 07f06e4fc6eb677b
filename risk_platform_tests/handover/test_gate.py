"""The gate: shut until opened, stopped with a name and a reason, and what is missing is stopped."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from risk_platform.errors.handover import LogUnavailableError, ServingStoppedError
from risk_platform.errors.models import MissingReasonError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.state import State
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.tables import GATE, GATE_EVENTS
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import REASON, resumed


def test_a_new_database_is_stopped(database: Database) -> None:
    """Nobody has said that scoring may run."""
    state = Gate(database).state()
    assert (state.state, state.epoch) == (State.STOPPED, 0)
    with pytest.raises(ServingStoppedError, match="nobody has opened it yet"):
        DecisionLog(database).append([[decision()]])


def test_a_gate_is_opened_for_the_first_time_once(database: Database) -> None:
    """Starting the platform again never lets run what somebody stopped."""
    gate = Gate(database)
    assert gate.open_first("Ada").is_running
    gate.pause("Grace", "odd scores")
    assert not gate.open_first("Ada").is_running
    assert gate.state().reason == "odd scores"


def test_moves_are_recorded(gate: Gate, database: Database) -> None:
    """Each is a row: who, why, which epoch; the state is what the last one left."""
    stopped = gate.pause(" Grace ", "odd scores [ticket 12]")
    assert (stopped.by, stopped.epoch) == ("Grace", 2)
    assert gate.state() == stopped
    assert resumed(gate) == gate.state()
    with database.reading() as connection:
        events = connection.execute(select(GATE_EVENTS).order_by(GATE_EVENTS.c.sequence)).all()
    assert [(row.epoch, row.state, row.action, row.by_whom) for row in events] == [
        (1, "running", "opened", "Ada"),
        (2, "stopped", "stopped", "Grace"),
        (2, "stopped", "resume requested", "Ada"),
        (3, "running", "resumed", "Ada"),
    ]


def test_a_second_stop_is_a_stop_of_its_own(gate: Gate) -> None:
    """It has an epoch that nobody can have been asked to clear before."""
    first, second = gate.pause("Grace", "drift"), gate.pause("Ada", "a wrong model")
    assert (first.epoch, second.epoch) == (2, 3)
    assert gate.state().reason == "a wrong model"


@pytest.mark.parametrize(("by", "reason"), [("", "drift"), ("Ada", " ")])
def test_nothing_is_stopped_without_a_name_and_a_reason(gate: Gate, by: str, reason: str) -> None:
    """Blank ones are none; neither scoring nor a key."""
    with pytest.raises(MissingReasonError):
        gate.pause(by, reason)
    with pytest.raises(MissingReasonError):
        gate.suspend("a-key", by, reason)
    assert (gate.state().epoch, gate.state().suspended) == (1, frozenset())


def test_a_missing_state_is_stopped(gate: Gate, database: Database) -> None:
    """Nothing is scored, and nobody resumes what nobody knows."""
    with database.writing() as connection:
        connection.execute(delete(GATE))
    assert not gate.state().is_running
    with pytest.raises(ServingStoppedError, match="is missing"):
        DecisionLog(database).append([[decision()]])
    with pytest.raises(LogUnavailableError, match="is missing"):
        gate.resumes.request("Ada", REASON, -1)


def test_an_unknown_state_is_stopped(gate: Gate, database: Database) -> None:
    """Only one word lets scoring run."""
    with database.writing() as connection:
        connection.execute(update(GATE).values(state="Running"))
    assert not gate.state().is_running
    with pytest.raises(ServingStoppedError):
        DecisionLog(database).append([[decision()]])


def test_there_is_one_state(gate: Gate, database: Database) -> None:
    """The table takes no second row."""
    del gate
    row = {"id": 2, "state": "running", "epoch": 9, "reason": "", "by_whom": "", "at_us": 0}
    with pytest.raises(IntegrityError, match="gate_one_row"), database.writing() as connection:
        connection.execute(insert(GATE).values(row))
