"""Left behind: what a killed `up` had started ends with the next one, and nothing else does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from risk_platform.commands.left_behind import end_left_behind

# As services are started: by a copy of who starts them, that asks nobody when to end.
STARTING = """
import multiprocessing, os, signal, subprocess, sys, time
from pathlib import Path
from risk_platform.commands.left_behind import mark

environment = os.environ | dict(mark(Path(sys.argv[1])))

def keep():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    service = subprocess.Popen(command, env=environment, start_new_session=True)
    print(os.getpid(), service.pid, flush=True)
    time.sleep(600)

multiprocessing.get_context("fork").Process(target=keep).start()
time.sleep(600)
"""


@dataclass(frozen=True)
class Started:
    """Who started a service, and what he started.

    Attributes
    ----------
    starter, further
        The process that may be killed; those that it started.
    """

    starter: "subprocess.Popen[str]"
    further: list[psutil.Process]


@contextmanager
def started(home: Path) -> Iterator[Started]:
    """Start a service for a home, as `up` does."""
    command = [sys.executable, "-c", STARTING, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        further = [psutil.Process(int(pid)) for pid in starter.stdout.readline().split()]
        try:
            yield Started(starter, further)
        finally:
            starter.kill()
            for process in further:
                if process.is_running():
                    process.kill()


@pytest.mark.slow
def test_what_a_killed_command_started_is_ended(tmp_path: Path) -> None:
    """Also what only passes on the lines of a service: it holds the lock."""
    with started(tmp_path) as one:
        one.starter.kill()
        one.starter.wait()
        assert end_left_behind(tmp_path) == 2
        gone, alive = psutil.wait_procs(one.further, 10)
        assert (len(gone), alive) == (2, [])


@pytest.mark.parametrize("is_killed", [True, False])
def test_what_is_looked_after_is_left_alone(tmp_path: Path, is_killed: bool) -> None:  # noqa: FBT001
    """Services of a command that is at work, and those of another home."""
    with started(tmp_path / "theirs") as one:
        if is_killed:
            one.starter.kill()
            one.starter.wait()
        assert end_left_behind(tmp_path / ("ours" if is_killed else "theirs")) == 0
        assert all(process.is_running() for process in one.further)
