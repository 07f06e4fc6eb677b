"""Runs whose process is gone are told from those at work, whoever launched them, and wherever."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg
import pytest

from risk_platform.orchestration.processes import (
    MOST_SECONDS,
    PROCESS,
    UNNAMED_SECONDS,
    live_runs,
    process_name,
)

WAITS = (sys.executable, "-c", "import sys; sys.stdin.read()")
_PROGRAM = """
import os, sys
from risk_platform.orchestration.processes import process_name
print(process_name(os.getpid()), flush=True)
sys.stdin.read()
"""
NAMES_ITSELF = (sys.executable, "-c", _PROGRAM)


@pytest.fixture
def instance() -> dg.DagsterInstance:
    """Return an instance of the test's own."""
    return dg.DagsterInstance.ephemeral()


@dg.job
def _job() -> None:
    """Do nothing."""


def started(instance: dg.DagsterInstance, process: str = "", seconds_ago: float = 0) -> str:
    """Record a run that has started, and return its id."""
    run = instance.create_run_for_job(_job, tags={PROCESS: process} if process else {})
    instance.report_dagster_event(
        dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, _job.name),
        run.run_id,
        timestamp=time.time() - seconds_ago,
    )
    return run.run_id


def failed(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Tell whether Dagster says that a run has failed."""
    run = instance.get_run_by_id(run_id)
    return run is not None and run.status is dg.DagsterRunStatus.FAILURE


@contextmanager
def process(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a process; kill it at the end of the block, unless it is gone."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        yield running
        running.kill()


def test_a_run_of_a_living_process_is_left_alone(instance: dg.DagsterInstance) -> None:
    """Until that process ends, though nobody may wait for it any more."""
    with process(WAITS) as worker:
        orphan = started(instance, process_name(worker.pid))
        assert live_runs(instance) == [orphan]
    assert live_runs(instance) == []
    assert failed(instance, orphan)


def test_a_process_that_was_killed_is_gone_before_anybody_has_asked_for_it(
    instance: dg.DagsterInstance,
) -> None:
    """In a container that reaps nothing its number stays taken."""
    with process(WAITS) as worker:
        run_id = started(instance, process_name(worker.pid))
        worker.kill()
        os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
        assert live_runs(instance) == []
        assert failed(instance, run_id)


def test_a_number_that_another_process_has_now_does_not_count(
    instance: dg.DagsterInstance,
) -> None:
    """Neither one of this start of the machine, nor one of the start before."""
    here = process_name(os.getpid())
    later = here.rpartition("@")[0] + "@1.00"
    machine, _, number = here.rsplit("/", 2)
    rebooted = f"{machine}/another-start/{number}"
    runs = [started(instance, name) for name in (later, rebooted)]
    assert live_runs(instance) == []
    assert all(failed(instance, run_id) for run_id in runs)


def test_a_run_of_another_host_is_left_alone(instance: dg.DagsterInstance) -> None:
    """Nobody here can tell whether its process is gone; it is at work, for all that we know."""
    with process(WAITS) as worker:
        name = process_name(worker.pid)
    elsewhere = started(instance, f"not-{name}", seconds_ago=UNNAMED_SECONDS * 2)
    assert live_runs(instance) == [elsewhere]
    assert not failed(instance, elsewhere)


def test_a_run_of_another_container_is_left_alone(instance: dg.DagsterInstance) -> None:
    """It has our host name, and its numbers are others' here."""
    unshare = shutil.which("unshare")
    command = [unshare or "", "--pid", "--fork", "--mount-proc", "--kill-child", *NAMES_ITSELF]
    if unshare is None or subprocess.run([*command[:-3], "true"], check=False).returncode:
        pytest.skip("no namespace of processes can be made here")
    with process(command) as container:
        assert container.stdout
        name = container.stdout.readline().strip()
        assert "/1@" in name
        run_id = started(instance, name)
        assert live_runs(instance) == [run_id]
    assert not failed(instance, run_id)


def test_a_run_that_has_not_named_its_process_yet_is_left_alone(
    instance: dg.DagsterInstance,
) -> None:
    """It has just started; one that has not named it for minutes was killed before it could."""
    young, old = started(instance), started(instance, seconds_ago=UNNAMED_SECONDS + 1)
    assert live_runs(instance) == [young]
    assert not failed(instance, young)
    assert failed(instance, old)


def test_no_run_is_at_work_for_longer_than_dagster_allows(instance: dg.DagsterInstance) -> None:
    """One of another machine is failed by a command too, where no daemon does it."""
    far = "elsewhere/pid:[1]/boot/7@1.00"
    young = started(instance, far, MOST_SECONDS - 60)
    old = started(instance, far, MOST_SECONDS + 60)
    assert live_runs(instance) == [young]
    assert failed(instance, old)


def test_a_run_of_an_earlier_release_makes_way(instance: dg.DagsterInstance) -> None:
    """Its tag names no machine, and says nothing after the first minutes."""
    begun = started(instance, "123@45.67", UNNAMED_SECONDS - 60)
    left = started(instance, "123@45.67", UNNAMED_SECONDS + 60)
    assert live_runs(instance) == [begun]
    assert failed(instance, left)
