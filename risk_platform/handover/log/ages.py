"""Ages: how long decisions are kept, and since when, as far as the chain can tell.

A decision bears the time that the service gave it. Whoever owns the database could write an earlier
one before it is sealed, and purge it at once. So a seal says since when its row is kept: since that
time, but no earlier than the anchor before, when the row was not there yet.
"""

import calendar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select
from sqlalchemy.sql.expression import ColumnElement

from risk_platform.handover.clock import from_us, to_us
from risk_platform.handover.tables import SEALS

# ECOA, Regulation B, 12 CFR 1002.12.
KEPT_MONTHS = 25
# Clocks of the machines that decide, seal and purge do not differ by more.
CLOCKS_APART_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class FirstSaid:
    """The first seal that says since when its row is kept: those of the first version do not."""

    position: int
    since_us: int


def first_said(connection: Connection) -> FirstSaid | None:
    """Find it; ``None``: none says so."""
    said = select(SEALS.c.position, SEALS.c.since_us).where(SEALS.c.since_us.is_not(None))
    row = connection.execute(said.order_by(SEALS.c.position).limit(1)).one_or_none()
    return None if row is None else FirstSaid(*row)


def kept_since(first: FirstSaid | None) -> ColumnElement[int]:
    """Return since when a sealed row is kept, in a statement over ``SEALS``.

    A seal that does not say it is older than the first that does, and counts as made then; null
    where it stands behind that one.
    """
    if first is None:
        return SEALS.c.since_us
    unsaid = case((SEALS.c.position < first.position, first.since_us))
    return func.coalesce(SEALS.c.since_us, unsaid)


def kept_since_us(since_us: int | None, position: int, first: FirstSaid | None) -> int | None:
    """Return the same for one seal, by what it says and where it stands."""
    if since_us is not None or first is None:
        return since_us
    return first.since_us if position < first.position else None


def due_before(at_us: int) -> int:
    """Return which decisions a purge may take: those that are kept since before this."""
    return to_us(months_before(from_us(at_us), KEPT_MONTHS))


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day and time some months earlier, or that month's last day."""
    count = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(count, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))
