"""Comparing the log with its chain, and the chain with its anchors, page by page."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from risk_platform.errors.handover import BrokenChainError
from risk_platform.handover.database import Database
from risk_platform.handover.log.ages import first_said, kept_since_us
from risk_platform.handover.log.alongside import Alongside, Fault
from risk_platform.handover.log.anchors import START, Anchors, Head
from risk_platform.handover.log.purged import Purged, purges_between
from risk_platform.handover.log.seals import Seal, digest_of, link
from risk_platform.handover.tables import CHAINED, SEALS

_PAGE = 1_000
# Below and above whatever number a row may be given by hand.
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


class Comparison:
    """One reading of a log, and how far it has come.

    Parameters
    ----------
    database, anchors
        As of ``Auditor``.

    Attributes
    ----------
    head
        Up to where the chain was read.
    reached
        Up to which number each table's rows were held against it.
    """

    def __init__(self, database: Database, anchors: Anchors) -> None:
        self._database, self._now_us = database, anchors.now_us
        self._along = Alongside(iter(anchors))
        self._purged = Purged(database)
        self.first_anchor = self._along.first
        self.head, self.reached = START, dict.fromkeys(CHAINED, _LOWEST)
        with database.reading() as connection:
            self._first_said = first_said(connection)

    def read(self) -> None:
        """Read the chain to its end, and what it seals.

        Raises
        ------
        BrokenChainError
            They differ: it names the first position of which that is known.
        """
        while page := self._page():
            faults = [*_unlinked(page, self.head), *self._along.faults(page)]
            for kind, of_kind in _by_kind(page).items():
                faults += self._unlike(kind, of_kind)
                self.reached[kind] = of_kind[-1].sequence
            if faults:
                raise BrokenChainError(*min(faults))
            self.head = Head(page[-1].position, page[-1].hash)
        if lies := list(self._lies(self.reached["purge"], _HIGHEST, {})):
            raise BrokenChainError(*lies[0])

    def _page(self) -> list[Seal]:
        after = select(SEALS).where(SEALS.c.position > self.head.position)
        with self._database.reading() as connection:
            rows = connection.execute(after.order_by(SEALS.c.position).limit(_PAGE)).mappings()
            return [Seal(**row) for row in rows]

    def _unlike(self, kind: str, seals: Sequence[Seal]) -> Iterator[Fault]:
        """Yield where the rows of a table are not those that a page of the chain seals."""
        if kind not in CHAINED:
            yield seals[0].position, f"{kind!r} is nothing that is sealed"
            return
        since, upto = self.reached[kind], seals[-1].sequence
        found = self._digests(kind, since, upto)
        if kind == "purge":
            yield from self._lies(since, upto, {seal.sequence: seal.position for seal in seals})
        for seal in seals:
            if seal.sequence <= since:
                yield seal.position, f"{kind} {seal.sequence} was moved"
            since = seal.sequence
            digest = found.pop(seal.sequence, None)
            if digest is None:
                yield from self._gone(seal)
            elif digest != seal.digest:
                yield seal.position, f"{kind} {seal.sequence} was edited"
        for sequence in found:
            before = next((one for one in seals if one.sequence > sequence), seals[-1])
            yield before.position, f"{kind} {sequence} was inserted before it"

    def _digests(self, kind: str, since: int, upto: int) -> dict[int, str]:
        table = CHAINED[kind]
        sought = select(table).where(table.c.sequence > since, table.c.sequence <= upto)
        with self._database.reading() as connection:
            rows = connection.execute(sought.limit(2 * _PAGE))
            return {row.sequence: digest_of(kind, row) for row in rows}

    def _gone(self, seal: Seal) -> Iterator[Fault]:
        """Yield that a row is gone, unless it is a decision that was purged when it was due."""
        before_us = self._purged.before_us(seal.position) if seal.kind == "decision" else None
        since_us = kept_since_us(seal.since_us, seal.position, self._first_said)
        if before_us is None:
            yield seal.position, f"{seal.kind} {seal.sequence} was deleted"
        elif since_us is None or since_us >= before_us:
            yield seal.position, f"{seal.kind} {seal.sequence} was purged before its time was over"

    def _lies(self, since: int, upto: int, positions: Mapping[int, int]) -> Iterator[Fault]:
        """Yield which purges say what cannot be; those that are not sealed stand behind the end."""
        for purge in purges_between(self._database, since, upto):
            position = positions.get(purge.sequence, self.head.position + 1)
            anchor = self._along.after(position)
            if lie := purge.lie(anchor.at_us if anchor else self._now_us()):
                yield position, lie


def _unlinked(page: Sequence[Seal], head: Head) -> Iterator[Fault]:
    """Yield where a link does not follow from the one before it."""
    position, previous = head.position, head.hash
    for seal in page:
        position += 1
        if seal.position != position:
            yield position, "its seal was deleted"
            return
        if seal.hash != link(previous, seal.digest, seal.since_us):
            yield position, "its seal was edited"
            return
        previous = seal.hash


def _by_kind(page: Sequence[Seal]) -> dict[str, list[Seal]]:
    kinds: dict[str, list[Seal]] = {}
    for seal in page:
        kinds.setdefault(seal.kind, []).append(seal)
    return kinds
