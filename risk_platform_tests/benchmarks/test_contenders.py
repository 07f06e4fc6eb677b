"""Contenders: they say what they should before they are measured, and stand still otherwise."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest

from benchmarks.contenders.contender import NoContenderError, Start, Task, running
from benchmarks.contenders.echo import echo
from benchmarks.contenders.ours import on_sqlite, swap, without_log
from benchmarks.learnt import learn
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_columns


@pytest.fixture(scope="module")
def task() -> Task:
    """Return a small model and a few applications."""
    learnt = learn(loans=2_000, trees=10, leaves=31, width=20)
    return Task(learnt, learnt.applications[:10])


def test_all_get_the_same_question(task: Task) -> None:
    """What peers get ready-made is what our service makes of an application."""
    of, columns = task.learnt, parse_columns(INPUTS, task.applications)
    assert of.booster.num_feature() == 20
    assert of.bundle.model.text == of.booster.model_to_string()
    calibrated = of.bundle.model.calibration.apply(np.array(task.scores))
    np.testing.assert_array_equal(calibrated, of.bundle.predict(columns))


@pytest.mark.slow
def test_a_server_stands_still_but_when_it_is_its_turn(task: Task, tmp_path: Path) -> None:
    """It answers nobody then, and goes on where it was."""
    with echo(task, tmp_path) as asked, running(asked, tmp_path / "log") as server:
        body = asked.bodies[0]
        with pytest.raises(httpx.TimeoutException):
            httpx.post(asked.url, content=body, timeout=0.5, trust_env=False)
        with server.at_work():
            httpx.post(asked.url, content=body, timeout=10, trust_env=False).raise_for_status()


@pytest.mark.slow
def test_a_server_that_says_something_else_is_not_measured(task: Task, tmp_path: Path) -> None:
    """Were it by the ninth digit."""
    with echo(task, tmp_path) as asked:
        scores = [score + 1e-9 for score in asked.scores]
        wrong = replace(asked, scores=scores)
        with pytest.raises(NoContenderError), running(wrong, tmp_path / "log"):
            pass


@pytest.mark.slow
def test_a_server_that_ends_is_not_waited_for(task: Task, tmp_path: Path) -> None:
    """It has no figure, and that is said."""
    with echo(task, tmp_path) as asked:
        ends = replace(asked, command=[sys.executable, "-c", "raise SystemExit(1)"])
        with pytest.raises(NoContenderError), running(ends, tmp_path / "log"):
            pass


@pytest.mark.slow
@pytest.mark.parametrize("ours", [on_sqlite, without_log])
def test_ours_says_what_the_model_says(task: Task, tmp_path: Path, ours: Start) -> None:
    """With its log and without it; and another model takes its place while it runs."""
    with ExitStack() as stack:
        asked = stack.enter_context(ours(task, tmp_path))
        server = stack.enter_context(running(asked, tmp_path / "log"))
        with server.at_work():
            swap(asked, task.learnt.bundle, version=2)
