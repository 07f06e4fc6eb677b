"""Load: clients that ask as clients should, and remember what they were answered."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from risk_platform.handover.clock import now_us
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.serving.heartbeat import Heartbeat
from risk_platform_tests.serving.running import DEADLINE_S

_BODIES = [json.dumps(application) for application in EXAMPLES.values()]


class Refusal(NamedTuple):
    """An answer that was none: its status, after how long, and for how long of it none could be.

    The last are seconds by which the machine was late with whatever was due.
    """

    status: int
    seconds: float
    late_seconds: float


class Load:
    """Clients that ask one request after the other until they are told to end.

    Each request has an idempotency key. One that was not answered, as its worker died, is asked
    again under the same key, as a client would who wants to know.

    Attributes
    ----------
    answered
        Ids of decisions, by the keys of their requests.
    refused
        Answers that were none.
    heard
        When each request that was answered was begun, by the monotonic clock, and the type of its
        problem; empty for a decision.
    """

    def __init__(self, port: int, clients: int = 8) -> None:
        self._port, self._ended = port, threading.Event()
        self.answered: dict[str, str] = {}
        self.refused: list[Refusal] = []
        self._heart = Heartbeat()
        self.heard: list[tuple[float, str]] = []
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    @contextmanager
    def at_work(self) -> Iterator["Load"]:
        """Ask as long as the block runs; all that was asked is answered at its end."""
        for thread in self._threads:
            thread.start()
        try:
            with self._heart.at_work():
                yield self
        finally:
            self._ended.set()
            for thread in self._threads:
                thread.join(DEADLINE_S)

    def lost(self, url: str) -> int:
        """Return how many answered requests are not in the log once, under the id that was told."""
        held = _held(url)
        return sum(held[answered] != 1 for answered in self.answered.items())

    def unheard(self, url: str) -> int:
        """Return how many decisions are in the log that nobody was told."""
        return sum(1 for one in _held(url).elements() if one not in self.answered.items())

    def _ask(self) -> None:
        while not self._ended.is_set():
            key, body = uuid.uuid4().hex, random.choice(_BODIES)  # noqa: S311 - no secret
            while (answer := self._answer(key, body)) is None and not self._ended.is_set():
                self._ended.wait(0.01)
            if answer is not None:
                self.answered[key] = answer

    def _answer(self, key: str, body: str) -> str | None:
        """Return the id of the decision; ``None``: nobody answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=DEADLINE_S)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        began, late = time.monotonic(), self._heart.late_seconds
        try:
            connection.request("POST", "/predict", body, headers)
            answer = connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        self.heard.append((began, json.loads(told).get("type", "")))
        if answer.status != http.client.OK:
            took, late = time.monotonic() - began, self._heart.late_seconds - late
            self.refused.append(Refusal(answer.status, took, late))
            return None
        return json.loads(told)["decision_id"]


def _held(url: str) -> Counter[tuple[str | None, str]]:
    """Return how often each decision is in the log, by its idempotency key and its id."""
    with closing(open_store(url)) as database:
        kept = DecisionLog(database).window(0, now_us())
        return Counter((one.idempotency_key, one.id) for one in kept)
