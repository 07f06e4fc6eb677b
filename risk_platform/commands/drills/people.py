"""People: who puts a platform right after a drill has stopped it."""

import time
from collections.abc import Callable

from risk_platform.errors.drills import NobodyResumedError
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Cause, Trigger
from risk_platform.handover.gating.state import GateState

_REASON = "the drill is over: what stopped it was simulated"
_INCIDENT = "drill"
_LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 600.0


class People:
    """The person who runs a drill, and whoever else is asked for consent.

    Parameters
    ----------
    gate, drift
        Of the platform.
    by
        Who runs it.
    ask
        Tells other people what to do.
    patience_seconds
        How long they, and a new verdict of drift, are waited for.

    Notes
    -----
    Each method raises ``NobodyResumedError`` where what it waits for does not come, and
    ``ResumeRefusedError`` where anything else speaks against it.
    """

    def __init__(
        self,
        gate: Gate,
        drift: DriftRecord,
        by: str,
        ask: Callable[[str], None],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._gate, self._drift, self._by, self._ask = gate, drift, by, ask
        self._patience_seconds = patience_seconds

    def resume(self) -> None:
        """Let scoring run again, alone or with somebody else's consent, as the settings want it."""
        self._undo(None)

    def reinstate(self, key_id: str) -> None:
        """Let a suspended key be served again, likewise."""
        self._undo(key_id)

    def _undo(self, key_id: str | None) -> None:
        if self._is_done(key_id):
            return
        seen = self._gate.look()
        if key_id is None and self._is_by_drift(seen):
            # Who resumes after drift names a verdict that came after the stop.
            what = "no verdict of drift was recorded since the stop"
            self._wait(lambda: self._evidence(self._gate.look()) is not None, what)
            # What was decided while it was being stopped may have stopped it once more.
            seen = self._gate.look()
        cause = Cause(evidence=self._evidence(seen), incident=_INCIDENT)
        resumes, told = self._gate.resumes, (self._by, _REASON, seen.epoch)
        if self._gate.rules.resumes_alone:
            resumes.alone(*told, key_id=key_id, cause=cause)
            return
        request = resumes.request(*told, key_id=key_id, cause=cause)
        self._ask(
            f"somebody else than {self._by} must approve that scoring goes on after the drill: "
            f"risk-platform gate approve {request.id} --epoch {request.epoch}"
        )
        self._wait(lambda: self._is_done(key_id), f"nobody approved {request.id}")

    def _is_by_drift(self, seen: GateState) -> bool:
        cause = self._gate.cause(seen.epoch)
        return cause is not None and cause.trigger.startswith(Trigger.DRIFT)

    def _is_done(self, key_id: str | None) -> bool:
        seen = self._gate.look()
        return seen.is_running if key_id is None else key_id not in seen.suspended

    def _evidence(self, seen: GateState) -> str | None:
        """Return the digest of a verdict of drift that is newer than the stop, if there is one."""
        latest = self._drift.latest()
        return latest.digest if latest is not None and latest.at_us > seen.at_us else None

    def _wait(self, is_done: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + self._patience_seconds
        while not is_done():
            if time.monotonic() > until:
                raise NobodyResumedError(what)
            time.sleep(_LOOK_SECONDS)
