"""Tallies: how many decisions there were, and what they were like, however long the log is.

Counts are exact, and cost what the index of times costs to walk. All else is told by decisions at
even distances in the log, a bounded number of them: an index that held every figure would have to
be paid for by every decision. See ``docs/decisions/0025-the-tower-asks-and-does-not-load.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
from sqlalchemy import Connection, Select, func, select

from risk_platform.handover.database import Database
from risk_platform.handover.tables import DECISIONS

# Their approval rate is within 1.6 points, 19 times in 20.
MOST = 4_000
# As many as a statement of either engine takes.
_TOGETHER = 1_000


class Glimpse(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at of a decision; ``handover.log.decisions`` says what each field is."""

    at_us: int
    pd: float
    points: int
    verdict: str
    latency_us: int
    segment: int
    model_version: int


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """One of the last decisions; ``reasons`` are JSON, as they were answered."""

    id: str
    at_us: int
    key_id: str
    pd: float
    points: int
    verdict: str
    segment: int
    model_version: int
    reasons: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Decisions at even distances in the log.

    Parameters
    ----------
    glimpses
        In the order of their numbers.
    step
        One in so many; 1: all of them.
    """

    glimpses: tuple[Glimpse, ...]
    step: int


_GLIMPSED = [DECISIONS.c[name] for name in Glimpse.__struct_fields__]
_RECENT = [DECISIONS.c[name] for name in Recent.__struct_fields__]


class Tallies:
    """The decisions of one database, told in few numbers.

    Parameters
    ----------
    database
        Where they are. Each method raises ``LogUnavailableError`` where that does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, edges: Sequence[int]) -> list[int]:
        """Return how many decisions there were between each two moments that follow one another.

        Parameters
        ----------
        edges
            Rising, in microseconds since 1970, UTC; the later one of two is not in.
        """
        at = DECISIONS.c.at_us
        found: list[int] = []
        for since_us, until_us in pairwise(edges):
            # One at a time: no statement may take longer than a second.
            counted = select(func.count()).where(at >= since_us, at < until_us)
            with self._database.reading() as connection:
                found.append(connection.execute(counted).scalar_one())
        return found

    def sample(self, since_us: int, until_us: int, most: int = MOST) -> Sample:
        """Return decisions from one moment on and before another, at even distances.

        Numbers follow times but for what several workers decide at once, so that a decision at the
        very edge may be missing.
        """
        with self._database.reading() as connection:
            first, last = _ends(connection, since_us, until_us)
            if first is None or last is None:
                return Sample((), 1)
            step = -(-(last - first + 1) // most)
            numbers = range(first, last + 1, step)
            found = [
                Glimpse(**row)
                for at in range(0, len(numbers), _TOGETHER)
                for row in connection.execute(_numbered(numbers[at : at + _TOGETHER])).mappings()
            ]
        within = tuple(one for one in found if since_us <= one.at_us < until_us)
        return Sample(within, step)

    def latest(self, most: int) -> list[Recent]:
        """Return the last decisions, the newest first."""
        newest = select(*_RECENT).order_by(DECISIONS.c.sequence.desc()).limit(most)
        with self._database.reading() as connection:
            return [Recent(**row) for row in connection.execute(newest).mappings()]


def _ends(connection: Connection, since_us: int, until_us: int) -> tuple[int | None, int | None]:
    """Return the numbers of the first and the last decision in a time; ``None``: there is none."""
    at, number = DECISIONS.c.at_us, DECISIONS.c.sequence
    within = select(number).where(at >= since_us, at < until_us)
    first = connection.execute(within.order_by(at).limit(1)).scalar()
    last = connection.execute(within.order_by(at.desc()).limit(1)).scalar()
    return first, last


def _numbered(numbers: Sequence[int]) -> Select[tuple[object, ...]]:
    return (
        select(*_GLIMPSED).where(DECISIONS.c.sequence.in_(numbers)).order_by(DECISIONS.c.sequence)
    )
