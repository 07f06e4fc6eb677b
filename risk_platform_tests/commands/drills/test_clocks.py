"""Clock jumps on PostgreSQL, whose time it is that counts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from risk_platform.commands.drills.hands import clocks
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.evaluation.drills import Verdict
from risk_platform.handover.clock import now_us
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.settings import Settings
from risk_platform.simulation.applications import Applications
from risk_platform_tests.commands.drills.conftest import Place, placed
from risk_platform_tests.commands.drills.idle_daemon import LEASE_SECONDS, renewing
from risk_platform_tests.postgresql import Server
from risk_platform_tests.serving.processes import PATIENCE_SECONDS
from risk_platform_tests.serving.running import wait_until


@pytest.fixture
def timed(tmp_path: Path, postgresql: Server, pool: Applications) -> Iterator[Place]:
    """Return a platform that logs into PostgreSQL."""
    url = postgresql.url(postgresql.new_database())
    with placed(tmp_path, url, pool) as place:
        yield place


def machine_of(place: Place) -> Machine:
    """Return its machine; tests are skipped where no clock can be set on it."""
    settings = Settings(home=place.home, database=SecretStr(place.url), auth="keys", drills=True)
    if why := clocks.why_not(settings):
        pytest.skip(why)
    return Machine(settings=settings, database=place.database, gate=place.gate)


@pytest.mark.slow
def test_a_clock_that_is_ahead_ends_no_lease(timed: Place) -> None:
    """The service decides as any other."""
    drill = clocks.ahead("clock-ahead", machine_of(timed), timed.ground)
    assert (drill.verdict, drill.is_failure) == (Verdict.PREVENTED, False)
    assert timed.gate.state().is_running
    hour_us = 3_600_000_000
    ahead = DecisionLog(timed.database).window(now_us() + hour_us, now_us() + 3 * hour_us)
    assert len([*ahead]) >= drill.observed.ordinary.decided > 0


@pytest.mark.slow
def test_a_clock_that_is_behind_revives_no_lease(timed: Place, tmp_path: Path) -> None:
    """Nothing is decided there after the end by the database's time."""
    machine = machine_of(timed)
    with renewing(timed.home, timed.url, tmp_path):
        wait_until(lambda: timed.gate.state().lease_seconds <= LEASE_SECONDS, PATIENCE_SECONDS)
        ground = replace(timed.ground, patience_seconds=15.0)
        drill = clocks.behind("clock-behind", machine, ground)
    assert (drill.verdict, drill.leaked, drill.is_failure) == (Verdict.DETECTED, 0, False)
