"""History: what was done about the gate, and refused, for those who look back."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from risk_platform.handover.database import Database
from risk_platform.handover.gating.events import Action
from risk_platform.handover.tables import GATE_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of the gate; what versions before the fourth did not write is empty.

    Parameters
    ----------
    epoch, action
        Where the gate stood since; and what was done.
    by, approver, reason
        Who did it or asked for it, who approved it, and why.
    actor_type, trigger
        What that was, and the rule that set it off.
    key_id, incident, evidence
        The API key that it is about, under which name it is followed up, and the digest of the
        verdict of drift that it went by.
    at_us
        When, by the database's clock: microseconds since 1970, UTC.
    """

    epoch: int
    action: str
    by: str
    approver: str
    reason: str
    actor_type: str
    trigger: str
    key_id: str
    incident: str
    evidence: str
    at_us: int


def recent_events(
    database: Database, most: int, *, since_us: int = 0, actions: Collection[Action] = ()
) -> list[Event]:
    """Return the last events, the newest first.

    Parameters
    ----------
    database
        Where they are.
    most
        How many at the most.
    since_us
        From which moment on.
    actions
        Of which kinds; all by default.

    Raises
    ------
    LogUnavailableError
        The database does not answer.
    """
    sought = select(GATE_EVENTS).where(GATE_EVENTS.c.at_us >= since_us)
    if actions:
        sought = sought.where(GATE_EVENTS.c.action.in_(actions))
    with database.reading() as connection:
        rows = connection.execute(sought.order_by(GATE_EVENTS.c.sequence.desc()).limit(most))
        return [_event(row) for row in rows.mappings()]


def _event(row: RowMapping) -> Event:
    return Event(
        epoch=row["epoch"],
        action=row["action"] or row["state"],
        by=row["by_whom"],
        approver=row["approver"] or "",
        reason=row["reason"],
        actor_type=row["actor_type"] or "",
        trigger=row["trigger_rule"] or "",
        key_id=row["key_id"] or "",
        incident=row["incident"] or "",
        evidence=row["evidence"] or "",
        at_us=row["at_us"],
    )
