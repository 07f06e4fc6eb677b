"""Stops over HTTP: once one is answered no worker lets out a score, nor commits one, under load."""

import statistics
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform_tests.handover.log.stops import late_decisions, watch_commits
from risk_platform_tests.handover.moves import ALL_DAY, resumed, surely
from risk_platform_tests.serving.load import Load
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, Running, command, service
from risk_platform_tests.serving.running import wait_until

pytestmark = pytest.mark.long

STOPPED = "urn:risk:problem:serving-stopped"
# What a stop is answered within, be the machine as busy as it may; the aim is one.
MOST_SECONDS = 5.0


@dataclass
class Drill:
    """What came of stops under load.

    Parameters
    ----------
    load
        What clients heard.
    after
        What those of them heard that asked after a stop had been answered.
    took
        After how many seconds each stop was answered.
    late
        How many decisions the database says were committed between a stop and the next resume.
    per_second
        How many applications a second were decided while scoring ran.
    """

    load: Load
    after: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    late: int = 0
    per_second: float = 0.0


def under_stops(home: Path, url: str, stops: int, module: str = "serving") -> Drill:
    """Stop two workers again and again, by the command line first, while eight clients ask."""
    with (
        service(home, module, api_workers=2, database=url) as running,
        closing(open_store(url)) as database,
    ):
        watch_commits(database)
        with Load(running.wait_until_ready()).at_work() as load:
            wait_until(lambda: len(running.workers) == 2, PATIENCE_SECONDS)
            drill, ran = Drill(load), 0.0
            for number in range(stops):
                began, enough = time.monotonic(), len(load.answered) + 50
                wait_until(lambda enough=enough: len(load.answered) > enough, PATIENCE_SECONDS)
                ran += time.monotonic() - began
                _stop(drill, running, home if number == 0 else None, url)
                _wait_for_refusals(drill)
                surely(lambda: resumed(Gate(database, ALL_DAY)))
        drill.late, drill.per_second = late_decisions(database), len(load.answered) / ran
    return drill


def _stop(drill: Drill, running: Running, by_hand: Path | None, url: str) -> None:
    """Stop scoring, and note how long that took where it is asked of the service."""
    if by_hand:
        command(by_hand, "gate", "pause", "--reason", "why", database=url)
        return
    began = time.monotonic()
    while running.client.post("/serving-state/stop", json={"reason": "why"}).is_error:
        assert time.monotonic() - began < PATIENCE_SECONDS
    drill.took.append(time.monotonic() - began)


def _wait_for_refusals(drill: Drill) -> None:
    """Wait until many have asked after the stop, and note what they heard."""
    began = time.monotonic()

    def after() -> list[str]:
        return [what for asked, what in [*drill.load.heard] if asked > began]

    wait_until(lambda: len(after()) > 50, PATIENCE_SECONDS)
    drill.after += after()


@pytest.mark.parametrize("stops", [10, pytest.param(300, marks=pytest.mark.slow)])
def test_after_a_stop_no_worker_answers_or_commits(home: Path, store_url: str, stops: int) -> None:
    """By what each client hears, and by what the database says of its commits.

    Each request is told that scoring is stopped; the log holds what was answered, and no more.
    """
    drill = under_stops(home, store_url, stops)
    assert {*drill.after} == {STOPPED}
    assert len(drill.after) > 50 * stops
    assert drill.late == 0
    assert (drill.load.lost(store_url), drill.load.unheard(store_url)) == (0, 0)
    assert len(drill.took) == stops - 1
    assert max(drill.took) < MOST_SECONDS
    slowest, median = max(drill.took), statistics.median(drill.took)
    # Shown by pytest -rP.
    sys.stdout.write(
        f"{stops} stops at {drill.per_second:.0f} decisions a second: answered within "
        f"{slowest * 1_000:.0f} ms, half of them within {median * 1_000:.0f} ms\n"
    )


@pytest.mark.slow
def test_answering_first_lets_scores_out(home: Path) -> None:
    """The test above can fail: a service that asks the gate afterwards answers on."""
    url = f"sqlite:///{home / 'decisions.db'}"
    assert "" in under_stops(home, url, 3, "risk_platform_tests.serving.hasty").after


@pytest.mark.slow
def test_looking_first_commits_late(home: Path, store_url: str) -> None:
    """And the database finds what a service commits that asks the gate beforehand."""
    drill = under_stops(home, store_url, 10, "risk_platform_tests.serving.looking")
    assert drill.late > 0


@pytest.mark.slow
def test_many_who_come_at_once_after_a_resume_are_served(home: Path) -> None:
    """Five hundred together: each is answered, or told when to ask again; then all is as before."""
    url = f"sqlite:///{home / 'decisions.db'}"
    with service(home, api_workers=2) as running, closing(open_store(url)) as database:
        port, gate = running.wait_until_ready(), Gate(database, ALL_DAY)
        gate.pause("Grace", "a drill")
        assert running.client.post("/predict", json={}).json()["type"] == STOPPED
        resumed(gate)
        with Load(port, clients=500).at_work() as load:
            wait_until(lambda: len(load.answered) > 2_000, PATIENCE_SECONDS)
        assert {one.status for one in load.refused} <= {429, 503}
        assert (load.lost(url), load.unheard(url)) == (0, 0)
        assert running.client.post("/predict", json={}).status_code == httpx.codes.OK
