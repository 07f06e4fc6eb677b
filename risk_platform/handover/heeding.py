"""Heeding: what a verdict of drift does to the gate, in the transaction that records it.

So neither is there without the other, whatever ends the process that looks; and a look that is made
twice, or by two at once, stops scoring once.
"""

from sqlalchemy import Connection

from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftVerdict, Light, add_verdict, window_end
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType, Cause, Trigger
from risk_platform.handover.gating.state import lock_gate

# Who looks, as events of the gate name it.
WATCH = "the drift sensor"


def heed(database: Database, gate: Gate, verdict: DriftVerdict) -> DriftVerdict | None:
    """Record a verdict, and stop scoring, or suspend a key, where it says so.

    Parameters
    ----------
    database, gate
        Where, and the gate of that.
    verdict
        Of decisions behind the window that was judged last.

    Returns
    -------
    DriftVerdict or None
        As it was recorded; ``None``: another look was faster, and this one did nothing.

    Raises
    ------
    LogUnavailableError
        The database does not answer: nothing was recorded, and nothing done.
    """
    with database.writing() as connection:
        now_us = lock_gate(connection).now_us
        if window_end(connection) != verdict.after_sequence:
            return None
        recorded = add_verdict(connection, verdict, now_us)
        if recorded.light is Light.RED:
            _act(connection, gate, recorded)
    return recorded


def _act(connection: Connection, gate: Gate, verdict: DriftVerdict) -> None:
    cause = Cause(
        actor_type=ActorType.SENSOR,
        trigger=f"{Trigger.DRIFT}: {'; '.join(verdict.rules)}",
        evidence=verdict.digest,
        window_us=(verdict.since_us, verdict.until_us),
        decisions=verdict.decisions,
        model_digest=verdict.model_digest,
    )
    if verdict.key_id is None:
        gate.pause_in(connection, WATCH, verdict.sentence, cause=cause)
    else:
        gate.suspend_in(connection, verdict.key_id, WATCH, verdict.sentence, cause=cause)
