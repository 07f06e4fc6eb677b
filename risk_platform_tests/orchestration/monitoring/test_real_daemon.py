"""With Dagster's real daemon: drift stops scoring though the queue is blocked; a dead one, too."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import psutil
import pytest
from pydantic import SecretStr

from risk_platform.commands.home import PROJECT, open_instance, prepare_home
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.news import latest_news
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.handover.store import open_store
from risk_platform.orchestration.monitoring.watched import Watched
from risk_platform.orchestration.tags import GATE_EVENT
from risk_platform.settings import Settings
from risk_platform_tests.bundles import let_lead
from risk_platform_tests.handover import moves
from risk_platform_tests.monitored import Change, in_cents, world
from risk_platform_tests.orchestration.monitoring.checks_made import DEPLOYED, SCORES, check_made

DAEMON = Path(sys.executable).with_name("dagster-daemon")
# As long as a daemon may take to load the code, on a machine where others are at work.
STARTS_SECONDS, STOPS_SECONDS = 240.0, 60.0
LEASE_SECONDS = 60.0


@dataclass
class Guarded:
    """A champion that decides, and a daemon that looks on.

    Attributes
    ----------
    settings, database, daemon
        Of it.
    """

    settings: Settings
    database: Database
    daemon: psutil.Process

    @property
    def gate(self) -> Gate:
        """The gate."""
        return Gate.of(self.settings, self.database)

    def decide(self, many: int, change: Change = dict) -> None:
        """Have the champion decide applications."""
        world().decide(self.database, many, change, digest=self.digest)

    @property
    def digest(self) -> str:
        """Of the champion."""
        return Watched(self.settings).model().digest

    def kill(self) -> None:
        """End the daemon and all that it started, at once."""
        kill(self.daemon)


def kill(process: psutil.Process) -> None:
    """End a process and all that it started, at once."""
    if process.is_running():
        for one in (*process.children(recursive=True), process):
            one.kill()


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait until something is so, and return after how many seconds it was."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            pytest.fail(f"not so within {seconds} s")
        time.sleep(0.2)
    return time.monotonic() - began


@pytest.fixture
def guarded(tmp_path: Path, store_url: str) -> Iterator[Guarded]:
    """Return a champion that decides and was checked; a daemon looks on, its queue is blocked."""
    settings = Settings(
        home=tmp_path,
        database=SecretStr(store_url),
        lease_seconds=LEASE_SECONDS,
        drift_interval=10,
    )
    let_lead(Promotions.of(settings), Registry.of(settings), world().bundle)
    block_the_queue(settings)
    with open_instance(settings) as instance:
        check_made(instance, DEPLOYED, SCORES, passed=True)
    with closing(open_store(store_url)) as database:
        # For as long as the daemon needs to come up.
        Gate(database, moves.ALL_DAY).open_first("Ada")
        with running_daemon(settings) as daemon:
            made = Guarded(settings, database, daemon)
            until(lambda: DriftRecord(database).latest() is not None, STARTS_SECONDS)
            yield made


def block_the_queue(settings: Settings) -> None:
    """Let one run be at work at a time, and leave one that a power cut ended: it never ends."""
    configured = prepare_home(settings) / "dagster.yaml"
    text = configured.read_text().replace("max_concurrent_runs: 2", "max_concurrent_runs: 1")
    with open_instance(settings) as instance:
        status = dg.DagsterRunStatus.STARTED
        instance.add_run(dg.DagsterRun(job_name="refresh_platform", status=status))
    configured.write_text(text)


@contextmanager
def running_daemon(settings: Settings) -> Iterator[psutil.Process]:
    """Have a daemon run until the block ends."""
    environment = os.environ | {
        "DAGSTER_HOME": str(settings.root / "dagster"),
        "RISK_HOME": str(settings.root),
        "RISK_DATABASE": settings.database_url,
        "RISK_LEASE_SECONDS": str(settings.lease_seconds),
        "RISK_DRIFT_INTERVAL": str(settings.drift_interval),
    }
    command = [DAEMON, "run", "-w", str(PROJECT / "workspace.yaml")]
    with (settings.root / "daemon.log").open("w") as log:
        started = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=PROJECT
        )
    process = psutil.Process(started.pid)
    try:
        yield process
    finally:
        kill(process)
        started.wait(30)


@pytest.mark.slow
def test_drift_stops_scoring_though_no_run_can_start(guarded: Guarded) -> None:
    """From the last decision of the window to the stop it takes a minute at the most."""
    guarded.decide(400, in_cents)
    took = until(lambda: not guarded.gate.state().is_running, STOPS_SECONDS)
    sys.stdout.write(f"stopped after {took:.1f} s\n")
    news = latest_news(guarded.database)
    assert news is not None
    assert news.by == "the drift sensor"
    of_the_stop = dg.RunsFilter(tags={GATE_EVENT: news.event_id})
    with open_instance(guarded.settings) as instance:
        # It is asked for behind the stop.
        until(lambda: bool(instance.get_runs(of_the_stop)), STOPS_SECONDS)
        (asked,) = instance.get_runs(of_the_stop)
    assert asked.job_name == "record_serving_gate"
    assert asked.status in (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED)


@pytest.mark.slow
def test_a_daemon_that_is_dead_stops_scoring_by_the_lease(guarded: Guarded) -> None:
    """While it lives the lease is renewed; killed, it is not, and scoring ends with it."""
    # It was opened for a day: a lease that was renewed is shorter.
    until(lambda: guarded.gate.state().lease_seconds <= LEASE_SECONDS, STOPS_SECONDS)
    guarded.kill()
    left = guarded.gate.state().lease_seconds
    until(lambda: not guarded.gate.look().is_running, left + 10)
    assert "no verdict of drift has renewed the lease" in guarded.gate.state().reason
