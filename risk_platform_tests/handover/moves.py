"""Gates that tests move: open for as long as they need, resumed by two, and made older."""

import time
from collections.abc import Callable

from sqlalchemy import Connection, select, text

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import BY_HAND, ActorType, Cause
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.tables import GATE_EVENTS

# No test takes so long.
ALL_DAY = Rules(lease_seconds=86_400)
REASON = "explained: the bureau's feed was mended"


def opened(database: Database) -> Gate:
    """Return a gate that stays open for as long as any test runs."""
    gate = Gate(database, ALL_DAY)
    surely(lambda: gate.open_first("Ada"))
    return gate


def resumed(gate: Gate, reason: str = REASON, cause: Cause = BY_HAND) -> GateState:
    """Let scoring run again, as two people do."""
    asked = gate.resumes.request("Ada", reason, gate.look().epoch, cause=cause)
    return gate.resumes.approve(asked.id, "Grace", asked.epoch)


# By the database's clock all of it comes to be this much older.
_OLDER = (
    """UPDATE gate SET lease_until_us = lease_until_us - :us,
        sufficient_us = sufficient_us - :us, at_us = at_us - :us""",
    "UPDATE gate_events SET at_us = at_us - :us",
    "UPDATE drift SET at_us = at_us - :us",
)


def let_pass(database: Database, seconds: float) -> None:
    """Let some time pass for the gate of a database, in no time."""
    with database.writing() as connection:
        make_older(connection, seconds)


def make_older(connection: Connection, seconds: float) -> None:
    """Do the same within a transaction of the caller's."""
    for statement in _OLDER:
        connection.execute(text(statement), {"us": int(seconds * 1_000_000)})


def surely(move: Callable[[], object]) -> None:
    """Move the gate, however long others, on a busy machine, keep it from its turn."""
    deadline = time.monotonic() + 20
    while True:
        try:
            move()
        except LogUnavailableError:
            assert time.monotonic() < deadline
        else:
            return


def last_cause(database: Database) -> Cause:
    """Return by what the gate was moved last."""
    newest = select(GATE_EVENTS).order_by(GATE_EVENTS.c.sequence.desc()).limit(1)
    with database.reading() as connection:
        row = connection.execute(newest).mappings().one()
    return Cause(
        actor_type=ActorType(row["actor_type"]),
        trigger=row["trigger_rule"],
        evidence=row["evidence"],
        window_us=(row["window_from_us"], row["window_until_us"]),
        decisions=row["decisions"],
        model_digest=row["model_digest"],
    )


def last_verdict(database: Database) -> str | None:
    """Return the digest of the verdict of drift that was recorded last."""
    last = DriftRecord(database).latest()
    return last.digest if last else None
