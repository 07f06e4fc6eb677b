"""A contender: a server in processes of its own, which stand still while others are measured."""

import os
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from benchmarks.learnt import Application, Learnt

ROOT, HOST = Path(__file__).parents[2], "127.0.0.1"
START_SECONDS, STOP_SECONDS = 120.0, 20.0
# It has come to rest when, unasked, it takes less than this part of a core.
REST_SECONDS, LEAST_WORK = 120.0, 0.05
# Of a score on its way through text, and nothing more.
_ROUNDING = 1e-12
_LAST_LINES = 3


class NoContenderError(RuntimeError):
    """A server cannot be measured here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Task:
    """What all contenders are asked.

    Parameters
    ----------
    learnt
        The model.
    applications
        What is to be scored.
    """

    learnt: Learnt
    applications: Sequence[Application]

    @property
    def rows(self) -> list[list[float | None]]:
        """What the booster reads of each application, ready-made; ``None`` where unknown."""
        inputs = self.learnt.inputs(self.applications)
        return [[None if np.isnan(value) else value for value in row] for row in inputs.tolist()]

    @property
    def scores(self) -> list[float]:
        """What the booster says of each, before calibration."""
        inputs = self.learnt.inputs(self.applications)
        return np.asarray(self.learnt.booster.predict(inputs)).tolist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """How a server is started and asked.

    Parameters
    ----------
    command, folder, environment
        What runs, in which folder, and what it finds in its environment beside our own.
    port, path, bodies
        Where it is asked, and what in turn.
    score, scores
        Reads a score from an answer, and what they should be.
    """

    command: Sequence[str | Path]
    folder: Path
    port: int
    path: str
    bodies: Sequence[bytes]
    score: Callable[..., float]
    scores: Sequence[float]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://{HOST}:{self.port}{self.path}"


Start = Callable[[Task, Path], AbstractContextManager[Contender]]
"""Makes ready what a server needs, in a folder of its own, and says how it is started."""


class Running:
    """A server that runs, or stands still."""

    def __init__(self, contender: Contender, process: subprocess.Popen[bytes], log: Path) -> None:
        self.contender, self._process, self._log = contender, process, log
        # What each body was answered, once.
        self.answers: list[Any] = []

    @contextmanager
    def at_work(self) -> Generator[Contender]:
        """Let it run for a while."""
        for process in self._tree():
            process.resume()
        try:
            yield self.contender
        finally:
            for process in self._tree():
                process.suspend()

    def check(self) -> None:
        """Ask everything once, as soon as it answers, and compare the scores.

        Raises
        ------
        NoContenderError
            It does not answer in time, or says another score.
        """
        with httpx.Client(timeout=10, trust_env=False) as client:
            self._wait_for_answers(client)
            self.answers = [self._ask(client, body).json() for body in self.contender.bodies]
        found = [self.contender.score(answer) for answer in self.answers]
        if not np.allclose(found, self.contender.scores, rtol=0, atol=_ROUNDING):
            raise NoContenderError("it says other scores than the booster")

    def come_to_rest(self) -> None:
        """Wait until all that it does after its start is done: it would be measured with answers.

        Raises
        ------
        NoContenderError
            It goes on and on.
        """
        deadline = time.monotonic() + REST_SECONDS
        while time.monotonic() < deadline:
            before, began = self._seconds_of_work(), time.monotonic()
            time.sleep(1)
            if self._seconds_of_work() - before < LEAST_WORK * (time.monotonic() - began):
                return
        raise NoContenderError("it does not come to rest")

    def stop(self) -> None:
        """End it and all that it started."""
        tree = self._tree()
        for process in tree:
            process.resume()
        self._process.terminate()
        _, left = psutil.wait_procs(tree, STOP_SECONDS)
        for process in left:
            process.kill()
        self._process.wait()

    def _wait_for_answers(self, client: httpx.Client) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if self._ask(client, self.contender.bodies[0]).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        said = self._log.read_text(errors="replace").split("\n")
        raise NoContenderError(f"it does not answer: {' '.join(said[-_LAST_LINES:])}")

    def _ask(self, client: httpx.Client, body: bytes) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return client.post(self.contender.url, content=body, headers=headers)

    def _seconds_of_work(self) -> float:
        times = [process.cpu_times() for process in self._tree()]
        return sum(of.user + of.system for of in times)

    def _tree(self) -> list[psutil.Process]:
        """Return the process and all that it started; none where it has ended."""
        try:
            first = psutil.Process(self._process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@contextmanager
def running(contender: Contender, log: Path) -> Generator[Running]:
    """Start a server, see that it says what it should, and let it stand still.

    Parameters
    ----------
    contender
        The server.
    log
        File that it may write to.

    Raises
    ------
    NoContenderError
        It does not answer, or says something else.
    """
    with log.open("wb") as told:
        process = subprocess.Popen(
            contender.command,
            cwd=contender.folder,
            env=os.environ | contender.environment,
            stdout=told,
            stderr=told,
        )
    server = Running(contender, process, log)
    try:
        with server.at_work():
            server.check()
            server.come_to_rest()
        yield server
    finally:
        server.stop()
