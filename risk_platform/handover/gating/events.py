"""Events of the gate: whatever was done about it, or refused, with all that explains it.

An event is written in the transaction of what it tells of, and sealed like every row of the chain.
"""

import socket
import time
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from risk_platform.handover.gating.state import GateState
from risk_platform.handover.ids import new_id
from risk_platform.handover.tables import GATE_EVENTS


class Action(StrEnum):
    """What was done."""

    OPENED = "opened"
    STOPPED = "stopped"
    REQUESTED = "resume requested"
    RESUMED = "resumed"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"


# Those of them that move the gate, so that its epoch grows.
MOVES = (Action.OPENED, Action.STOPPED, Action.RESUMED)


class ActorType(StrEnum):
    """Who did it: what is no person can stop scoring, and never lets it run again."""

    PERSON = "person"
    SENSOR = "sensor"
    SERVICE = "service"
    BREAKER = "breaker"
    LEASE = "lease"


class Trigger(StrEnum):
    """What set it off, where no sensor or breaker names a rule of its own."""

    OPERATOR = "operator"
    DRIFT = "drift"
    LEASE = "lease"
    WITNESS = "witness"
    TWO_PEOPLE = "two people"
    ONE_PERSON = "one person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who acts, and what he goes by; each part is recorded.

    Parameters
    ----------
    actor_type
        What he is.
    trigger
        The rule that set it off; of a stop by drift it begins with ``drift``, which demands
        evidence of who resumes.
    evidence
        Digest of a verdict of drift, SHA-256 in hex.
    window_us
        Begin and end of the window that was judged, in microseconds since 1970, UTC.
    decisions
        How many decisions that held.
    model_digest
        The model that decided them, SHA-256 in hex.
    incident
        Under which name people follow it up.
    """

    actor_type: ActorType = ActorType.PERSON
    trigger: str = Trigger.OPERATOR
    evidence: str | None = None
    window_us: tuple[int, int] | None = None
    decisions: int | None = None
    model_digest: str | None = None
    incident: str | None = None


BY_HAND = Cause()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event tells beside its cause.

    Parameters
    ----------
    action
        What was done.
    by, reason
        Who did it, or asked for it, and why.
    approver, request_id
        Of what two people do: who approved it, and the event that asked for it.
    key_id
        The API key that it is about; ``None``: about all scoring.
    """

    action: Action
    by: str
    reason: str
    approver: str | None = None
    request_id: str | None = None
    key_id: str | None = None


def record(connection: Connection, state: GateState, told: Told, cause: Cause) -> str:
    """Write an event, in the transaction of what it tells of, and return its id.

    Parameters
    ----------
    connection
        One that holds the gate.
    state
        How the gate stands afterwards.
    told, cause
        What to write.
    """
    since_us, until_us = cause.window_us or (None, None)
    event_id = new_id()
    row = {
        "event_id": event_id,
        "epoch": state.epoch,
        "state": state.state.value,
        "action": told.action.value,
        "by_whom": told.by,
        "reason": told.reason,
        "at_us": state.now_us,
        "actor_type": cause.actor_type.value,
        "approver": told.approver,
        "request_id": told.request_id,
        "key_id": told.key_id,
        "incident": cause.incident,
        "trigger_rule": str(cause.trigger),
        "evidence": cause.evidence,
        "window_from_us": since_us,
        "window_until_us": until_us,
        "decisions": cause.decisions,
        "model_digest": cause.model_digest,
        "host": socket.gethostname(),
        "monotonic_ns": time.monotonic_ns(),
    }
    connection.execute(insert(GATE_EVENTS).values(row))
    return event_id


def cause_of(connection: Connection, epoch: int) -> Cause | None:
    """Return by what the gate was moved to an epoch; ``None``: that is not on record."""
    moved = (GATE_EVENTS.c.epoch == epoch, GATE_EVENTS.c.action.in_(MOVES))
    row = connection.execute(select(GATE_EVENTS).where(*moved)).mappings().first()
    if row is None:
        return None
    since_us, until_us = row["window_from_us"], row["window_until_us"]
    return Cause(
        actor_type=ActorType(row["actor_type"]),
        trigger=row["trigger_rule"],
        evidence=row["evidence"],
        window_us=None if since_us is None else (since_us, until_us),
        decisions=row["decisions"],
        model_digest=row["model_digest"],
        incident=row["incident"],
    )


def stripped(told: Told) -> Told:
    """Return it without blanks around names and reasons."""
    return replace(told, by=told.by.strip(), reason=told.reason.strip())
