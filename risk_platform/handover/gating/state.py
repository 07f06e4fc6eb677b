"""The gate's state: the one row that says whether scoring runs, and how it is to be understood.

What is not known to run is stopped.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import BigInteger, Connection, RowMapping, literal_column, select

from risk_platform.errors.handover import LogUnavailableError, ServingStoppedError
from risk_platform.handover.database import NOW_US
from risk_platform.handover.tables import GATE


class State(StrEnum):
    """What scoring may do."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """How the gate stands.

    Parameters
    ----------
    state
        What its row says; ``is_running`` tells whether scoring runs.
    epoch
        How often it was moved; 0: nobody ever did.
    by, reason
        Who moved it last, and why.
    at_us
        When, by the database's clock: microseconds since 1970, UTC. So are all times here.
    lease_until_us
        Until when scoring may run; 0: nobody ever let it.
    sufficient_us
        When it was last resumed, or a verdict had enough loans.
    suspended
        Ids of API keys whose applications are not decided.
    is_witnessed
        Whether a file outside the database bears witness to the last move.
    now_us
        When this was read.
    witnessed
        The last epoch that is known outside the database; more than ``epoch``: this is an older
        database, that was restored.
    """

    state: State
    epoch: int
    reason: str
    by: str
    at_us: int
    lease_until_us: int = 0
    sufficient_us: int = 0
    suspended: frozenset[str] = frozenset()
    is_witnessed: bool = field(default=False, compare=False)
    now_us: int = field(default=0, compare=False)
    witnessed: int = field(default=0, compare=False)

    @property
    def has_lapsed(self) -> bool:
        """Whether it is open by its row, and its lease has ended."""
        return self.state is State.RUNNING and self.lease_until_us <= self.now_us

    @property
    def is_older(self) -> bool:
        """Whether it stands where it stood before a move that is known elsewhere."""
        return self.epoch < self.witnessed

    @property
    def is_running(self) -> bool:
        """Whether scoring runs."""
        return self.state is State.RUNNING and not self.has_lapsed and not self.is_older

    @property
    def effective(self) -> State:
        """What scoring does, whatever the row says."""
        return State.RUNNING if self.is_running else State.STOPPED

    @property
    def lease_seconds(self) -> float:
        """What is left of the lease; negative where it has ended, 0 where there was none yet."""
        left = self.lease_until_us - self.now_us if self.lease_until_us else 0
        return left / 1_000_000

    def demand_running(self) -> None:
        """Refuse to go on where scoring is stopped.

        Raises
        ------
        ServingStoppedError
            It is.
        """
        if self.state is State.STOPPED:
            raise ServingStoppedError(self.epoch, self.at_us, self.reason)
        if self.is_older:
            raise ServingStoppedError(self.epoch, self.at_us, "the database is an older one")
        if self.has_lapsed:
            raise ServingStoppedError(self.epoch, self.lease_until_us, "the lease has ended")


# As good as stopped, and no epoch that anybody could clear.
_MISSING = GateState(
    state=State.STOPPED, epoch=-1, reason="the state of the gate is missing", by="", at_us=0
)
_ONE = GATE.c.id == 1


def read_gate(connection: Connection) -> GateState:
    """Return how the gate stands by its row, and at what time that was read."""
    now = literal_column(NOW_US[connection.dialect.name], BigInteger).label("now_us")
    row = connection.execute(select(GATE, now).where(_ONE)).mappings().one_or_none()
    return _MISSING if row is None else _understood(row)


def lock_gate(connection: Connection) -> GateState:
    """Return how it stands, and let nobody move it, or pass it, before this transaction ends.

    It is read once it is held, so that its time is not that before a wait.

    Raises
    ------
    LogUnavailableError
        There is nothing to hold.
    """
    held = connection.execute(select(GATE.c.id).where(_ONE).with_for_update()).scalar()
    if held is None:
        raise LogUnavailableError(_MISSING.reason)
    return read_gate(connection)


def _understood(row: RowMapping) -> GateState:
    state = State.RUNNING if row["state"] == State.RUNNING else State.STOPPED
    return GateState(
        state=state,
        epoch=row["epoch"],
        reason=row["reason"],
        by=row["by_whom"],
        at_us=row["at_us"],
        lease_until_us=row["lease_until_us"],
        sufficient_us=row["sufficient_us"],
        suspended=frozenset(row["suspended_keys"].split()),
        is_witnessed=bool(row["is_witnessed"]),
        now_us=row["now_us"],
    )
