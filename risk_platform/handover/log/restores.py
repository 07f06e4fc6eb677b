"""Restores: a database from a backup lacks what was anchored since, and somebody accepts that."""

from itertools import islice

from sqlalchemy import select

from risk_platform.errors.handover import NothingLostError
from risk_platform.handover.authorship import demand_author
from risk_platform.handover.database import Database
from risk_platform.handover.log.anchors import START, Anchor, Anchors, Head
from risk_platform.handover.log.seals import holds
from risk_platform.handover.tables import SEALS

_AT_ONCE = 500


def accept_restore(database: Database, anchors: Anchors, by: str, reason: str) -> Anchor:
    """Give up the anchors that the chain lacks, and return the cut that says so for good.

    Those before it hold as before; from there on the chain is sealed and anchored anew.

    Raises
    ------
    MissingReasonError
        Nobody said who, or why.
    NothingLostError
        The chain is the one that was anchored last.
    LogUnavailableError
        The database does not answer.
    """
    demand_author(by, reason)
    with anchors.held():
        last = anchors.last()
        with database.reading() as connection:
            if last is None or holds(connection, last.head):
                raise NothingLostError
        return anchors.cut_behind(_last_that_holds(database, anchors), by, reason)


def _last_that_holds(database: Database, anchors: Anchors) -> Head:
    """Return the last head before the first one that the chain lacks: the chain up to it is one."""
    found, ahead = START, iter(anchors)
    while some := [anchor.head for anchor in islice(ahead, _AT_ONCE)]:
        at = SEALS.c.position.in_([head.position for head in some])
        with database.reading() as connection:
            rows = connection.execute(select(SEALS.c.position, SEALS.c.hash).where(at))
            chain = {Head(*row) for row in rows}
        for head in some:
            if head not in chain:
                return found
            found = head
    return found
