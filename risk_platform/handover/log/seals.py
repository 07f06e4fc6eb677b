"""Seals: a chain over all that is only ever added, so that nobody changes it unnoticed.

Each row of the chained tables gets a position, the SHA-256 of its values, and the SHA-256 of that
and the hash before it. Rows are sealed some time after they were committed; until the head that
covers them is anchored outside the database, its administrator could change them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from risk_platform.errors.handover import LostAnchorError
from risk_platform.handover.database import Database
from risk_platform.handover.gating.state import lock_gate
from risk_platform.handover.gating.witness import Witness
from risk_platform.handover.log.anchors import START, Anchors, Head
from risk_platform.handover.tables import CHAINED, SEALS

# Few, as on SQLite nobody commits while links are written.
_ROWS_AT_ONCE = 150
# In one statement: nobody logs meanwhile.
_ENDS = select(
    *(select(func.max(table.c.sequence)).scalar_subquery() for table in CHAINED.values())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link of the chain.

    Parameters
    ----------
    position
        In the chain, 1 the first.
    kind, sequence
        Which table's row it seals, by its name in ``CHAINED``.
    digest, hash
        SHA-256 of the row's values, and of the hash before with that and ``since_us``; in hex.
    since_us
        Since when the row is kept, in microseconds since 1970: since the time that it bears, but no
        earlier than the anchor before. ``None`` in seals of the first version.
    """

    position: int
    kind: str
    sequence: int
    digest: str
    hash: str
    since_us: int | None


def digest_of(kind: str, row: Sequence[object]) -> str:
    """Return the SHA-256 of a row: its values in the table's order, as JSON behind its kind.

    Nulls at its end are left out: columns that a later version adds there change nothing of rows
    that were sealed without them. As rows are of one length, no two come to be alike by that.
    """
    values = list(row)
    while values and values[-1] is None:
        values.pop()
    return hashlib.sha256(msgspec.json.encode((kind, *values))).hexdigest()


def link(previous: str, digest: str, since_us: int | None) -> str:
    """Return the hash of a link, from the one before it."""
    # The space tells where the time begins: no digit of it can be taken for one of the digest.
    since = "" if since_us is None else f" {since_us}"
    return hashlib.sha256(f"{previous}{digest}{since}".encode()).hexdigest()


class Sealer:
    """Seals what was committed.

    Parameters
    ----------
    database
        Where it is. ``seal`` raises ``LogUnavailableError`` where that does not answer.
    anchors
        Where the chain's head is written after each seal; of those who share a file one seals at a
        time.
    """

    def __init__(self, database: Database, anchors: Anchors) -> None:
        self._database, self._anchors = database, anchors
        self._witness = Witness(anchors.file)

    def seal(self) -> int:
        """Seal all that is not, anchor the head, and return how many rows were sealed.

        Of two that seal at the same time, one gives way.

        Raises
        ------
        LostAnchorError
            The chain is not the one that was anchored last: nothing was sealed.
        """
        with self._anchors.held():
            since_us, sealed = self._demand_anchored(), 0
            ends = self._settled()
            while rows := self._seal_some(ends, since_us):
                sealed += rows
            with self._database.reading() as connection:
                head = _head(connection)
            if head != START:
                self._anchors.append(head)
        return sealed

    def _demand_anchored(self) -> int:
        """Refuse a chain that lacks the last anchor, and return when that was written."""
        last = self._anchors.last()
        if last is None:
            return 0
        with self._database.reading() as connection:
            if not holds(connection, last.head):
                raise LostAnchorError(_head(connection).position, last.head.position)
        return last.at_us

    def _settled(self) -> dict[str, int]:
        """Return up to which row each table will not change any more.

        Whoever adds rows holds the gate from before they are numbered until they are committed. So
        while we hold it alone, no row is in flight that bears a lower number.
        """
        with self._database.writing() as connection:
            gate = lock_gate(connection)
            ends = connection.execute(_ENDS).one()
        # Before the first anchor, beside which a witness that is missing counts as lost.
        if self._witness.look(gate.epoch, is_witnessed=gate.is_witnessed) <= gate.epoch:
            self._witness.follow(gate.epoch)
        return {kind: end or 0 for kind, end in zip(CHAINED, ends, strict=True)}

    def _seal_some(self, ends: dict[str, int], since_us: int) -> int:
        with self._database.reading() as connection:
            seals = list(_links(connection, ends, since_us))
        if not seals:
            return 0
        try:
            with self._database.writing() as connection:
                connection.execute(insert(SEALS), seals)
        except IntegrityError:
            return 0  # another one seals: it will come to these rows
        return len(seals)


def holds(connection: Connection, head: Head) -> bool:
    """Tell whether the chain has this hash at this position."""
    sealed = select(SEALS.c.hash).where(SEALS.c.position == head.position)
    return head == START or connection.execute(sealed).scalar() == head.hash


def _head(connection: Connection) -> Head:
    newest = select(SEALS.c.position, SEALS.c.hash).order_by(SEALS.c.position.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return START if row is None else Head(row.position, row.hash)


def _links(
    connection: Connection, ends: dict[str, int], since_us: int
) -> Iterator[dict[str, object]]:
    """Yield the next links of the chain, as rows of its table; none is kept since earlier."""
    head = _head(connection)
    position, previous = head.position, head.hash
    for kind, table in CHAINED.items():
        sealed = select(func.max(SEALS.c.sequence)).where(SEALS.c.kind == kind)
        since = connection.execute(sealed).scalar() or 0
        rows = connection.execute(
            select(table)
            .where(table.c.sequence > since, table.c.sequence <= ends[kind])
            .order_by(table.c.sequence)
            .limit(_ROWS_AT_ONCE)
        )
        for row in rows:
            digest, since = digest_of(kind, row), max(row.at_us, since_us)
            position, previous = position + 1, link(previous, digest, since)
            yield {
                "position": position,
                "kind": kind,
                "sequence": row.sequence,
                "digest": digest,
                "hash": previous,
                "since_us": since,
            }
