"""Resumes: how people let scoring run again, or a suspended key be served; each no is an event."""

from dataclasses import replace

from sqlalchemy import Connection

from risk_platform.errors.handover import ResumeRefusedError
from risk_platform.handover.database import Database
from risk_platform.handover.gating.events import BY_HAND, Action, Cause, Told, Trigger, record
from risk_platform.handover.gating.four_eyes import (
    Approval,
    Refusal,
    ResumeRequest,
    approved,
    evidence_for,
    faults_of_request,
    open_requests,
    same_person,
)
from risk_platform.handover.gating.moves import Moves, set_gate
from risk_platform.handover.gating.state import GateState, State, read_gate


class Resumes:
    """The resumes of one gate.

    Parameters
    ----------
    database
        Where it stands. Each method raises ``LogUnavailableError`` where that does not answer.
    moves
        What it is moved by.
    """

    def __init__(self, database: Database, moves: Moves) -> None:
        self._database, self._moves = database, moves

    def open(self) -> list[ResumeRequest]:
        """Return what somebody asked for, and somebody else could approve."""
        with self._database.reading() as connection:
            return open_requests(connection, read_gate(connection))

    def evidence(self) -> str | None:
        """Return the digest of the verdict to name; ``None``: none is needed; empty: none came."""
        with self._database.reading() as connection:
            return evidence_for(connection)

    def request(
        self,
        by: str,
        reason: str,
        epoch: int,
        *,
        key_id: str | None = None,
        cause: Cause = BY_HAND,
    ) -> ResumeRequest:
        """Ask that scoring run again, or a suspended key be served.

        Parameters
        ----------
        by, reason
            Who asks; and why, in at least 20 characters.
        epoch
            Where the gate stands for all that he knows: a request for one stop clears no other.
        key_id
            The key; ``None``: all of scoring.
        cause
            With the digest of a verdict of drift as evidence, where drift stopped scoring.

        Raises
        ------
        ResumeRefusedError
            Something speaks against it; that is on record.
        """
        told = Told(action=Action.REQUESTED, by=by.strip(), reason=reason.strip(), key_id=key_id)
        asked = ResumeRequest(
            id="",
            epoch=epoch,
            key_id=key_id,
            by=told.by,
            reason=told.reason,
            at_us=0,
            evidence=cause.evidence,
            incident=cause.incident,
        )
        with self._database.writing() as connection:
            seen = self._moves.locked(connection)
            fault = next(faults_of_request(connection, seen, asked, cause), None)
            if fault is None:
                event_id = record(connection, seen, told, cause)
                return replace(asked, id=event_id, at_us=seen.now_us)
            _refuse(connection, seen, fault, told, cause)
        raise ResumeRefusedError(*fault)

    def approve(self, request_id: str, by: str, epoch: int, *, cause: Cause = BY_HAND) -> GateState:
        """Grant what somebody else asked for within the last half hour; return how the gate stands.

        Raises
        ------
        ResumeRefusedError
            As of ``request``.
        UnwrittenWitnessError
            The file outside the database cannot be written: nothing was changed.
        """
        may_be_own = self._moves.rules.resumes_alone
        approval = Approval(by=by.strip(), epoch=epoch, cause=cause, may_be_own=may_be_own)
        with self._database.writing() as connection:
            seen = self._moves.locked(connection)
            found = approved(connection, seen, request_id, approval)
            if isinstance(found, ResumeRequest):
                return self._grant(connection, seen, found, approval)
            said = f"approval of {request_id[:36]}"
            told = Told(action=Action.REFUSED, by=approval.by, reason=said)
            _refuse(connection, seen, found, told, cause)
        raise ResumeRefusedError(*found)

    def alone(
        self,
        by: str,
        reason: str,
        epoch: int,
        *,
        key_id: str | None = None,
        cause: Cause = BY_HAND,
    ) -> GateState:
        """Ask for it and approve it, where the rules allow one person to do both; as both do."""
        request = self.request(by, reason, epoch, key_id=key_id, cause=cause)
        return self.approve(request.id, by, epoch, cause=cause)

    def _grant(
        self, connection: Connection, seen: GateState, request: ResumeRequest, approval: Approval
    ) -> GateState:
        """Do what was asked for: the event names both, and says where they are one."""
        is_own = same_person(request.by, approval.by)
        told = Told(
            action=Action.REINSTATED if request.key_id else Action.RESUMED,
            by=request.by,
            reason=request.reason,
            approver=approval.by,
            request_id=request.id,
            key_id=request.key_id,
        )
        cause = replace(
            approval.cause,
            trigger=Trigger.ONE_PERSON if is_own else Trigger.TWO_PEOPLE,
            evidence=request.evidence,
            incident=request.incident,
        )
        if request.key_id is None:
            return self._moves.move(connection, seen, State.RUNNING, told, cause)
        served = replace(seen, suspended=seen.suspended - {request.key_id})
        record(connection, served, told, cause)
        set_gate(connection, served)
        return served


def _refuse(
    connection: Connection, seen: GateState, fault: Refusal, told: Told, cause: Cause
) -> None:
    """Put a refusal on record, without what was given and is none of ours."""
    known = told.key_id if told.key_id in seen.suspended else None
    why = Cause(actor_type=cause.actor_type, trigger=fault.rule, incident=cause.incident)
    record(connection, seen, replace(told, action=Action.REFUSED, key_id=known), why)
