"""Faults of the gate: a move and its event are one, and what cannot be written is stopped."""

import itertools
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from risk_platform.errors.handover import (
    LogUnavailableError,
    ResumeRefusedError,
    ServingStoppedError,
)
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Verdict
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import GATE, GATE_EVENTS
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import ALL_DAY, REASON, let_pass, opened, resumed
from risk_platform_tests.postgresql import Server

Standing = tuple[tuple[object, ...], list[tuple[object, ...]]]


class BrokenOffError(Exception):
    """What a fault is, here."""


@contextmanager
def broken_off(database: Database, at: int) -> Iterator[None]:
    """Have the transaction fail before one of its statements, or its commit, that is so many on."""
    count = itertools.count(1)

    @event.listens_for(database.engine, "before_cursor_execute")
    def statement(connection: Connection, cursor: DBAPICursor, *given: object) -> None:
        del connection, cursor, given
        if next(count) == at:
            raise BrokenOffError

    @event.listens_for(database.engine, "commit")
    def commit(connection: Connection) -> None:
        del connection
        if next(count) == at:
            raise BrokenOffError

    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", statement)
        event.remove(database.engine, "commit", commit)


def is_broken_off(database: Database, at: int, gate: Gate, act: Callable[[Gate], None]) -> bool:
    """Do something, and say whether that came to be broken off."""
    try:
        with broken_off(database, at), suppress(ResumeRefusedError):
            act(gate)
    except BrokenOffError:
        return True
    return False


def standing(database: Database) -> Standing:
    """Return the gate's row and all events."""
    with database.reading() as connection:
        row = connection.execute(select(GATE)).one()
        events = connection.execute(select(GATE_EVENTS).order_by(GATE_EVENTS.c.sequence)).all()
    return tuple(row), [tuple(one) for one in events]


def stop(gate: Gate) -> None:
    """Stop what runs."""
    gate.pause("Grace", "odd scores")


def suspend(gate: Gate) -> None:
    """Suspend a key."""
    gate.suspend("rogue", "Grace", "odd traffic")


def ask(gate: Gate) -> None:
    """Be refused: that is an event as well."""
    gate.resumes.request("Ada", "", 1)


def resume(gate: Gate) -> None:
    """Approve what was asked for."""
    (asked,) = gate.resumes.open()
    gate.resumes.approve(asked.id, "Grace", asked.epoch)


def lapse(gate: Gate) -> None:
    """Come upon a lease that has ended."""
    gate.renew(Verdict.SUFFICIENT)


def prepared(database: Database, act: Callable[[Gate], None]) -> Gate:
    """Return a gate about which something can be done."""
    gate = opened(database)
    if act is resume:
        epoch = gate.pause("Grace", "odd scores").epoch
        gate.resumes.request("Ada", REASON, epoch)
    if act is lapse:
        let_pass(database, ALL_DAY.lease_seconds)
    return gate


@pytest.mark.parametrize("act", [stop, suspend, ask, resume, lapse])
def test_neither_a_state_without_an_event_nor_the_other_way_round(
    database: Database, act: Callable[[Gate], None]
) -> None:
    """Broken off before each statement in turn, nothing is changed; until one goes through."""
    gate = prepared(database, act)
    before = standing(database)
    at = 1
    while is_broken_off(database, at, gate, act):
        assert standing(database) == before
        at += 1
    assert at > 4
    row, events = standing(database)
    _, events_before = before
    assert events[:-1] == events_before
    assert act is ask or row != before[0]


@pytest.fixture
def unwritable(database: Database) -> Iterator[Database]:
    """Return a database that nobody can write; what is in it can be read."""
    opened(database)
    url = database.engine.url.render_as_string(hide_password=False)
    only = Database(url)

    @event.listens_for(only.engine, "connect")
    def refuse(connection: DBAPIConnection, record: object) -> None:
        del record
        cursor = connection.cursor()
        postgresql = "SET default_transaction_read_only = on"
        cursor.execute(postgresql if database.is_postgresql else "PRAGMA query_only = on")
        cursor.close()
        connection.commit()

    yield only
    only.close()


def test_a_database_that_nobody_can_write_lets_nothing_out(
    database: Database, unwritable: Database
) -> None:
    """No decision, while the gate is open by all that can be read."""
    log = DecisionLog(unwritable, Gate(unwritable, ALL_DAY))
    assert Gate(unwritable).state().is_running
    with pytest.raises(LogUnavailableError):
        log.append([[decision()]])
    assert DecisionLog(database).count() == 0


def test_a_lease_that_ended_is_obeyed_where_nobody_can_write_it(
    database: Database, unwritable: Database
) -> None:
    """Whoever looks is told that scoring is stopped."""
    let_pass(database, ALL_DAY.lease_seconds)
    assert not Gate(unwritable, ALL_DAY).look().is_running
    with pytest.raises((LogUnavailableError, ServingStoppedError)):
        DecisionLog(unwritable).append([[decision()]])
    assert DecisionLog(database).count() == 0


@pytest.mark.parametrize("restarts", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_a_stop_outlives_the_server_that_keeps_it(own_server: Server, restarts: int) -> None:
    """PostgreSQL is killed as soon as the stop is acknowledged."""
    with closing(open_store(own_server.url(own_server.new_database()))) as database:
        gate = opened(database)
        for _ in range(restarts):
            stopped = gate.pause("Grace", "odd scores")
            own_server.stop(signal.SIGKILL)
            own_server.start()
            database.close()
            assert gate.state() == stopped
            with pytest.raises(ServingStoppedError):
                DecisionLog(database).append([[decision()]])
            resumed(gate)
