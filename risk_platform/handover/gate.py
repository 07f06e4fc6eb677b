"""The gate: whether scoring runs, who moved it last and why.

What is not known to run is stopped.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from risk_platform.errors.handover import (
    LogUnavailableError,
    NotStoppedError,
    ServingStoppedError,
)
from risk_platform.handover.authorship import demand_author
from risk_platform.handover.clock import now_us
from risk_platform.handover.database import Database
from risk_platform.handover.tables import GATE, GATE_EVENTS


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
        Whether scoring runs.
    epoch
        How often it was moved; 0: nobody ever did.
    by, reason
        Who moved it last, and why.
    at_us
        When: microseconds since 1970, UTC.
    """

    state: State
    epoch: int
    reason: str
    by: str
    at_us: int

    @property
    def is_running(self) -> bool:
        """Whether scoring runs."""
        return self.state is State.RUNNING

    def demand_running(self) -> None:
        """Refuse to go on where scoring is stopped.

        Raises
        ------
        ServingStoppedError
            It is.
        """
        if not self.is_running:
            raise ServingStoppedError(self.epoch, self.at_us, self.reason)


# As good as stopped, and no epoch that anybody could clear.
_MISSING = GateState(
    state=State.STOPPED, epoch=-1, reason="the state of the gate is missing", by="", at_us=0
)
_ROW = select(GATE).where(GATE.c.id == 1)


class Gate:
    """The gate of one database.

    Parameters
    ----------
    database
        Where it stands. Each method raises ``LogUnavailableError`` where that does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self) -> GateState:
        """Return how it stands; stopped, where that is missing or not to be understood."""
        with self._database.reading() as connection:
            return read_gate(connection)

    def pause(self, by: str, reason: str) -> GateState:
        """Stop scoring; a stop of what is stopped is a stop of its own, with its own reason.

        When this returns, no decision is committed any more.

        Raises
        ------
        MissingReasonError
            Nobody said who, or why.
        """
        demand_author(by, reason)
        with self._database.writing() as connection:
            return _move(connection, lock_gate(connection), State.STOPPED, by, reason)

    def resume(self, by: str, reason: str) -> GateState:
        """Let scoring run again.

        Raises
        ------
        MissingReasonError
            Nobody said who, or why.
        NotStoppedError
            It runs.
        """
        demand_author(by, reason)
        with self._database.writing() as connection:
            seen = lock_gate(connection)
            if seen.is_running:
                raise NotStoppedError(seen.epoch)
            return _move(connection, seen, State.RUNNING, by, reason)

    def open_first(self, by: str) -> GateState:
        """Open a gate that nobody has moved yet; any other stays as it is."""
        with self._database.writing() as connection:
            seen = lock_gate(connection)
            if seen.epoch != 0:
                return seen
            return _move(connection, seen, State.RUNNING, by, "opened for the first time")


def read_gate(connection: Connection) -> GateState:
    """Return how the gate stands, within a transaction of the caller's."""
    row = connection.execute(_ROW).mappings().one_or_none()
    return _MISSING if row is None else _understood(row)


def lock_gate(connection: Connection) -> GateState:
    """Return how it stands, and let nobody move it, or pass it, before this transaction ends."""
    row = connection.execute(_ROW.with_for_update()).mappings().one_or_none()
    if row is None:
        raise LogUnavailableError(_MISSING.reason)
    return _understood(row)


def _understood(row: RowMapping) -> GateState:
    state = State.RUNNING if row["state"] == State.RUNNING else State.STOPPED
    return GateState(
        state=state,
        epoch=row["epoch"],
        reason=row["reason"],
        by=row["by_whom"],
        at_us=row["at_us"],
    )


def _move(connection: Connection, seen: GateState, state: State, by: str, reason: str) -> GateState:
    moved = GateState(
        state=state, epoch=seen.epoch + 1, reason=reason.strip(), by=by.strip(), at_us=now_us()
    )
    row = {
        "state": moved.state.value,
        "epoch": moved.epoch,
        "reason": moved.reason,
        "by_whom": moved.by,
        "at_us": moved.at_us,
    }
    connection.execute(insert(GATE_EVENTS).values(row))
    connection.execute(update(GATE).where(GATE.c.id == 1).values(row))
    return moved
