"""The home: one run at a time, and none that only seems to be at work."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from risk_platform.commands.home import PROCESS_TAG, alone_in, live_runs, process_name
from risk_platform.errors import BusyHomeError

NOBODY = 2**22


@pytest.fixture
def instance() -> dg.DagsterInstance:
    """Return an instance of the test's own."""
    return dg.DagsterInstance.ephemeral()


def started(instance: dg.DagsterInstance, **tags: str) -> str:
    """Record a run that has started, and return its id."""
    run = instance.create_run_for_job(_job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    return run.run_id


@dg.job
def _job() -> None:
    """Do nothing."""


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus | None:
    """Return what Dagster says of a run."""
    run = instance.get_run_by_id(run_id)
    return run.status if run else None


def test_two_runs_never_share_a_home(tmp_path: Path) -> None:
    """The second is told, while the first is at work and not a moment longer."""
    with alone_in(tmp_path, "run"):
        with pytest.raises(BusyHomeError, match="another run is at work") as refusal:
            alone_in(tmp_path, "run").__enter__()
        assert str(tmp_path) in str(refusal.value)
    with alone_in(tmp_path, "run"):
        pass


def test_a_killed_command_leaves_its_home_free(tmp_path: Path) -> None:
    """What holds the home ends with the process, however it ends."""
    program = (
        "import sys, time, pathlib\n"
        "from risk_platform.commands.home import alone_in\n"
        "with alone_in(pathlib.Path(sys.argv[1]), 'run'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BusyHomeError):
            alone_in(tmp_path, "run").__enter__()
        process.send_signal(signal.SIGKILL)
    with alone_in(tmp_path, "run"):
        pass


def test_a_run_whose_process_is_gone_is_reported_as_failed(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    """It makes way; a run of a process that lives goes on."""
    dead = started(instance, **{PROCESS_TAG: f"{NOBODY}@1"})
    reused = started(instance, **{PROCESS_TAG: f"{os.getpid()}@1"})
    alive = started(instance, **{PROCESS_TAG: process_name(os.getpid())})
    assert live_runs(instance, tmp_path) == [alive]
    assert status_of(instance, dead) is dg.DagsterRunStatus.FAILURE
    assert status_of(instance, reused) is dg.DagsterRunStatus.FAILURE
    assert status_of(instance, alive) is dg.DagsterRunStatus.STARTED


def test_a_run_of_the_daemon_lives_as_long_as_the_services(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    """While `make up` runs in the home it is left alone; after that it is dead."""
    run_id = started(instance)
    with alone_in(tmp_path, "up"):
        assert live_runs(instance, tmp_path) == [run_id]
    assert live_runs(instance, tmp_path) == []
    assert status_of(instance, run_id) is dg.DagsterRunStatus.FAILURE
