"""The stop under load: no decision commits after it. Two ways that look right let some through."""

import pytest

from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform_tests.handover.log.stops import Append, stop_under_load
from risk_platform_tests.handover.log.unsafe_logs import (
    let_movers_lock,
    looking_first,
    with_an_advisory_lock,
    without_the_lock,
)

STOPS = 60


def appending(log: DecisionLog) -> Append:
    """Return how the service appends."""
    return lambda decisions: log.append([decisions])


def test_no_decision_is_committed_after_a_stop(database: Database, log: DecisionLog) -> None:
    """By what the database says of its commits, 60 times, with eight writers at work."""
    late, took = stop_under_load(database, appending(log), STOPS)
    assert late == 0
    assert max(took) < 2


@pytest.mark.slow
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


def test_an_advisory_lock_is_not_enough(database: Database, gate: Gate) -> None:
    """Taken in the statement: what that sees of the gate is older than the lock."""
    del gate
    if not database.is_postgresql:
        pytest.skip("SQLite has no such locks, and writes one statement at a time")
    let_movers_lock(database)
    late, _ = stop_under_load(database, with_an_advisory_lock(database), STOPS)
    assert late > 0
