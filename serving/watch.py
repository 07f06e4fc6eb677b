"""The watch: gauges of what scores hang on, kept up to date whether or not anybody asks."""

import asyncio
import contextlib
import itertools

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.clock import now_us
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.backlog import Backlog
from serving.companions import Companion
from serving.desk import Desk
from serving.drift import drift_answer
from serving.metrics import DeskMetrics, DriftMetrics
from serving.service import ScoringService

LOOK_SECONDS = 1.0
# Of so many looks one is at the record of drift, which changes twice a minute.
LOOKS_A_DRIFT = 10


class WriterEndedError(RiskPlatformError):
    """Nothing can be recorded any more in this process."""

    def __str__(self) -> str:
        """Say so."""
        return "the thread that records decisions has ended"


def watching(service: ScoringService, desk: Desk, counted: DeskMetrics) -> Companion:
    """Return what looks at champion, gate, backlog and desk again and again."""

    async def go_on() -> None:
        lag, looks = SealLag(service.backlog), itertools.count()
        while desk.is_writing:
            counted.model.set(service.champions.version)
            if next(looks) % LOOKS_A_DRIFT == 0:
                await asyncio.to_thread(show_drift, service, counted.drift)
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
    counted.epoch.set(state.epoch)
    return state.is_running


def show_drift(service: ScoringService, counted: DriftMetrics) -> None:
    """Show what was found of the model that answers; while nobody can tell, what was known last."""
    with contextlib.suppress(LogUnavailableError):
        last, closing = service.drift.last_two()
        told = drift_answer(last, closing, service.champions.version)
        counted.show(told.light, told.share or 0.0, last.at_us / 1e6 if last else 0.0)
