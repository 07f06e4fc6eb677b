"""The gate: whether scoring runs, who moved it last and why; who may stop it, and who lets it run.

Anybody stops it; two people let it run again, and nothing else does. See
``docs/decisions/0022-the-life-of-the-gate.md``.
"""

import re
from contextlib import suppress
from dataclasses import replace
from typing import Self

from sqlalchemy import Connection

from risk_platform.errors.handover import LogUnavailableError, UnknownKeyError
from risk_platform.handover.authorship import demand_author
from risk_platform.handover.database import Database
from risk_platform.handover.gating.events import BY_HAND, Action, Cause, Told, cause_of, record
from risk_platform.handover.gating.moves import Moves, set_gate
from risk_platform.handover.gating.resumes import Resumes
from risk_platform.handover.gating.rules import Rules, Verdict
from risk_platform.handover.gating.state import GateState, State, read_gate
from risk_platform.handover.gating.witness import Witness
from risk_platform.settings import Settings

_KEY_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")


class Gate:
    """The gate of one database.

    Parameters
    ----------
    database
        Where it stands. Each method raises ``LogUnavailableError`` where that does not answer, or
        lacks the gate's row.
    rules
        How long leases are, and how many people resume.
    witness
        Who knows the last epoch outside the database; ``None``: nobody, so that a restored database
        may come up open.

    Attributes
    ----------
    resumes
        How people let scoring run again, or a suspended key be served.
    """

    def __init__(
        self, database: Database, rules: Rules | None = None, witness: Witness | None = None
    ) -> None:
        self._database, self._has_looked = database, False
        self._moves = Moves(rules or Rules(), witness)
        self.resumes = Resumes(database, self._moves)

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Self:
        """Return the gate of a database, as the settings want it."""
        rules = Rules(
            lease_seconds=settings.lease_seconds,
            insufficient_hours=settings.insufficient_hours,
            resumes_alone=settings.resume == "single",
        )
        return cls(database, rules, Witness(settings.anchors_file))

    @property
    def rules(self) -> Rules:
        """How long leases are, and how many people resume."""
        return self._moves.rules

    @property
    def witnessed(self) -> int:
        """The last epoch that is known outside the database, as of the last look."""
        if self._moves.witness is None:
            return 0
        if not self._has_looked:
            self.look()
        return self._moves.witness.known

    def state(self) -> GateState:
        """Return how it stands; stopped, where that is missing or not to be understood."""
        with self._database.reading() as connection:
            return self.state_in(connection)

    def state_in(self, connection: Connection) -> GateState:
        """Return the same, within a transaction of the caller's."""
        return self._moves.witnessed(read_gate(connection))

    def look(self) -> GateState:
        """Return how it stands, and shut it where its lease has ended, or it is an older one.

        Where it should be shut and cannot be, it counts as stopped all the same. Whoever is to look
        after it calls this about every second.
        """
        seen = self.state()
        if seen.is_older or seen.has_lapsed:
            with suppress(LogUnavailableError), self._database.writing() as connection:
                seen = self._moves.locked(connection)
        elif self._moves.witness is not None:
            self._moves.witness.follow(seen.epoch)
        self._has_looked = True
        return seen

    def cause(self, epoch: int) -> Cause | None:
        """Return by what it was moved to an epoch; ``None``: a version before the fourth did it."""
        with self._database.reading() as connection:
            return cause_of(connection, epoch)

    def pause(self, by: str, reason: str, *, cause: Cause = BY_HAND) -> GateState:
        """Stop scoring; a stop of what is stopped is a stop of its own, with its own reason.

        When this returns, no decision is committed any more.

        Raises
        ------
        MissingReasonError
            Nobody said who, or why.
        """
        with self._database.writing() as connection:
            return self.pause_in(connection, by, reason, cause=cause)

    def pause_in(
        self, connection: Connection, by: str, reason: str, *, cause: Cause = BY_HAND
    ) -> GateState:
        """Do the same within a transaction of the caller's: scoring stops when that commits."""
        demand_author(by, reason)
        told = Told(action=Action.STOPPED, by=by, reason=reason)
        seen = self._moves.locked(connection)
        return self._moves.move(connection, seen, State.STOPPED, told, cause)

    def open_first(self, by: str) -> GateState:
        """Open a gate that nobody has moved yet, for one lease; any other stays as it is."""
        told = Told(action=Action.OPENED, by=by, reason="opened for the first time")
        with self._database.writing() as connection:
            seen = self._moves.locked(connection)
            if seen.epoch != 0:
                return seen
            return self._moves.move(connection, seen, State.RUNNING, told, BY_HAND)

    def renew(self, verdict: Verdict) -> GateState:
        """Let scoring run for another lease from now on, if it runs; return how the gate stands.

        A lease that has ended is not revived, nor is one renewed by verdicts that say too little
        for too long: ``lease_until_us`` tells.
        """
        with self._database.writing() as connection:
            seen = self._moves.locked(connection)
            if not seen.is_running or not self.rules.renews(seen, verdict):
                return seen
            enough = verdict is Verdict.SUFFICIENT
            renewed = replace(
                seen,
                lease_until_us=self.rules.lease_until_us(seen.now_us),
                sufficient_us=seen.now_us if enough else seen.sufficient_us,
            )
            set_gate(connection, renewed)
            return renewed

    def suspend(self, key_id: str, by: str, reason: str, *, cause: Cause = BY_HAND) -> GateState:
        """Decide nothing for one API key any more, and go on for all others.

        Of a key that is suspended nothing is written.

        Raises
        ------
        MissingReasonError, UnknownKeyError
            Nobody said who, or why; no key has such an id.
        """
        with self._database.writing() as connection:
            return self.suspend_in(connection, key_id, by, reason, cause=cause)

    def suspend_in(
        self, connection: Connection, key_id: str, by: str, reason: str, *, cause: Cause = BY_HAND
    ) -> GateState:
        """Do the same within a transaction of the caller's."""
        demand_author(by, reason)
        if not _KEY_ID.fullmatch(key_id):
            raise UnknownKeyError(key_id)
        told = Told(action=Action.SUSPENDED, by=by.strip(), reason=reason.strip(), key_id=key_id)
        seen = self._moves.locked(connection)
        if key_id in seen.suspended:
            return seen
        without = replace(seen, suspended=seen.suspended | {key_id})
        record(connection, without, told, cause)
        set_gate(connection, without)
        return without
