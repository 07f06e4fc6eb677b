"""Dagster's home: made below the platform's own, so that nobody has to set it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import dagster as dg
import psutil
from filelock import FileLock, Timeout

from risk_platform.errors import BusyHomeError
from risk_platform.settings import Settings

# Tag of a run that a command executes itself.
PROCESS_TAG = "risk_platform/process"
Task = Literal["run", "up"]
PROJECT = Path(__file__).parents[2]
_CONFIGURATION = PROJECT / "dagster.yaml"


def prepare_home(settings: Settings) -> Path:
    """Make Dagster's home with the project's ``dagster.yaml``, and point the environment at it."""
    home = settings.root / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    configured = home / "dagster.yaml"
    text = _CONFIGURATION.read_text()
    if not configured.exists() or configured.read_text() != text:
        configured.write_text(text)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Open the instance that the UI and the daemon use too."""
    prepare_home(settings)
    return dg.DagsterInstance.get()


@contextmanager
def alone_in(home: Path, task: Task) -> Iterator[None]:
    """Let no other command do this task in a home until the block, or this process, ends.

    Raises
    ------
    BusyHomeError
        Another one does.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / f"{task}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyHomeError(home, task) from error
    try:
        yield
    finally:
        lock.release()


def live_runs(instance: dg.DagsterInstance, home: Path) -> list[str]:
    """Return the runs at work in a home, and report those as failed whose process is gone.

    Dagster itself cannot tell: a run that was killed stays "started" for ever, and the queue
    waits for it.
    """
    started = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    alive = [run for run in started if _is_alive(run, home)]
    for run in started:
        if run not in alive:
            instance.report_run_failed(run, "The process of this run is gone.")
    return [run.run_id for run in alive]


def _is_alive(run: dg.DagsterRun, home: Path) -> bool:
    process = run.tags.get(PROCESS_TAG)
    if process is None:
        # The daemon launched it, and ends with `up`.
        return _is_taken(home, "up")
    return process == process_name(int(process.partition("@")[0]))


def _is_taken(home: Path, task: Task) -> bool:
    try:
        with alone_in(home, task):
            return False
    except BusyHomeError:
        return True


def process_name(pid: int) -> str:
    """Name a process so that a later one of the same id is another; empty where there is none."""
    try:
        return f"{pid}@{psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return ""
