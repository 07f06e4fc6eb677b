"""Rules of the gate: for how long a verdict lets scoring run, and how many people resume."""

from dataclasses import dataclass, replace
from enum import StrEnum

from risk_platform.handover.gating.state import GateState

_SECOND_US, _HOUR_US = 1_000_000, 3_600_000_000


class Verdict(StrEnum):
    """What a look at drift found that lets scoring go on: enough loans to say so, or too few."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say of the gate.

    Parameters
    ----------
    lease_seconds
        For how long scoring runs after a verdict, a resume or the first opening.
    insufficient_hours
        For how long after a resume, or a verdict with enough loans, verdicts with too few renew the
        lease.
    resumes_alone
        Whether who asks for a resume may approve it himself.
    """

    lease_seconds: float = 300.0
    insufficient_hours: float = 24.0
    resumes_alone: bool = False

    def lease_until_us(self, now_us: int) -> int:
        """Return until when a lease lasts that is given now."""
        return now_us + int(self.lease_seconds * _SECOND_US)

    def renews(self, seen: GateState, verdict: Verdict) -> bool:
        """Whether a verdict renews the lease of a gate that is open."""
        return verdict is Verdict.SUFFICIENT or not self._knows_too_little(seen)

    def lapse(self, seen: GateState) -> str:
        """Say why a lease has ended."""
        # A platform that nobody ran for days did not end for that.
        last_us = min(seen.now_us, seen.lease_until_us - 1)
        if self._knows_too_little(replace(seen, now_us=last_us)):
            return (
                f"too few loans to tell drift for {self.insufficient_hours:g} hours: "
                "RISK_INSUFFICIENT_HOURS lengthens that"
            )
        return (
            f"no verdict of drift has renewed the lease of {self.lease_seconds:g} seconds "
            "(RISK_LEASE_SECONDS): see whether Dagster's daemon and its sensors are at work"
        )

    def _knows_too_little(self, seen: GateState) -> bool:
        return seen.now_us - seen.sufficient_us >= self.insufficient_hours * _HOUR_US
