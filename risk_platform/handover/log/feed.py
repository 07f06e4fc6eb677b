"""The feed: decisions of one model by their numbers, for those who look at what was decided."""

import msgspec
from sqlalchemy import Select, func, select

from risk_platform.handover.database import Database
from risk_platform.handover.gating.state import GateState, lock_gate
from risk_platform.handover.tables import DECISIONS


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """What of a decision is looked at; ``handover.log.decisions`` says what each field is."""

    sequence: int
    id: str
    at_us: int
    key_id: str
    inputs: str
    pd: float
    verdict: str


_FIELDS = [DECISIONS.c[name] for name in Logged.__struct_fields__]
_PAGE = 2_000


class Feed:
    """The decisions of one database.

    Parameters
    ----------
    database
        Where they are. Each method raises ``LogUnavailableError`` where that does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def settled(self) -> tuple[GateState, int]:
        """Return how the gate stands, and the number up to which the log changes no more.

        Whoever decides holds the gate from before decisions are numbered until they are committed:
        while we hold it alone, none is in flight that bears a lower number.
        """
        with self._database.writing() as connection:
            state = lock_gate(connection)
            last = connection.execute(select(func.max(DECISIONS.c.sequence))).scalar()
        return state, last or 0

    def newest_us(self) -> int:
        """Return when anything was decided last: microseconds since 1970, UTC; 0: never."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(DECISIONS.c.at_us))).scalar() or 0

    def after(self, sequence: int, upto: int, model_digest: str, most: int) -> list[Logged]:
        """Return the first decisions of a model behind a number, and not behind another."""
        sought = _of(model_digest).where(
            DECISIONS.c.sequence > sequence, DECISIONS.c.sequence <= upto
        )
        return self._read(sought.limit(most))

    def between(
        self, since_us: int, until_us: int, model_digest: str, step: int = 1
    ) -> list[Logged]:
        """Return a model's decisions from one moment on and before another, or one in so many."""
        at, number = DECISIONS.c.at_us, DECISIONS.c.sequence
        sought = _of(model_digest).where(at >= since_us, at < until_us, number % step == 0)
        found: list[Logged] = []
        page = self._read(sought.limit(_PAGE))
        while page:
            found += page
            page = self._read(sought.where(number > page[-1].sequence).limit(_PAGE))
        return found

    def models(self, since_us: int, until_us: int) -> dict[str, int]:
        """Return the digests of the models that decided then, and how often each did."""
        at, digest = DECISIONS.c.at_us, DECISIONS.c.model_digest
        counts = select(digest, func.count()).where(at >= since_us, at < until_us).group_by(digest)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(counts)}

    def _read(self, sought: Select[tuple[object, ...]]) -> list[Logged]:
        with self._database.reading() as connection:
            return [Logged(**row) for row in connection.execute(sought).mappings()]


def _of(model_digest: str) -> Select[tuple[object, ...]]:
    sought = select(*_FIELDS).where(DECISIONS.c.model_digest == model_digest)
    return sought.order_by(DECISIONS.c.sequence)
