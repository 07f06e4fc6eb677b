"""Companions: what goes on beside the app as long as it runs.

None of them is to end by itself. Where one does, keys would never be read again, or no decision
written, and every request be refused by a process that nobody replaces: so the process ends too.
"""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

log = logging.getLogger("serving.companions")

Companion = Callable[[], Coroutine[None, None, None]]


@asynccontextmanager
async def beside(companions: Sequence[Companion]) -> AsyncGenerator[asyncio.Event]:
    """Have companions at work during the block; give what is set once one of them is lost.

    The server is then told to end, as a person would tell it: what was asked is answered first.
    """
    lost = asyncio.Event()

    def look(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        log.error("a companion has ended", exc_info=error, extra={"companion": task.get_name()})
        lost.set()
        signal.raise_signal(signal.SIGTERM)

    tasks = [asyncio.create_task(one(), name=_name(one)) for one in companions]
    for task in tasks:
        task.add_done_callback(look)
    try:
        yield lost
    finally:
        for task in tasks:
            task.remove_done_callback(look)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def end_as_failed() -> None:
    """End this process by a code that says so.

    By the signal, as it would, is how one ends who was told to: what watches over processes may
    take that for well, and start no other.
    """
    os._exit(1)


def _name(companion: Companion) -> str:
    """Return the name of what was called to make it: inner functions all have the same."""
    whole: str = getattr(companion, "__qualname__", type(companion).__name__)
    return whole.partition(".<locals>")[0]
