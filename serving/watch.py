"""The watch: gauges of what scores hang on, kept up to date whether or not anybody asks."""

import asyncio
import contextlib

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.clock import now_us
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.backlog import Backlog
from serving.companions import Companion
from serving.desk import Desk
from serving.metrics import DeskMetrics
from serving.service import ScoringService

LOOK_SECONDS = 1.0


class WriterEndedError(RiskPlatformError):
    """Nothing can be recorded any more in this process."""

    def __str__(self) -> str:
        """Say so."""
        return "the thread that records decisions has ended"


def watching(service: ScoringService, desk: Desk, counted: DeskMetrics) -> Companion:
    """Return what looks at champion, gate, backlog and desk again and again."""

    async def go_on() -> None:
        lag = SealLag(service.backlog)
        while desk.is_writing:
            counted.model.set(service.champions.version)
            if not await asyncio.to_thread(_show, service.gate, counted):
                service.breaker.forget()
            counted.unsealed.set(await asyncio.to_thread(lag.seconds))
            await asyncio.sleep(LOOK_SECONDS)
        raise WriterEndedError

    return go_on


class SealLag:
    """For how long rows wait to be sealed.

    Parameters
    ----------
    backlog
        Those that wait.
    """

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog
        self._oldest_us: int | None = None

    def seconds(self) -> float:
        """Return the age of the oldest that waits; 0: none does.

        While nobody can tell, what waited is taken to wait still: nothing is sealed either.
        """
        with contextlib.suppress(LogUnavailableError):
            self._oldest_us = self._backlog.oldest_us()
        return 0.0 if self._oldest_us is None else max(0.0, (now_us() - self._oldest_us) / 1e6)


def _show(gate: Gate, counted: DeskMetrics) -> bool:
    """Show how the gate stands, and have it shut where it should be; say whether it is open.

    Where nobody can tell, no score may leave; of the lease is shown what was known last.
    """
    try:
        state = gate.look()
    except LogUnavailableError:
        counted.gate.set(False)
        return False
    counted.gate.set(state.is_running)
    counted.lease.set(state.lease_seconds)
    return state.is_running
