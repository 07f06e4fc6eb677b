"""Opening: what a person who starts the platform lets run, and what stays shut all the same."""

from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.log.feed import Feed


def opened(database: Database, gate: Gate, by: str, reason: str) -> GateState:
    """Let scoring begin where nobody has decided about it yet; a stop stays a stop.

    But one that came of itself, as nobody looked for drift while nothing was running: that whoever
    starts the platform lifts alone, where he may.

    Parameters
    ----------
    database, gate
        Where decisions are, and the gate of that.
    by, reason
        Who starts it, and what speaks for lifting such a stop.
    """
    state = gate.open_first(by)
    if not gate.rules.resumes_alone or not _came_of_itself(database, gate, state):
        return state
    return gate.resumes.alone(by, reason, state.epoch)


def _came_of_itself(database: Database, gate: Gate, state: GateState) -> bool:
    """Whether a lease ended while nothing ran.

    Somebody who looks for drift and finds what keeps him from renewing it does so to its end, and
    so does a service that decides while nobody looks: neither of them was there any more.
    """
    cause = gate.cause(state.epoch)
    if state.is_running or cause is None or cause.actor_type is not ActorType.LEASE:
        return False
    latest = DriftRecord(database).latest()
    last_us = max(latest.at_us if latest else 0, Feed(database).newest_us())
    return last_us < state.lease_until_us - gate.rules.lease_seconds * 1_000_000 / 2
