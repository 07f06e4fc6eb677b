"""Processes beside the service: what scoring must not wait for, nor die of.

Each process that scores keeps one of each kind; of all on a machine one is at work, and another
takes over when it ends.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path

from filelock import FileLock

from serving.logs import to_stderr

log = logging.getLogger("serving.beside")

PAUSE_SECONDS, TURN_SECONDS = 5.0, 1.0
# Scoring goes first where cores are few: what is done beside it can wait for milliseconds.
NICE = 10


def keep(module: str) -> Callable[[], Coroutine[None, None, None]]:
    """Return what keeps a process of a module at work; one that ends is followed by another."""

    async def go_on() -> None:
        while True:
            try:
                code = await _ended(module)
                log.warning("a process ended", extra={"module_name": module, "code": code})
            except OSError as error:
                log.warning("no process of %s can be started: %s", module, error)
            await asyncio.sleep(PAUSE_SECONDS)

    return go_on


async def _ended(module: str) -> int:
    """Have a process at work, and return its exit code; cancelled, end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=asyncio.subprocess.PIPE
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def work(lock: Path, act: Callable[[], None]) -> None:
    """Do what a process is for, once it is its turn, until the one that started it ends."""
    to_stderr()
    os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock, poll_interval=TURN_SECONDS):
        act()


def _end_with_parent() -> None:
    """End when the other end of our input is closed, as it is however the parent dies."""
    sys.stdin.buffer.read()
    os._exit(0)
