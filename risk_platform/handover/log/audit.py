"""The audit: whether the log is what was sealed, and the chain what was anchored.

It reads the chain from its first link on, page by page, in memory that does not grow with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from risk_platform.errors.handover import BrokenChainError
from risk_platform.handover.database import Database
from risk_platform.handover.log.anchors import Anchor, Anchors
from risk_platform.handover.log.ranges import Ranges
from risk_platform.handover.log.seals import START, Seal, digest_of, link
from risk_platform.handover.tables import CHAINED, GATE, GATE_EVENTS, PURGES, SEALS

_PAGE = 1_000
# Below whatever number a row may be given by hand.
_LOWEST = -(2**63)
# Where, and what is wrong there.
Fault = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A log in which nothing was changed.

    Parameters
    ----------
    sealed, anchored
        How long the chain is, and up to which position a file outside the database vouches for it.
    unsealed
        How many rows wait to be sealed: what happened to them nobody could tell.
    """

    sealed: int
    anchored: int
    unsealed: int


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
        self._purged = Ranges(())

    def audit(self) -> Audit:
        """Read it all.

        Raises
        ------
        BrokenChainError
            A row was edited, deleted, inserted or moved, the end was cut off, or a table emptied:
            it names the first position of which that is known, and what is wrong there.
        """
        anchored = self._anchors.last() or START
        anchors = _Upcoming(iter(self._anchors))
        head, reached = START, dict.fromkeys(CHAINED, _LOWEST)
        while page := self._page(head):
            faults = [*_unlinked(page, head), *_unanchored(page, anchors)]
            for kind, of_kind in _by_kind(page).items():
                faults += self._unlike(kind, of_kind, reached.get(kind, _LOWEST))
                reached[kind] = of_kind[-1].sequence
            if faults:
                raise BrokenChainError(*min(faults))
            head = Anchor(page[-1].position, page[-1].hash)
        if head.position < anchored.position:
            raise BrokenChainError(head.position + 1, "the chain was cut off before it")
        self._demand_gate_as_moved(head)
        unsealed = self._count_after(reached)
        return Audit(sealed=head.position, anchored=anchored.position, unsealed=unsealed)

    def _page(self, head: Anchor) -> list[Seal]:
        after = select(SEALS).where(SEALS.c.position > head.position)
        with self._database.reading() as connection:
            rows = connection.execute(after.order_by(SEALS.c.position).limit(_PAGE)).mappings()
            return [Seal(**row) for row in rows]

    def _unlike(self, kind: str, seals: Sequence[Seal], since: int) -> Iterator[Fault]:
        """Yield where the rows of a table are not those that a page of the chain seals."""
        if kind not in CHAINED:
            yield seals[0].position, f"{kind!r} is nothing that is sealed"
            return
        table, upto = CHAINED[kind], seals[-1].sequence
        sought = select(table).where(table.c.sequence > since, table.c.sequence <= upto)
        with self._database.reading() as connection:
            rows = connection.execute(sought.limit(2 * _PAGE))
            found = {row.sequence: digest_of(kind, row) for row in rows}
        for seal in seals:
            if seal.sequence <= since:
                yield seal.position, f"{kind} {seal.sequence} was moved"
            since = seal.sequence
            digest = found.pop(seal.sequence, None)
            if digest is None and not (kind == "decision" and self._was_purged(seal.position)):
                yield seal.position, f"{kind} {seal.sequence} was deleted"
            elif digest not in {None, seal.digest}:
                yield seal.position, f"{kind} {seal.sequence} was edited"
        for sequence in found:
            before = next((one for one in seals if one.sequence > sequence), seals[-1])
            yield before.position, f"{kind} {sequence} was inserted before it"

    def _was_purged(self, position: int) -> bool:
        """Tell whether a position was purged by a purge that is on record."""
        if position not in self._purged:
            with self._database.reading() as connection:
                self._purged = Ranges(connection.execute(select(PURGES.c.positions)).scalars())
        return position in self._purged

    def _demand_gate_as_moved(self, head: Anchor) -> None:
        """Refuse a gate that stands otherwise than where its last event left it."""
        same = [GATE.c[name] == GATE_EVENTS.c[name] for name in ("state", "reason", "by_whom")]
        last = select(func.max(GATE_EVENTS.c.epoch)).scalar_subquery()
        moved = select(GATE.c.epoch).join(GATE_EVENTS, GATE.c.epoch == GATE_EVENTS.c.epoch)
        agrees = moved.where(*same, GATE.c.epoch == last).exists()
        untouched = select(GATE.c.id).where(GATE.c.epoch == 0, GATE.c.state == "stopped").exists()
        with self._database.reading() as connection:
            if not connection.execute(select(agrees | (untouched & last.is_(None)))).scalar():
                raise BrokenChainError(head.position, "the gate was moved without a record")

    def _count_after(self, reached: dict[str, int]) -> int:
        with self._database.reading() as connection:
            return sum(
                connection.execute(
                    select(func.count()).where(table.c.sequence > reached[kind])
                ).scalar_one()
                for kind, table in CHAINED.items()
            )


class _Upcoming:
    """Anchors, handed out as the audit comes to their positions."""

    def __init__(self, anchors: Iterator[Anchor]) -> None:
        self._anchors = anchors
        self._next = next(anchors, None)

    def upto(self, position: int) -> Iterator[Anchor]:
        """Yield those up to a position which were not yielded before."""
        while self._next and self._next.position <= position:
            yield self._next
            self._next = next(self._anchors, None)


def _unlinked(page: Sequence[Seal], head: Anchor) -> Iterator[Fault]:
    """Yield where a link does not follow from the one before it."""
    position, previous = head.position, head.hash
    for seal in page:
        position += 1
        if seal.position != position:
            yield position, "its seal was deleted"
            return
        if seal.hash != link(previous, seal.digest):
            yield position, "its seal was edited"
            return
        previous = seal.hash


def _unanchored(page: Sequence[Seal], anchors: _Upcoming) -> Iterator[Fault]:
    """Yield where the chain is not what was written outside the database."""
    hashes = {seal.position: seal.hash for seal in page}
    for anchor in anchors.upto(page[-1].position):
        if hashes.get(anchor.position) != anchor.hash:
            yield anchor.position, "the chain up to here is not the one that was anchored"


def _by_kind(page: Sequence[Seal]) -> dict[str, list[Seal]]:
    kinds: dict[str, list[Seal]] = {}
    for seal in page:
        kinds.setdefault(seal.kind, []).append(seal)
    return kinds
