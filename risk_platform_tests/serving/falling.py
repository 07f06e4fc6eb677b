"""A service of which a part falls: the one that ``RISK_FALL`` names, once its home holds ``fall``.

Of several workers one takes the file away, and falls.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from os import environ
from pathlib import Path

import uvicorn

from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import Appended, DecisionLog, Request
from risk_platform.settings import Settings
from risk_platform_tests.serving.other_log import app_with
from serving.companions import Companion
from serving.deadlines import server_options
from serving.doors import Doors
from serving.logs import to_stderr

WORDS = "canary of an error"


def is_told_to_fall(home: Path) -> bool:
    """Say whether this process is the one that is to fall."""
    try:
        (home / "fall").unlink()
    except FileNotFoundError:
        return False
    return True


class FallingLog(DecisionLog):
    """A log that fails as none of ours does: the thread that writes does not survive it."""

    def __init__(self, home: Path, database: Database) -> None:
        super().__init__(database)
        self._home = home

    def append(self, requests: Sequence[Request]) -> list[Appended]:
        """Write, or fall."""
        if is_told_to_fall(self._home):
            raise ValueError(WORDS)
        return super().append(requests)


async def returning(home: Path) -> None:
    """Go on until told to fall, and be content."""
    while True:
        await asyncio.sleep(0.05)
        if is_told_to_fall(home):
            return


async def raising(home: Path) -> None:
    """Go on until told to fall, and fail."""
    await returning(home)
    raise ValueError(WORDS)


async def unwatched(home: Path) -> None:
    """Be a stock companion, at which nobody looks: the unsafe twin."""
    at_work = asyncio.create_task(raising(home))
    await asyncio.Event().wait()
    await at_work


FALLING: Mapping[str, Companion] = {
    one.__name__: partial(one, Settings().root) for one in (returning, raising, unwatched)
}


def create_worker() -> Doors:
    """Return the app of one process."""
    to_stderr()
    falls = environ["RISK_FALL"]
    if falls == "writer":
        return app_with(partial(FallingLog, Settings().root))
    return app_with(DecisionLog, [FALLING[falls]])


if __name__ == "__main__":
    to_stderr()
    uvicorn.run(
        "risk_platform_tests.serving.falling:create_worker",
        factory=True,
        port=Settings().api_port,
        workers=Settings().api_workers,
        **server_options(),
    )
