"""A database that is killed, stands still, is locked or full, under load: 503, and nothing lost."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from risk_platform_tests.postgresql import Server, running_server
from risk_platform_tests.serving.load import Load, Refusal
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, service
from risk_platform_tests.serving.running import wait_until

pytestmark = pytest.mark.long

MOST_SECONDS = 2.0
Fault = Callable[[], AbstractContextManager[object]]


def through(fault: Fault, load: Load) -> None:
    """Let clients be answered, be refused while something is wrong, and be answered again."""
    answered = len(load.answered)
    wait_until(lambda: len(load.answered) > answered + 20, PATIENCE_SECONDS)
    with fault():
        wait_until(lambda: len(load.refused) > 10, PATIENCE_SECONDS)
    answered = len(load.answered)
    wait_until(lambda: len(load.answered) > answered + 20, PATIENCE_SECONDS)


def told_otherwise(refused: Iterable[Refusal]) -> list[Refusal]:
    """Return who was not told by 503, or not within two seconds of a machine that is in time."""
    return [
        one for one in refused if one.status != 503 or one.seconds - one.late_seconds > MOST_SECONDS
    ]


def test_one_who_waited_is_not_overlooked() -> None:
    """However many did not; what the machine lost is no fault of the service's, and no more."""
    soon, late = Refusal(503, 1.6, 0.1), Refusal(503, 2.5, 0.2)
    wrong, excused = Refusal(500, 0.1, 0.0), Refusal(503, 3.1, 1.2)
    assert told_otherwise([*[soon] * 99, late, wrong, excused]) == [late, wrong]


@contextmanager
def full(process: psutil.Process) -> Iterator[None]:
    """Let a process write no further than a few pages of any file."""
    process.rlimit(psutil.RLIMIT_FSIZE, (8_192, -1))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, (-1, -1))


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """Be a writer who does not end."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize("what", ["full", "locked"])
def test_a_file_that_cannot_be_written(home: Path, what: str) -> None:
    """Nobody is answered meanwhile, nor after a restart: it goes on by itself."""
    path = home / "decisions.db"
    with service(home) as running, Load(running.wait_until_ready(), 3).at_work() as load:
        faults: dict[str, Fault] = {
            "full": lambda: full(psutil.Process(running.process.pid)),
            "locked": lambda: locked_file(path),
        }
        through(faults[what], load)
    assert told_otherwise(load.refused) == []
    assert load.lost(f"sqlite:///{path}") == 0


def test_answering_first_loses_decisions(home: Path) -> None:
    """The test above can fail: a service that does not wait for its log answers on, and forgets."""
    module = "risk_platform_tests.serving.hasty"
    with (
        service(home, module) as running,
        Load(running.wait_until_ready(), 3).at_work() as load,
        full(psutil.Process(running.process.pid)),
    ):
        wait_until(lambda: len(load.answered) > 20, PATIENCE_SECONDS)
        # What is to be written by and by is tried within the fault.
        time.sleep(0.2)
    assert load.lost(f"sqlite:///{home / 'decisions.db'}") > 0


@contextmanager
def killed(server: Server) -> Iterator[None]:
    """Have no server for a while."""
    server.stop(signal.SIGKILL)
    yield
    server.start()


@contextmanager
def still(server: Server) -> Iterator[None]:
    """Have a server none of whose processes does anything."""
    assert server.process
    os.killpg(server.process.pid, signal.SIGSTOP)
    backends = psutil.Process(server.process.pid).children(recursive=True)
    for backend in backends:
        backend.suspend()
    yield
    for backend in backends:
        backend.resume()
    os.killpg(server.process.pid, signal.SIGCONT)


@contextmanager
def locked_table(server: Server, database: str) -> Iterator[None]:
    """Hold the gate, and do not let go."""
    with psycopg.connect(server.dsn(database)) as other:
        other.execute("LOCK TABLE gate")
        yield


@pytest.mark.parametrize("what", ["killed", "still", "locked"])
def test_a_server_that_does_not_answer(home: Path, what: str) -> None:
    """The same on PostgreSQL."""
    with running_server() as server:
        name = server.new_database()
        url = server.url(name)
        faults: dict[str, Fault] = {
            "killed": lambda: killed(server),
            "still": lambda: still(server),
            "locked": lambda: locked_table(server, name),
        }
        with (
            service(home, database=url) as running,
            Load(running.wait_until_ready(), 3).at_work() as load,
        ):
            through(faults[what], load)
        assert told_otherwise(load.refused) == []
        assert load.lost(url) == 0
