"""Runs whose process is gone are told from those at work, whoever launched them."""

import os
import subprocess
import sys

import dagster as dg
import pytest

from risk_platform.orchestration.processes import PROCESS, live_runs, process_name

NOBODY = 2**22


@pytest.fixture
def instance() -> dg.DagsterInstance:
    """Return an instance of the test's own."""
    return dg.DagsterInstance.ephemeral()


@dg.job
def _job() -> None:
    """Do nothing."""


def started(instance: dg.DagsterInstance, **tags: str) -> str:
    """Record a run that has started, and return its id."""
    run = instance.create_run_for_job(_job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    return run.run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus | None:
    """Return what Dagster says of a run."""
    run = instance.get_run_by_id(run_id)
    return run.status if run else None


def test_a_run_whose_process_is_gone_is_reported_as_failed(instance: dg.DagsterInstance) -> None:
    """It makes way; so does one whose number another process has now."""
    dead = started(instance, **{PROCESS: f"{NOBODY}@1"})
    reused = started(instance, **{PROCESS: f"{os.getpid()}@1"})
    assert live_runs(instance) == []
    assert status_of(instance, dead) is dg.DagsterRunStatus.FAILURE
    assert status_of(instance, reused) is dg.DagsterRunStatus.FAILURE


def test_a_run_of_a_living_process_is_left_alone(instance: dg.DagsterInstance) -> None:
    """Until that process ends, though nobody may wait for it any more."""
    program = "import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as worker:
        orphan = started(instance, **{PROCESS: process_name(worker.pid)})
        assert live_runs(instance) == [orphan]
        worker.kill()
    assert live_runs(instance) == []
    assert status_of(instance, orphan) is dg.DagsterRunStatus.FAILURE


def test_a_run_without_a_process_never_came_to_work(instance: dg.DagsterInstance) -> None:
    """Whoever executes a run says so first."""
    run_id = started(instance)
    assert live_runs(instance) == []
    assert status_of(instance, run_id) is dg.DagsterRunStatus.FAILURE
