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

from risk_platform.handover.database import Database
from risk_platform.handover.gate import lock_gate
from risk_platform.handover.log.anchors import Anchor, Anchors
from risk_platform.handover.tables import CHAINED, SEALS

START = Anchor(0, "0" * 64)
_ROWS_AT_ONCE = 1_000


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
        SHA-256 of the row's values, and of the hash before with that; in hex.
    """

    position: int
    kind: str
    sequence: int
    digest: str
    hash: str


def digest_of(kind: str, row: Sequence[object]) -> str:
    """Return the SHA-256 of a row: its values in the table's order, as JSON behind its kind."""
    return hashlib.sha256(msgspec.json.encode((kind, *row))).hexdigest()


def link(previous: str, digest: str) -> str:
    """Return the hash of a link, from the one before it."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()


class Sealer:
    """Seals what was committed.

    Parameters
    ----------
    database
        Where it is. ``seal`` raises ``LogUnavailableError`` where that does not answer.
    anchors
        Where the chain's head is written after each seal.
    """

    def __init__(self, database: Database, anchors: Anchors) -> None:
        self._database, self._anchors = database, anchors

    def seal(self) -> int:
        """Seal all that is not, anchor the head, and return how many rows were sealed.

        Of two that seal at the same time, one gives way.
        """
        ends, sealed = self._settled(), 0
        while rows := self._seal_some(ends):
            sealed += rows
        with self._database.reading() as connection:
            head = _head(connection)
        if head != START:
            self._anchors.append(head)
        return sealed

    def _settled(self) -> dict[str, int]:
        """Return up to which row each table will not change any more.

        Whoever adds rows holds the gate from before they are numbered until they are committed. So
        while we hold it alone, no row is in flight that bears a lower number.
        """
        with self._database.writing() as connection:
            lock_gate(connection)
            return {
                kind: connection.execute(select(func.max(table.c.sequence))).scalar() or 0
                for kind, table in CHAINED.items()
            }

    def _seal_some(self, ends: dict[str, int]) -> int:
        with self._database.reading() as connection:
            seals = list(_links(connection, ends))
        if not seals:
            return 0
        try:
            with self._database.writing() as connection:
                connection.execute(insert(SEALS), seals)
        except IntegrityError:
            return 0  # another one seals: it will come to these rows
        return len(seals)


def _head(connection: Connection) -> Anchor:
    newest = select(SEALS.c.position, SEALS.c.hash).order_by(SEALS.c.position.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return START if row is None else Anchor(row.position, row.hash)


def _links(connection: Connection, ends: dict[str, int]) -> Iterator[dict[str, object]]:
    """Yield the next links of the chain, as rows of its table."""
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
            digest = digest_of(kind, row)
            position, previous = position + 1, link(previous, digest)
            yield {
                "position": position,
                "kind": kind,
                "sequence": row.sequence,
                "digest": digest,
                "hash": previous,
            }
