"""The latch: a stop outlives everything that is killed, until people let scoring run again."""

import time
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.handover.moves import ALL_DAY, opened, resumed
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, Running, process

pytestmark = pytest.mark.long

GOOD = dict(EXAMPLES["good"])


def first_answer(running: Running) -> httpx.Response:
    """Return the first answer that a service gives to an application."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return running.client.post("/predict", json=GOOD)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def kill_everything(running: Running) -> None:
    """Kill a service with all that it has started, at once."""
    root = psutil.Process(running.process.pid)
    everything = [root, *root.children(recursive=True)]
    for one in everything:
        one.kill()
    running.process.wait(PATIENCE_SECONDS)
    psutil.wait_procs(everything[1:], PATIENCE_SECONDS)


@pytest.mark.parametrize("restarts", [1, pytest.param(50, marks=pytest.mark.slow)])
def test_after_any_restart_the_first_answer_is_a_refusal(home: Path, restarts: int) -> None:
    """However often all of it is killed; once two people resume, it scores."""
    url = f"sqlite:///{home / 'decisions.db'}"
    with closing(open_store(url)) as database:
        opened(database)
        with process(home) as running:
            running.wait_until_ready()
            assert first_answer(running).status_code == httpx.codes.OK
            running.client.post("/serving-state/stop", json={"reason": "why"}).raise_for_status()
            kill_everything(running)
        stopped = Gate(database).state()
        for _ in range(restarts):
            with process(home) as running:
                answer = first_answer(running)
                assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
                kill_everything(running)
        assert Gate(database).state() == stopped
        resumed(Gate(database, ALL_DAY))
        with process(home) as running:
            running.wait_until_ready()
            assert first_answer(running).status_code == httpx.codes.OK


def test_a_restored_home_comes_up_stopped(home: Path) -> None:
    """A backup of the database from before the stop, under the witness that knows of it."""
    url = f"sqlite:///{home / 'decisions.db'}"
    with closing(open_store(url)) as database:
        opened(database)
    with process(home) as running:
        running.wait_until_ready()
        back_up(home)
        running.client.post("/serving-state/stop", json={"reason": "why"}).raise_for_status()
        kill_everything(running)
    restore(home)
    with process(home) as running:
        answer = first_answer(running)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert running.client.get("/serving-state").json()["by"] == "the witness"


def back_up(home: Path) -> None:
    """Keep a copy of the database, as it is at one moment."""
    url = f"sqlite:///{home / 'decisions.db'}"
    with closing(open_store(url)) as database, database.statement() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{home / 'backup.db'}'")


def restore(home: Path) -> None:
    """Put the copy in its place."""
    for name in ("decisions.db-wal", "decisions.db-shm"):
        (home / name).unlink(missing_ok=True)
    (home / "backup.db").replace(home / "decisions.db")
