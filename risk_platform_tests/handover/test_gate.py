"""The gate: shut until opened, moved with a name and a reason, and what is missing is stopped."""

import threading

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from risk_platform.errors.handover import (
    LogUnavailableError,
    NotStoppedError,
    ServingStoppedError,
)
from risk_platform.errors.models import MissingReasonError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate, State
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.tables import GATE, GATE_EVENTS
from risk_platform_tests.handover.log.decided import decision


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


def test_pause_and_resume_are_recorded(gate: Gate, database: Database) -> None:
    """Each move is a row: who, why, which epoch; the state is what the last one left."""
    stopped = gate.pause(" Grace ", "odd scores [ticket 12]")
    assert (stopped.by, stopped.epoch) == ("Grace", 2)
    assert gate.state() == stopped
    assert gate.resume("Ada", "explained").is_running
    with database.reading() as connection:
        events = connection.execute(select(GATE_EVENTS).order_by(GATE_EVENTS.c.sequence)).all()
    assert [(row.epoch, row.state, row.by_whom) for row in events] == [
        (1, "running", "Ada"),
        (2, "stopped", "Grace"),
        (3, "running", "Ada"),
    ]


def test_a_second_stop_is_a_stop_of_its_own(gate: Gate) -> None:
    """It has an epoch that nobody can have been asked to clear before."""
    first, second = gate.pause("Grace", "drift"), gate.pause("Ada", "a wrong model")
    assert (first.epoch, second.epoch) == (2, 3)
    assert gate.state().reason == "a wrong model"


def test_what_runs_is_not_resumed(gate: Gate) -> None:
    """There is nothing to resume, and nothing is recorded."""
    with pytest.raises(NotStoppedError):
        gate.resume("Ada", "to be sure")
    assert gate.state().epoch == 1


@pytest.mark.parametrize(("by", "reason"), [("", "drift"), ("Ada", " ")])
def test_nothing_moves_without_a_name_and_a_reason(gate: Gate, by: str, reason: str) -> None:
    """Blank ones are none."""
    for move in (gate.pause, gate.resume):
        with pytest.raises(MissingReasonError):
            move(by, reason)
    assert gate.state().epoch == 1


def test_a_missing_state_is_stopped(gate: Gate, database: Database) -> None:
    """Nothing is scored, and nobody resumes what nobody knows."""
    with database.writing() as connection:
        connection.execute(delete(GATE))
    assert not gate.state().is_running
    with pytest.raises(ServingStoppedError, match="is missing"):
        DecisionLog(database).append([[decision()]])
    with pytest.raises(LogUnavailableError, match="is missing"):
        gate.resume("Ada", "it must run")


def test_an_unknown_state_is_stopped(gate: Gate, database: Database) -> None:
    """Only one word lets scoring run."""
    with database.writing() as connection:
        connection.execute(update(GATE).values(state="Running"))
    assert not gate.state().is_running
    with pytest.raises(ServingStoppedError):
        DecisionLog(database).append([[decision()]])


def test_of_many_who_resume_one_does(gate: Gate) -> None:
    """The others learn that it runs; there is one event."""
    gate.pause("Grace", "drift")
    refused = list[NotStoppedError]()

    def resume() -> None:
        try:
            gate.resume("Ada", "explained")
        except NotStoppedError as error:
            refused.append(error)

    threads = [threading.Thread(target=resume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert gate.state().epoch == 3


def test_there_is_one_state(gate: Gate, database: Database) -> None:
    """The table takes no second row."""
    del gate
    row = {"id": 2, "state": "running", "epoch": 9, "reason": "", "by_whom": "", "at_us": 0}
    with pytest.raises(IntegrityError, match="gate_one_row"), database.writing() as connection:
        connection.execute(insert(GATE).values(row))
