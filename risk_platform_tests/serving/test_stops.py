"""Stops over HTTP: once a pause has returned no worker lets out a score, under load."""

import time
from contextlib import closing
from pathlib import Path

import pytest

from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform_tests.handover.moves import ALL_DAY, resumed
from risk_platform_tests.serving.load import Load
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, command, service
from risk_platform_tests.serving.running import wait_until

pytestmark = pytest.mark.long

STOPS = 3
STOPPED = "urn:risk:problem:serving-stopped"


def under_stops(home: Path, url: str, module: str = "serving") -> tuple[Load, list[str]]:
    """Stop two workers again and again while eight clients ask.

    Returns
    -------
    tuple
        What the clients heard, and what those of them that asked after a pause had returned.
    """
    heard = list[str]()
    with (
        service(home, module, api_workers=2, database=url) as running,
        closing(open_store(url)) as database,
        Load(running.wait_until_ready()).at_work() as load,
    ):
        wait_until(lambda: len(running.workers) == 2, PATIENCE_SECONDS)
        for number in range(STOPS):
            enough = len(load.answered) + 50
            wait_until(lambda enough=enough: len(load.answered) > enough, PATIENCE_SECONDS)
            if number:
                Gate(database).pause("Ada", "why")
            else:
                command(home, "gate", "pause", "--reason", "why", database=url)
            began = time.monotonic()
            wait_until(lambda began=began: len(_after(load, began)) > 100, PATIENCE_SECONDS)
            heard += _after(load, began)
            resumed(Gate(database, ALL_DAY))
    return load, heard


def _after(load: Load, began: float) -> list[str]:
    """Return what was heard by those who asked from a moment on."""
    return [what for asked, what in [*load.heard] if asked > began]


def test_after_a_pause_no_worker_answers(home: Path, store_url: str) -> None:
    """Each request is told that scoring is stopped; the log holds what was answered, no more."""
    load, heard = under_stops(home, store_url)
    assert {*heard} == {STOPPED}
    assert len(heard) > 100 * STOPS
    assert (load.lost(store_url), load.unheard(store_url)) == (0, 0)


def test_answering_first_lets_scores_out(home: Path) -> None:
    """The test above can fail: a service that asks the gate afterwards answers on."""
    url = f"sqlite:///{home / 'decisions.db'}"
    _, heard = under_stops(home, url, "risk_platform_tests.serving.hasty")
    assert "" in heard
