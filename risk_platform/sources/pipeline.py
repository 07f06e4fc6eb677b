"""Pipeline: reading ahead and writing behind, so that three steps of landing share the cores.

Arrow leaves the interpreter alone while it parses, converts and compresses; threads suffice.
"""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Hand on items while a thread makes the next one; what it raises is raised here."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


class Behind:
    """Work done piece after piece behind the back of whoever gives it."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._last: Future[None] | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Wait for the last piece, raise what it raised, and begin with the next."""
        self.wait()
        self._last = self._pool.submit(work)

    def wait(self) -> None:
        """Wait until nothing is left to do."""
        if self._last is not None:
            self._last.result()


@contextmanager
def working_behind() -> Generator[Behind]:
    """Give a place to send work to; all of it is done when the block ends."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        behind = Behind(pool)
        yield behind
        behind.wait()
