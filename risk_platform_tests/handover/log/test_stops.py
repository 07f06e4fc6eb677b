"""The stop under load: no decision commits after it. Two ways that look right let some through."""

import time

import pytest
from sqlalchemy import select

from risk_platform.errors.handover import ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.decisions import Decision, DecisionLog
from risk_platform.handover.log.insertion import insertion
from risk_platform.handover.tables import DECISIONS, GATE
from risk_platform_tests.handover.log.stops import Append, stop_under_load

STOPS = 60


def appending(log: DecisionLog) -> Append:
    """Return how the service appends."""
    return lambda decisions: log.append([decisions])


def looking_first(database: Database) -> Append:
    """Return an unsafe twin: it looks at the gate, and then writes."""

    def append(decisions: list[Decision]) -> None:
        with database.reading() as connection:
            state = connection.execute(select(GATE.c.state)).scalar_one()
        if state != "running":
            raise ServingStoppedError(0, 0, "")
        # As long as a busy machine may take to come to the next line.
        time.sleep(0.005)
        with database.writing() as connection:
            rows = [
                {name: getattr(one, name) for name in Decision.__struct_fields__}
                for one in decisions
            ]
            connection.execute(DECISIONS.insert(), rows)

    return append


def without_the_lock(database: Database) -> Append:
    """Return an unsafe twin: one statement that looks and writes, and does not hold the gate."""
    insert = insertion(database.engine.dialect, lock="")

    def append(decisions: list[Decision]) -> None:
        with database.statement() as connection:
            if not insert(connection, decisions, 0):
                raise ServingStoppedError(0, 0, "")

    return append


def test_no_decision_is_committed_after_a_stop(database: Database, log: DecisionLog) -> None:
    """By what the database says of its commits, 60 times, with eight writers at work."""
    late, took = stop_under_load(database, appending(log), STOPS)
    assert late == 0
    assert max(took) < 2


def test_looking_first_lets_decisions_through(database: Database, gate: Gate) -> None:
    """The check above can fail: it finds what commits late where the gate is not held."""
    del gate
    late, _ = stop_under_load(database, looking_first(database), STOPS)
    assert late > 0


def test_looking_in_the_same_statement_is_not_enough(database: Database, gate: Gate) -> None:
    """PostgreSQL sees the gate as it was when the statement began, unless it holds it."""
    del gate
    if not database.is_postgresql:
        pytest.skip("SQLite writes one statement at a time: there is nothing to hold")
    late, _ = stop_under_load(database, without_the_lock(database), STOPS)
    assert late > 0
