"""The audit: whether the log is what was sealed, and the chain what was anchored.

It reads the chain from its first link on, page by page, in memory that does not grow with it. What
it can prove and what not: ``docs/decisions/0021-what-an-audit-can-prove.md``.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from risk_platform.errors.handover import BrokenChainError, NoAnchorsError
from risk_platform.handover.database import Database
from risk_platform.handover.gating.events import MOVES, Action
from risk_platform.handover.log.anchors import START, Anchor, Anchors
from risk_platform.handover.log.comparing import Comparison
from risk_platform.handover.tables import CHAINED, DECISIONS, GATE, GATE_EVENTS, HOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A log in which nothing was changed.

    Parameters
    ----------
    sealed, anchored
        How long the chain is, and up to which position a file outside the database vouches for it.
    unsealed
        How many rows wait to be sealed: what happened to them nobody could tell.
    first
        The first anchor in that file, if there is one: what happened to the rows up to it before it
        was written, nobody could tell either.
    cuts
        Restores that lost what had been anchored, each accepted by somebody.
    """

    sealed: int
    anchored: int
    unsealed: int
    first: Anchor | None
    cuts: tuple[Anchor, ...]


class Auditor:
    """Audits one log.

    Parameters
    ----------
    database, anchors
        The log, and what was written of it elsewhere. ``audit`` raises ``LogUnavailableError``
        where the database does not answer.
    """

    def __init__(self, database: Database, anchors: Anchors) -> None:
        self._database, self._anchors = database, anchors

    def audit(self, *, without_anchors: bool = False) -> Audit:
        """Read it all.

        Parameters
        ----------
        without_anchors
            Whether to be content where nothing outside the database vouches for the chain.

        Raises
        ------
        BrokenChainError
            A row was edited, deleted, inserted or moved, the end was cut off, or a table emptied:
            it names the first position of which that is known, and what is wrong there.
        NoAnchorsError
            The log is as its chain says, and no anchor vouches for that.
        """
        anchored, cuts = self._anchored(), self._anchors.cuts()
        found = Comparison(self._database, self._anchors)
        found.read()
        sealed = found.head.position
        if sealed < anchored:
            raise BrokenChainError(sealed + 1, "the chain was cut off before it")
        with self._database.reading() as connection:
            _demand_gate_as_moved(connection, sealed)
            _demand_keys_as_told(connection, sealed)
            _demand_what_is_held(connection, sealed)
            unsealed = sum(_behind(connection, *kind) for kind in found.reached.items())
        # Asked again: the first anchor may have been written since.
        if sealed and not without_anchors and not self._anchored():
            raise NoAnchorsError(sealed)
        return Audit(
            sealed=sealed,
            anchored=anchored,
            unsealed=unsealed,
            first=found.first_anchor,
            cuts=tuple(cuts),
        )

    def _anchored(self) -> int:
        last = self._anchors.last()
        return last.head.position if last else START.position


def _demand_gate_as_moved(connection: Connection, position: int) -> None:
    """Refuse a gate that stands otherwise than where its last event left it."""
    same = [GATE.c[name] == GATE_EVENTS.c[name] for name in ("state", "reason", "by_whom")]
    # Before the fourth version there were no others.
    is_move = GATE_EVENTS.c.action.is_(None) | GATE_EVENTS.c.action.in_(MOVES)
    last = select(func.max(GATE_EVENTS.c.epoch)).where(is_move).scalar_subquery()
    moved = select(GATE.c.epoch).join(GATE_EVENTS, GATE.c.epoch == GATE_EVENTS.c.epoch)
    agrees = moved.where(*same, is_move, GATE.c.epoch == last).exists()
    untouched = select(GATE.c.id).where(GATE.c.epoch == 0, GATE.c.state == "stopped").exists()
    if not connection.execute(select(agrees | (untouched & last.is_(None)))).scalar():
        raise BrokenChainError(position, "the gate was moved without a record")


def _demand_keys_as_told(connection: Connection, position: int) -> None:
    """Refuse a gate that names other keys as suspended than its events do."""
    about_keys = GATE_EVENTS.c.action.in_((Action.SUSPENDED, Action.REINSTATED))
    # In one statement: a key may be suspended meanwhile.
    told = select(GATE.c.suspended_keys, GATE_EVENTS.c.key_id, GATE_EVENTS.c.action)
    rows = connection.execute(
        told.outerjoin_from(GATE, GATE_EVENTS, about_keys).order_by(GATE_EVENTS.c.sequence)
    ).all()
    last = {key_id: action for _, key_id, action in rows}
    suspended = {key_id for key_id, action in last.items() if action == Action.SUSPENDED}
    if any({*named.split()} != suspended for named, _, _ in rows):
        raise BrokenChainError(position, "a key was suspended or reinstated without a record")


def _demand_what_is_held(connection: Connection, position: int) -> None:
    """Refuse a log without a decision of which the last word was to hold it."""
    last = select(func.max(HOLDS.c.sequence)).group_by(HOLDS.c.decision_id)
    missing = ~exists().where(DECISIONS.c.id == HOLDS.c.decision_id)
    held = select(HOLDS.c.decision_id).where(HOLDS.c.sequence.in_(last), HOLDS.c.is_held == 1)
    if (gone := connection.execute(held.where(missing).limit(1)).scalar()) is not None:
        raise BrokenChainError(position, f"decision {gone} is on legal hold, and is gone")


def _behind(connection: Connection, kind: str, reached: int) -> int:
    rows = select(func.count()).where(CHAINED[kind].c.sequence > reached)
    return connection.execute(rows).scalar_one()
