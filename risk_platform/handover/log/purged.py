"""Purges on record, none of which is believed by itself.

Whoever owns the database can write one. So a purge counts only for decisions that are kept since
before it says, by their seals; and what it says must be 25 months before the time that it bears,
which is no later than its anchor, written outside the database.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select

from risk_platform.handover.database import Database
from risk_platform.handover.log.ages import CLOCKS_APART_US, KEPT_MONTHS, due_before
from risk_platform.handover.log.ranges import Ranges
from risk_platform.handover.tables import PURGES

_PAGE = 1_000


class Purged:
    """What the purges of a log say, read as far as it is asked for.

    Parameters
    ----------
    database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read = 0
        self._before_us = Ranges[int]()

    def before_us(self, position: int) -> int | None:
        """Return since before when a purged position must be kept; ``None``: it was not purged."""
        while (said := self._before_us.get(position)) is None:
            if not self._read_on():
                return None
        return said

    def _read_on(self) -> bool:
        columns = (PURGES.c.sequence, PURGES.c.positions, PURGES.c.before_us)
        behind = select(*columns).where(PURGES.c.sequence > self._read).order_by(PURGES.c.sequence)
        with self._database.reading() as connection:
            rows = connection.execute(behind.limit(_PAGE)).all()
        for sequence, positions, before_us in rows:
            self._read = sequence
            # Nobody wrote what cannot be read: it tells of nothing, and what is gone is missed.
            with suppress(ValueError):
                self._before_us.add(positions, before_us)
        return bool(rows)


@dataclass(frozen=True, slots=True)
class Purge:
    """What a purge says: its number, when it was made, and before when what it took was made."""

    sequence: int
    at_us: int
    before_us: int

    def lie(self, latest_us: int) -> str | None:
        """Return what cannot be true of a purge that was made at the latest then."""
        if not 0 <= self.at_us <= latest_us + CLOCKS_APART_US:
            return f"purge {self.sequence} says that it was made later than it was anchored"
        if self.before_us > due_before(self.at_us):
            return f"purge {self.sequence} took what was not {KEPT_MONTHS} months old"
        return None


def purges_between(database: Database, since: int, upto: int) -> Iterator[Purge]:
    """Yield the purges behind one number, up to another, page by page."""
    columns = (PURGES.c.sequence, PURGES.c.at_us, PURGES.c.before_us)
    page = select(*columns).where(PURGES.c.sequence <= upto).order_by(PURGES.c.sequence)
    while True:
        with database.reading() as connection:
            rows = connection.execute(page.where(PURGES.c.sequence > since).limit(_PAGE)).all()
        for row in rows:
            yield Purge(*row)
        if len(rows) < _PAGE:
            return
        since = rows[-1].sequence
