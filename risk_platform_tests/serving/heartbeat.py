"""A heartbeat: by how much a machine that does other work as well is late with all it does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_BEAT_SECONDS = 0.01


class Heartbeat:
    """A thread that sleeps again and again, and adds up by how much it overslept.

    Whatever else waited meanwhile, waited at least as long through no fault of its own.
    """

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._overslept_and_due = 0.0, float("inf")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Beat as long as the block runs."""
        thread = threading.Thread(target=self._beat)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    @property
    def late_seconds(self) -> float:
        """By how much all beats were late so far, the one that is due among them."""
        overslept, due = self._overslept_and_due
        return overslept + max(0.0, time.monotonic() - due)

    def _beat(self) -> None:
        overslept = 0.0
        while not self._ended.is_set():
            due = time.monotonic() + _BEAT_SECONDS
            self._overslept_and_due = overslept, due
            time.sleep(_BEAT_SECONDS)
            overslept += time.monotonic() - due
