"""Companions: a part that falls takes its process along, and another takes its place."""

from pathlib import Path

import pytest

from risk_platform_tests.serving.falling import WORDS
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, Running, service
from risk_platform_tests.serving.running import wait_until

pytestmark = pytest.mark.long

FALLING = "risk_platform_tests.serving.falling"
NOTICED = "a companion has ended"


def fall(home: Path, running: Running, what: str) -> None:
    """Have a part fall: a companion by itself, the writer at the next decision."""
    (home / "fall").touch()
    if what == "writer":
        answer = running.client.post("/predict", json={})
        assert answer.json()["type"] == "urn:risk:problem:log-unavailable"


def noticed(running: Running) -> list[str]:
    """Return what was told of companions that ended: the class of the error, or nothing."""
    return [one.get("error", "") for one in running.told if one["event"] == NOTICED]


@pytest.mark.parametrize(
    ("what", "error"),
    [("returning", ""), ("raising", "ValueError"), ("writer", "WriterEndedError")],
)
def test_a_part_that_falls_ends_the_process(home: Path, what: str, error: str) -> None:
    """By a code of failure, so that whoever watches starts another; it is told without words."""
    with service(home, FALLING, fall=what) as running:
        running.wait_until_ready()
        fall(home, running, what)
        assert running.process.wait(PATIENCE_SECONDS) == 1
        assert noticed(running) == [error]
        assert WORDS not in running.log.read_text()


@pytest.mark.parametrize("what", ["raising", "writer"])
def test_a_worker_of_which_a_part_falls_is_followed_by_another(home: Path, what: str) -> None:
    """Requests are answered meanwhile, and afterwards by two."""
    with service(home, FALLING, fall=what, api_workers=2) as running:
        running.wait_until_ready()
        wait_until(lambda: len(running.workers) == 2, PATIENCE_SECONDS)
        before = {one.pid for one in running.workers}
        fall(home, running, what)
        wait_until(lambda: {one.pid for one in running.workers} - before, PATIENCE_SECONDS)
        running.wait_until_ready()
        assert len(noticed(running)) == 1
        assert running.process.poll() is None


def test_a_part_that_nobody_watches_falls_unnoticed(home: Path) -> None:
    """The unsafe twin: a task of asyncio's, as it comes; the service says that it is ready."""
    with service(home, FALLING, fall="unwatched") as running:
        running.wait_until_ready()
        fall(home, running, "unwatched")
        wait_until(lambda: not (home / "fall").exists())
        assert running.client.get("/health/ready").is_success
        assert noticed(running) == []
