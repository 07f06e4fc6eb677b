"""Leases: scoring runs as long as verdicts renew them; one that has ended is a stop for good."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from risk_platform.errors.handover import ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.rules import Rules, Verdict
from risk_platform.handover.gating.state import State
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.insertion import insertion
from risk_platform.handover.tables import GATE, GATE_EVENTS
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import let_pass, resumed

RULES = Rules(lease_seconds=300, insufficient_hours=24)
HOUR = 3_600


@pytest.fixture
def gate(database: Database) -> Gate:
    """Return an open gate with a lease of five minutes."""
    gate = Gate(database, RULES)
    gate.open_first("Ada")
    return gate


@pytest.fixture
def log(database: Database, gate: Gate) -> DecisionLog:
    """Return the log that looks at it."""
    return DecisionLog(database, gate)


def test_opening_and_resuming_give_one_lease(gate: Gate, database: Database) -> None:
    """By the database's clock."""
    assert gate.state().lease_seconds == pytest.approx(300, abs=10)
    let_pass(database, 200)
    assert gate.state().lease_seconds == pytest.approx(100, abs=10)
    gate.pause("Grace", "odd scores")
    resumed(gate)
    assert gate.state().lease_seconds == pytest.approx(300, abs=10)


def test_a_verdict_gives_another_one_from_now_on(gate: Gate, database: Database) -> None:
    """It is no event: nothing is written but the row itself."""
    let_pass(database, 200)
    assert gate.renew(Verdict.SUFFICIENT).lease_seconds == pytest.approx(300, abs=10)
    assert gate.state().is_running
    with database.reading() as connection:
        assert len(connection.execute(select(GATE_EVENTS)).all()) == 1


def test_a_lease_that_has_ended_is_a_stop(gate: Gate, log: DecisionLog, database: Database) -> None:
    """Whoever appends comes upon it: nothing is written, and the stop is on record as one."""
    log.append([[decision()]])
    let_pass(database, 301)
    with pytest.raises(ServingStoppedError, match=r"epoch 2\).*RISK_LEASE_SECONDS"):
        log.append([[decision()]])
    assert log.count() == 1
    with database.reading() as connection:
        row = connection.execute(select(GATE_EVENTS).where(GATE_EVENTS.c.epoch == 2)).one()
    assert (row.action, row.actor_type, row.trigger_rule) == ("stopped", "lease", "lease")
    assert gate.state().state is State.STOPPED


def test_without_looking_at_the_lease_decisions_are_committed(
    gate: Gate, log: DecisionLog, database: Database
) -> None:
    """The unsafe twin of the statement looks at the state alone."""
    del gate
    let_pass(database, 301)
    is_open = "gate.id = 1 AND gate.state = 'running' AND gate.epoch >= {witnessed}"
    insert = insertion(database.engine.dialect, is_open=is_open)
    with database.statement() as connection:
        assert insert(connection, [decision()], 0) == 1
    assert log.count() == 1


@pytest.mark.parametrize("verdict", Verdict)
def test_an_ended_lease_is_not_revived(gate: Gate, database: Database, verdict: Verdict) -> None:
    """The verdict that comes too late finds scoring stopped, and so does the one after it."""
    let_pass(database, 301)
    for _ in range(2):
        assert not gate.renew(verdict).is_running
    assert (gate.state().epoch, gate.state().by) == (2, "the lease")
    assert resumed(gate).is_running


def test_whoever_looks_writes_the_stop_once(gate: Gate, database: Database) -> None:
    """Who looks next finds it."""
    let_pass(database, 301)
    assert not gate.state().is_running
    assert gate.state().epoch == 1
    for _ in range(3):
        assert gate.look().epoch == 2
    assert Gate(database, RULES).state().epoch == 2


def test_a_stop_is_not_lifted_by_a_verdict(gate: Gate) -> None:
    """Nor does its lease grow."""
    stopped = gate.pause("Grace", "odd scores")
    assert gate.renew(Verdict.SUFFICIENT) == stopped


def test_too_few_loans_renew_for_a_day_after_enough(gate: Gate, database: Database) -> None:
    """Then they do not any more; the stop says which setting lengthens that."""
    steps = 24 * HOUR // 240
    for _ in range(steps - 1):
        let_pass(database, 240)
        assert gate.renew(Verdict.INSUFFICIENT).lease_seconds == pytest.approx(300, abs=10)
    let_pass(database, 240)
    assert gate.renew(Verdict.INSUFFICIENT).lease_seconds == pytest.approx(60, abs=10)
    assert gate.state().is_running
    let_pass(database, 100)
    assert "RISK_INSUFFICIENT_HOURS" in gate.look().reason


def test_enough_loans_begin_the_day_anew(gate: Gate, database: Database) -> None:
    """And a resume does too."""
    with database.writing() as connection:
        old = GATE.c.sufficient_us - 23 * HOUR * 1_000_000
        connection.execute(update(GATE).values(sufficient_us=old))
    gate.renew(Verdict.SUFFICIENT)
    assert RULES.renews(replace(gate.state(), now_us=gate.state().now_us), Verdict.INSUFFICIENT)
    assert gate.state().now_us - gate.state().sufficient_us < HOUR * 1_000_000


FAR_OFF = (
    "import time; ours = time.time_ns; time.time_ns = lambda: ours() + {hours} * 3600 * 10**9; "
)
ASK = (
    "import sys; from risk_platform.handover.store import open_store; "
    "from risk_platform.handover.gate import Gate; "
    "from risk_platform.handover.gating.rules import Verdict; "
    "gate = Gate(open_store(sys.argv[1])); gate.look(); gate.renew(Verdict.SUFFICIENT); "
    "print(gate.state().is_running)"
)


def asked_elsewhere(url: str, hours: int) -> str:
    """Have a process whose clock is wrong look at the gate and renew; return whether it runs."""
    script = FAR_OFF.format(hours=hours) + ASK
    done = subprocess.run(
        [sys.executable, "-c", script, url],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_wrong_clock_neither_ends_nor_revives_a_lease(
    gate: Gate, database: Database, hours: int
) -> None:
    """PostgreSQL's clock counts, whatever that of a process says."""
    if not database.is_postgresql:
        pytest.skip("SQLite works in the process that asks, and has no clock but that one's")
    url = database.engine.url.render_as_string(hide_password=False)
    assert asked_elsewhere(url, hours) == "True"
    assert gate.state().lease_seconds == pytest.approx(300, abs=60)
    let_pass(database, 360)
    assert asked_elsewhere(url, hours) == "False"
    assert gate.state().by == "the lease"
