"""News of the gate: what was done about it last, for those who tell others."""

from dataclasses import dataclass

from sqlalchemy import select

from risk_platform.handover.database import Database
from risk_platform.handover.gating.events import MOVES, Action
from risk_platform.handover.tables import GATE_EVENTS

_NEWS = (*MOVES, Action.SUSPENDED, Action.REINSTATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was done last.

    Parameters
    ----------
    event_id, action, epoch
        Of the event; and where the gate stands since.
    by, reason, trigger
        Who did it, why, and by which rule.
    key_id
        The API key that it is about; ``None``: about all scoring.
    at_us
        When, by the database's clock: microseconds since 1970, UTC.
    """

    event_id: str
    action: Action
    epoch: int
    by: str
    reason: str
    trigger: str
    key_id: str | None
    at_us: int

    @property
    def sentence(self) -> str:
        """All of it."""
        about = f"API key {self.key_id}" if self.key_id else "scoring"
        return f"{about} {self.action.value} by {self.by} (epoch {self.epoch}): {self.reason}"


def latest_news(database: Database) -> News | None:
    """Return what moved the gate last, or suspended or reinstated a key; ``None``: nothing yet."""
    events = GATE_EVENTS.c
    newest = (
        select(GATE_EVENTS)
        .where(events.action.in_(_NEWS), events.event_id.is_not(None))
        .order_by(events.sequence.desc())
        .limit(1)
    )
    with database.reading() as connection:
        row = connection.execute(newest).mappings().one_or_none()
    if row is None:
        return None
    return News(
        event_id=row["event_id"],
        action=Action(row["action"]),
        epoch=row["epoch"],
        by=row["by_whom"],
        reason=row["reason"],
        trigger=row["trigger_rule"] or "",
        key_id=row["key_id"],
        at_us=row["at_us"],
    )
