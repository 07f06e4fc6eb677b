"""The courier: a process beside the service that brings it models, so that MLflow is not within it.

Each process that scores keeps one; of all on a machine one is at work, and another takes over when
it ends. A registry that hangs, or a model that is none, costs a courier, and scoring goes on.
"""

import asyncio
import logging
import os
import sys
import threading

from filelock import FileLock

from risk_platform.settings import Settings
from serving.logs import to_stderr

log = logging.getLogger("serving.courier")

PAUSE_SECONDS, TURN_SECONDS = 5.0, 1.0


async def keep_courier() -> None:
    """Keep a courier at work until cancelled; one that ends is followed by another."""
    while True:
        try:
            log.warning("the courier ended with code %d", await _courier())
        except OSError as error:
            log.warning("no courier can be started: %s", error)
        await asyncio.sleep(PAUSE_SECONDS)


async def _courier() -> int:
    """Have a courier at work, and return its exit code; cancelled, end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def main() -> None:
    """Bring models until the process that started this one ends."""
    settings = Settings()
    to_stderr()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder = settings.models_folder
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "courier.lock", poll_interval=TURN_SECONDS):
        # MLflow takes seconds to import, and memory: who waits for its turn does without.
        from serving.rounds import make_rounds  # noqa: PLC0415

        make_rounds(settings)


def _end_with_parent() -> None:
    """End when the other end of our input is closed, as it is however the parent dies."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
