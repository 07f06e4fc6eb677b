"""Retention: decisions are kept for 25 months (ECOA, Regulation B, 12 CFR 1002.12), then purged.

A decision on legal hold is kept until it is released. What was purged leaves its seal behind, which
says how old it was, so that the chain still holds; and the purge itself is a row of it.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, exists, func, insert, select
from sqlalchemy.sql.expression import ColumnElement

from risk_platform.errors.handover import NoHoldError, UnknownDecisionError
from risk_platform.handover.authorship import demand_author
from risk_platform.handover.clock import now_us, to_us
from risk_platform.handover.database import Database
from risk_platform.handover.gating.state import lock_gate
from risk_platform.handover.log.ages import (
    KEPT_MONTHS,
    FirstSaid,
    due_before,
    first_said,
    kept_since,
)
from risk_platform.handover.log.ranges import written
from risk_platform.handover.tables import DECISIONS, HOLDS, PURGES, SEALS

# While they are deleted no decision is committed: that takes some hundredths of a second.
_ROWS_AT_ONCE = 500


class Retention:
    """What is kept of one log.

    Parameters
    ----------
    database
        Where it is. Each method raises ``LogUnavailableError`` where that does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, decision_id: str, by: str, reason: str) -> None:
        """Keep a decision until it is released, however old it becomes.

        Raises
        ------
        MissingReasonError
            Nobody said who, or why.
        UnknownDecisionError
            There is no such decision.
        """
        demand_author(by, reason)
        with self._database.writing() as connection:
            lock_gate(connection)
            _demand_there(connection, decision_id)
            _note(connection, decision_id, by, reason, is_held=True)

    def release(self, decision_id: str, by: str, reason: str) -> None:
        """Let a decision be purged when its time is over.

        Raises
        ------
        MissingReasonError
            Nobody said who, or why.
        NoHoldError
            It is not held.
        UnknownDecisionError
            It is held, and gone: released, nobody would miss it any more.
        """
        demand_author(by, reason)
        with self._database.writing() as connection:
            lock_gate(connection)
            if not connection.execute(select(_is_held(decision_id))).scalar():
                raise NoHoldError(decision_id)
            _demand_there(connection, decision_id)
            _note(connection, decision_id, by, reason, is_held=False)

    def purge(self, by: str, now: datetime | None = None) -> int:
        """Delete what is sealed, older than 25 months and not held; return how much that was."""
        at_us, purged = to_us(now or datetime.now(UTC)), 0
        with self._database.reading() as connection:
            first = first_said(connection)
        while some := self._purge_some(by, at_us, first):
            purged += some
        return purged

    def _purge_some(self, by: str, at_us: int, first: FirstSaid | None) -> int:
        before_us = due_before(at_us)
        due = (
            select(SEALS.c.position, SEALS.c.sequence)
            .join(DECISIONS, DECISIONS.c.sequence == SEALS.c.sequence)
            # The first of them has an index, the second is what counts: it is never earlier.
            .where(SEALS.c.kind == "decision", DECISIONS.c.at_us < before_us)
            .where(kept_since(first) < before_us, ~_is_held(DECISIONS.c.id))
            .order_by(SEALS.c.position)
            .limit(_ROWS_AT_ONCE)
        )
        with self._database.writing() as connection:
            lock_gate(connection)
            rows = connection.execute(due).all()
            if rows:
                numbers = [row.sequence for row in rows]
                connection.execute(delete(DECISIONS).where(DECISIONS.c.sequence.in_(numbers)))
                connection.execute(
                    insert(PURGES).values(
                        before_us=before_us,
                        positions=written(row.position for row in rows),
                        reason=f"older than {KEPT_MONTHS} months",
                        by_whom=by,
                        at_us=at_us,
                    )
                )
        return len(rows)


def _demand_there(connection: Connection, decision_id: str) -> None:
    there = exists().where(DECISIONS.c.id == decision_id)
    if not connection.execute(select(there)).scalar():
        raise UnknownDecisionError(decision_id)


def _is_held(decision_id: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the last word on a decision was to hold it."""
    last = HOLDS.alias()
    newest = (
        select(func.max(last.c.sequence))
        .where(last.c.decision_id == decision_id)
        .correlate(DECISIONS)
        .scalar_subquery()
    )
    return exists().where(HOLDS.c.sequence == newest, HOLDS.c.is_held == 1)


def _note(connection: Connection, decision_id: str, by: str, reason: str, *, is_held: bool) -> None:
    row = {"decision_id": decision_id, "reason": reason.strip(), "by_whom": by.strip()}
    connection.execute(insert(HOLDS).values(row | {"is_held": int(is_held), "at_us": now_us()}))
