"""The backlog: rows that were committed and wait to be sealed."""

from sqlalchemy import ScalarSelect, func, select

from risk_platform.handover.database import Database
from risk_platform.handover.tables import CHAINED, SEALS


class Backlog:
    """What waits in one log.

    Parameters
    ----------
    database
        Where it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._first = select(*map(_first_unsealed, CHAINED))

    def oldest_us(self) -> int | None:
        """Return the time of the oldest row that waits; ``None``: none does.

        Raises
        ------
        LogUnavailableError
            The database does not answer.
        """
        with self._database.reading() as connection:
            times = connection.execute(self._first).one()
        return min((at_us for at_us in times if at_us is not None), default=None)


def _first_unsealed(kind: str) -> ScalarSelect[int]:
    """Return the time of one table's first row behind its sealed ones: two looks at an index."""
    table, sealed = CHAINED[kind], select(func.max(SEALS.c.sequence)).where(SEALS.c.kind == kind)
    behind = table.c.sequence > func.coalesce(sealed.scalar_subquery(), 0)
    first = select(table.c.at_us).where(behind).order_by(table.c.sequence).limit(1)
    return first.scalar_subquery()
