"""Moves of the gate: each grows its epoch, is an event, and is written to a witness first.

Whoever holds the gate for a move sees first whether it should be shut: a lease that has ended, or a
database that was restored, is a stop of its own, whoever comes upon it.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, update

from risk_platform.errors.handover import UnwrittenWitnessError
from risk_platform.handover.gating.events import Action as Act
from risk_platform.handover.gating.events import ActorType, Cause, Told, Trigger, record, stripped
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.gating.state import GateState, State, lock_gate
from risk_platform.handover.gating.witness import Witness
from risk_platform.handover.tables import GATE

_LAPSED = Cause(actor_type=ActorType.LEASE, trigger=Trigger.LEASE)
_RESTORED = Cause(actor_type=ActorType.SERVICE, trigger=Trigger.WITNESS)
_OLDER = (
    "the database stands at epoch {epoch}, and epoch {witnessed} is known outside of it: it was "
    "restored, or a move was broken off, or the file beside the anchors was lost"
)


@dataclass(frozen=True, slots=True)
class Moves:
    """What a gate is moved by.

    Parameters
    ----------
    rules
        For how long it is opened.
    witness
        Who knows its last epoch; ``None``: nobody does.
    """

    rules: Rules
    witness: Witness | None

    def witnessed(self, state: GateState) -> GateState:
        """Return a state that was read, with what the witness knows."""
        if self.witness is None:
            return state
        known = self.witness.look(state.epoch, is_witnessed=state.is_witnessed)
        return replace(state, witnessed=known)

    def locked(self, connection: Connection) -> GateState:
        """Hold the gate, shut it where it should be, and return how it stands then."""
        seen = self.witnessed(lock_gate(connection))
        if seen.is_older:
            said = _OLDER.format(epoch=seen.epoch, witnessed=seen.witnessed)
            told = Told(action=Act.STOPPED, by="the witness", reason=said)
            return self.move(connection, seen, State.STOPPED, told, _RESTORED)
        if seen.has_lapsed:
            told = Told(action=Act.STOPPED, by="the lease", reason=self.rules.lapse(seen))
            return self.move(connection, seen, State.STOPPED, told, _LAPSED)
        return seen

    def move(
        self, connection: Connection, seen: GateState, state: State, told: Told, cause: Cause
    ) -> GateState:
        """Move a gate that is held, and return how it stands then; who opens it gives a lease.

        Raises
        ------
        UnwrittenWitnessError
            It is to be opened, and the witness takes nothing. A stop does not wait for that.
        """
        told, now_us = stripped(told), seen.now_us
        epoch = max(seen.epoch, seen.witnessed) + 1
        moved = replace(
            seen,
            state=state,
            epoch=epoch,
            reason=told.reason,
            by=told.by,
            at_us=now_us,
            is_witnessed=self._write(epoch, state),
        )
        if state is State.RUNNING:
            lease_us = self.rules.lease_until_us(now_us)
            moved = replace(moved, lease_until_us=lease_us, sufficient_us=now_us)
        record(connection, moved, told, cause)
        set_gate(connection, moved)
        return moved

    def _write(self, epoch: int, state: State) -> bool:
        """Tell the witness of a move before it is made, and say whether it knows."""
        if self.witness is None:
            return False
        try:
            self.witness.write(epoch)
        except OSError as error:
            if state is State.RUNNING:
                raise UnwrittenWitnessError(error.strerror or type(error).__name__) from error
            return False
        return True


def set_gate(connection: Connection, state: GateState) -> None:
    """Write the gate's row."""
    row = {
        "state": state.state.value,
        "epoch": state.epoch,
        "reason": state.reason,
        "by_whom": state.by,
        "at_us": state.at_us,
        "lease_until_us": state.lease_until_us,
        "sufficient_us": state.sufficient_us,
        "suspended_keys": "".join(f" {key_id} " for key_id in sorted(state.suspended)),
        "is_witnessed": int(state.is_witnessed),
    }
    connection.execute(update(GATE).where(GATE.c.id == 1).values(row))
