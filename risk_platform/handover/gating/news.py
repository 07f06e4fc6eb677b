"""News of the gate: what was done about it, for those who tell others."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Select, select

from risk_platform.handover.database import Database
from risk_platform.handover.gating.events import MOVES, Action
from risk_platform.handover.tables import GATE_EVENTS

_NEWS = (*MOVES, Action.SUSPENDED, Action.REINSTATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was done once.

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
    return next(iter(_read(database, _newest())), None)


def news_behind(database: Database, event_id: str | None, most: int) -> Sequence[News]:
    """Return what came behind an event, in its order.

    Whoever has heard nothing yet hears the newest alone; so does who has heard what this database
    knows nothing of, since it is an older one that was restored.

    Parameters
    ----------
    database
        Where the events are.
    event_id
        The last one that was heard of; ``None``: none was.
    most
        So many at a time; what is behind them comes with the next.
    """
    heard = select(GATE_EVENTS.c.sequence).where(GATE_EVENTS.c.event_id == event_id)
    with database.reading() as connection:
        place = connection.execute(heard).scalar()
    if place is None:
        return _read(database, _newest())
    behind = _news(GATE_EVENTS.c.sequence > place).order_by(GATE_EVENTS.c.sequence)
    return _read(database, behind.limit(most))


def news_of(database: Database, event_id: str) -> News | None:
    """Return what an event tells; ``None``: there is none of that id, or it is no news."""
    return next(iter(_read(database, _news(GATE_EVENTS.c.event_id == event_id))), None)


def rule_of_suspension(database: Database, key_id: str) -> str:
    """Return by which rule a key was suspended last; empty: it never was."""
    of_key = (GATE_EVENTS.c.key_id == key_id, GATE_EVENTS.c.action == Action.SUSPENDED)
    return next((one.trigger for one in _read(database, _newest(*of_key))), "")


def _news(*conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    # Versions before the fourth gave events no id, and nobody can be told of those.
    events = GATE_EVENTS.c
    return select(GATE_EVENTS).where(
        events.action.in_(_NEWS), events.event_id.is_not(None), *conditions
    )


def _newest(*conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return _news(*conditions).order_by(GATE_EVENTS.c.sequence.desc()).limit(1)


def _read(database: Database, query: Select[tuple[object, ...]]) -> Sequence[News]:
    with database.reading() as connection:
        return [_told(row) for row in connection.execute(query).mappings()]


def _told(row: RowMapping) -> News:
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
